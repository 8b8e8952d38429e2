/**
 * Whose credential a variable, a header or an address stands for. Data and its look-up: the variables are those that the
 * providers' own documentation and the servers' READMEs name; who is not here is unknown.
 */
import { isCredentialVariable } from './credentialNames.ts';

export interface CredentialProvider {
  /** Begins the names of its lanes. */
  readonly id: string;
  /** The host that the credential is good for. */
  readonly host: string;
  /** What its variables begin with, before an underscore. */
  readonly prefixes: readonly string[];
  /** Variables that are its credentials without saying so by their names. */
  readonly also?: readonly string[];
  /** The variable that tells identities apart, where it has several. */
  readonly identity?: readonly string[];
  /** Its addresses: the host itself or any below it. */
  readonly hosts?: readonly string[];
}

const provider = (
  id: string,
  host: string,
  prefixes: string,
  more: Omit<CredentialProvider, 'id' | 'host' | 'prefixes'> = {},
): CredentialProvider => ({ id, host, prefixes: prefixes.split(' '), ...more });

export const CREDENTIAL_PROVIDERS: readonly CredentialProvider[] = [
  provider('github', 'api.github.com', 'GITHUB GH', {
    identity: ['GITHUB_PERSONAL_ACCESS_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'],
    hosts: ['github.com', 'githubcopilot.com'],
  }),
  provider('gitlab', 'gitlab.com', 'GITLAB', { hosts: ['gitlab.com'] }),
  provider('bitbucket', 'api.bitbucket.org', 'BITBUCKET', { hosts: ['bitbucket.org'] }),
  provider('azure-devops', 'dev.azure.com', 'AZURE_DEVOPS ADO', { hosts: ['dev.azure.com'] }),
  provider('openai', 'api.openai.com', 'OPENAI', { hosts: ['openai.com'] }),
  provider('anthropic', 'api.anthropic.com', 'ANTHROPIC CLAUDE', { hosts: ['anthropic.com'] }),
  provider('gemini', 'generativelanguage.googleapis.com', 'GEMINI GOOGLE_GENERATIVE_AI'),
  provider('google-maps', 'maps.googleapis.com', 'GOOGLE_MAPS'),
  provider('google', 'googleapis.com', 'GOOGLE GCP GCLOUD', {
    also: ['GOOGLE_APPLICATION_CREDENTIALS'],
    hosts: ['googleapis.com'],
  }),
  provider('aws', 'amazonaws.com', 'AWS', { identity: ['AWS_ACCESS_KEY_ID'], also: ['AWS_ACCESS_KEY_ID'] }),
  provider('azure', 'management.azure.com', 'AZURE ARM', { hosts: ['azure.com'] }),
  provider('cloudflare', 'api.cloudflare.com', 'CLOUDFLARE CF', { hosts: ['cloudflare.com'] }),
  provider('slack', 'slack.com', 'SLACK', { identity: ['SLACK_BOT_TOKEN'], hosts: ['slack.com'] }),
  provider('discord', 'discord.com', 'DISCORD', { hosts: ['discord.com'] }),
  provider('telegram', 'api.telegram.org', 'TELEGRAM'),
  provider('notion', 'api.notion.com', 'NOTION', { also: ['OPENAPI_MCP_HEADERS'], hosts: ['notion.com'] }),
  provider('linear', 'api.linear.app', 'LINEAR', { hosts: ['linear.app'] }),
  provider('atlassian', 'atlassian.net', 'ATLASSIAN JIRA CONFLUENCE', { hosts: ['atlassian.com', 'atlassian.net'] }),
  provider('asana', 'app.asana.com', 'ASANA', { hosts: ['asana.com'] }),
  provider('airtable', 'api.airtable.com', 'AIRTABLE', { hosts: ['airtable.com'] }),
  provider('hubspot', 'api.hubapi.com', 'HUBSPOT', { hosts: ['hubspot.com', 'hubapi.com'] }),
  provider('sentry', 'sentry.io', 'SENTRY', { hosts: ['sentry.io', 'sentry.dev'] }),
  provider('datadog', 'api.datadoghq.com', 'DATADOG DD', { hosts: ['datadoghq.com'] }),
  provider('grafana', 'grafana.com', 'GRAFANA', { hosts: ['grafana.com', 'grafana.net'] }),
  provider('pagerduty', 'api.pagerduty.com', 'PAGERDUTY', { hosts: ['pagerduty.com'] }),
  provider('stripe', 'api.stripe.com', 'STRIPE', { hosts: ['stripe.com'] }),
  provider('paypal', 'api.paypal.com', 'PAYPAL', { hosts: ['paypal.com'] }),
  provider('twilio', 'api.twilio.com', 'TWILIO', { hosts: ['twilio.com'] }),
  provider('sendgrid', 'api.sendgrid.com', 'SENDGRID'),
  provider('resend', 'api.resend.com', 'RESEND', { hosts: ['resend.com'] }),
  provider('mailgun', 'api.mailgun.net', 'MAILGUN'),
  provider('brave-search', 'api.search.brave.com', 'BRAVE BRAVE_SEARCH'),
  provider('exa', 'api.exa.ai', 'EXA', { hosts: ['exa.ai'] }),
  provider('tavily', 'api.tavily.com', 'TAVILY', { hosts: ['tavily.com'] }),
  provider('perplexity', 'api.perplexity.ai', 'PERPLEXITY PPLX', { hosts: ['perplexity.ai'] }),
  provider('firecrawl', 'api.firecrawl.dev', 'FIRECRAWL', { hosts: ['firecrawl.dev'] }),
  provider('apify', 'api.apify.com', 'APIFY', { hosts: ['apify.com'] }),
  provider('browserbase', 'api.browserbase.com', 'BROWSERBASE', { hosts: ['browserbase.com'] }),
  provider('context7', 'context7.com', 'CONTEXT7', { hosts: ['context7.com'] }),
  provider('figma', 'api.figma.com', 'FIGMA', { hosts: ['figma.com'] }),
  provider('supabase', 'api.supabase.com', 'SUPABASE', { hosts: ['supabase.com', 'supabase.co'] }),
  provider('neon', 'console.neon.tech', 'NEON', { hosts: ['neon.tech'] }),
  provider('mongodb', 'cloud.mongodb.com', 'MDB MONGODB', { hosts: ['mongodb.com'] }),
  provider('pinecone', 'api.pinecone.io', 'PINECONE', { hosts: ['pinecone.io'] }),
  provider('vercel', 'api.vercel.com', 'VERCEL', { hosts: ['vercel.com'] }),
  provider('netlify', 'api.netlify.com', 'NETLIFY', { hosts: ['netlify.com', 'netlify.app'] }),
  provider('heroku', 'api.heroku.com', 'HEROKU', { hosts: ['heroku.com'] }),
  provider('digitalocean', 'api.digitalocean.com', 'DIGITALOCEAN DO'),
  provider('huggingface', 'huggingface.co', 'HF HUGGINGFACE HUGGING_FACE', { hosts: ['huggingface.co', 'hf.co'] }),
  provider('openrouter', 'openrouter.ai', 'OPENROUTER', { hosts: ['openrouter.ai'] }),
  provider('groq', 'api.groq.com', 'GROQ', { hosts: ['groq.com'] }),
  provider('mistral', 'api.mistral.ai', 'MISTRAL', { hosts: ['mistral.ai'] }),
  provider('cohere', 'api.cohere.com', 'COHERE'),
  provider('replicate', 'api.replicate.com', 'REPLICATE', { hosts: ['replicate.com'] }),
  provider('elevenlabs', 'api.elevenlabs.io', 'ELEVENLABS XI', { hosts: ['elevenlabs.io'] }),
  provider('npm', 'registry.npmjs.org', 'NPM', { hosts: ['npmjs.org'] }),
];

/** Prefixes that several begin with: the longest counts. */
const BY_PREFIX: readonly (readonly [prefix: string, provider: CredentialProvider])[] = CREDENTIAL_PROVIDERS.flatMap(
  (one) => one.prefixes.map((prefix) => [`${prefix}_`, one] as const),
).sort(([a], [b]) => b.length - a.length);

/** Null for a variable that is no credential of anybody known. */
export function providerOfVariable(name: string): CredentialProvider | null {
  const upper = name.toUpperCase();
  const also = CREDENTIAL_PROVIDERS.find((one) => one.also?.includes(upper));
  if (also) return also;
  if (!isCredentialVariable(name)) return null;
  return BY_PREFIX.find(([prefix]) => upper.startsWith(prefix))?.[1] ?? null;
}

/** @param url an address as it is recorded; null where it belongs to nobody known */
export function providerOfUrl(url: string): CredentialProvider | null {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]+)/i.exec(url)?.[1]?.toLowerCase();
  if (host === undefined) return null;
  return CREDENTIAL_PROVIDERS.find((one) => one.hosts?.some((own) => host === own || host.endsWith(`.${own}`))) ?? null;
}

/** By a server's name, package or image: `mcp-server-exa`, `@acme/github-mcp`. Null where no word of it is a provider's. */
export function providerOfName(name: string): CredentialProvider | null {
  const words = new Set(name.toLowerCase().split(/[^a-z\d]+/));
  const has = (text: string) => text.split(/[-_]/).every((word) => words.has(word));
  return (
    CREDENTIAL_PROVIDERS.find(({ id }) => has(id)) ??
    CREDENTIAL_PROVIDERS.find(({ prefixes }) =>
      prefixes.some((prefix) => prefix.length > 3 && has(prefix.toLowerCase())),
    ) ??
    null
  );
}

/** Of several of one provider's variables: the one that tells identities apart. */
export function identityVariable(one: CredentialProvider, names: readonly string[]): string | null {
  return one.identity?.find((name) => names.includes(name)) ?? [...names].sort()[0] ?? null;
}

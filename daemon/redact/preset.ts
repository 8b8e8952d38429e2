/**
 * The door to secretlint: runs the rules of its recommended preset over a text, each only where one of its keywords
 * stands. The rules are driven directly and not by `@secretlint/core`, which computes line numbers for every run, keeps
 * performance marks of it, and lets a text switch rules off with a `secretlint-disable` comment.
 */
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { type Finding, WEIGHT } from './finding.ts';

type Rule = (typeof rules)[number];
type Context = Parameters<Rule['create']>[0];
type File = NonNullable<ReturnType<Rule['create']>['file']>;

/** By rule id: the name in the placeholder, and literals of which one must stand in a text that the rule can match. */
export const PRESET: Readonly<Record<string, { readonly name: string; readonly keywords: readonly string[] }>> = {
  '1password': { name: '1password-token', keywords: ['ops_'] },
  anthropic: { name: 'anthropic-key', keywords: ['sk-ant-'] },
  aws: {
    name: 'aws-secret',
    keywords: ['ecret', 'ECRET', 'A3T', 'AKIA', 'AGPA', 'AIDA', 'AROA', 'AIPA', 'ANPA', 'ANVA', 'ASIA'],
  },
  cloudflare: { name: 'cloudflare-token', keywords: ['cfk_', 'cfut_', 'cfat_'] },
  databricks: { name: 'databricks-token', keywords: ['dapi'] },
  docker: { name: 'docker-token', keywords: ['dckr_pat_'] },
  figma: { name: 'figma-token', keywords: ['figd_'] },
  github: { name: 'github-token', keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'] },
  gitlab: { name: 'gitlab-token', keywords: ['glpat-'] },
  grafana: { name: 'grafana-token', keywords: ['glc_', 'glsa_'] },
  groq: { name: 'groq-key', keywords: ['gsk_'] },
  'hashicorp-vault': { name: 'vault-token', keywords: ['hvs.', 'hvb.', 'hvr.'] },
  huggingface: { name: 'huggingface-token', keywords: ['hf_'] },
  linear: { name: 'linear-key', keywords: ['lin_api_'] },
  notion: { name: 'notion-token', keywords: ['ntn_'] },
  npm: { name: 'npm-token', keywords: ['npm_'] },
  openai: { name: 'openai-key', keywords: ['T3BlbkFJ'] },
  privatekey: { name: 'private-key', keywords: ['PRIVATE KEY'] },
  sendgrid: { name: 'sendgrid-key', keywords: ['SG.'] },
  shopify: { name: 'shopify-token', keywords: ['shppa_', 'shpca_', 'shpat_', 'shpss_'] },
  slack: { name: 'slack-token', keywords: ['xox', 'xapp-', 'hooks.slack.com', 'HOOKS.SLACK.COM'] },
  stripe: { name: 'stripe-key', keywords: ['_live_', '_test_'] },
  tailscale: { name: 'tailscale-key', keywords: ['tskey-'] },
  vercel: { name: 'vercel-token', keywords: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'] },
};

/**
 * Rules that are not run. `filter-comments` lets a text hide its secrets; `gcp` looks at files by their extension and
 * its key is a private key; the other two mask a whole URL where `urls.ts` masks the password in it.
 */
export const PRESET_LEFT_OUT: readonly string[] = ['filter-comments', 'gcp', 'basicauth', 'database-connection-string'];

export interface PresetScan {
  /** Every literal that some rule waits for. */
  readonly keywords: readonly string[];
  /** Adds what the rules find in `text` to `into`. */
  scan(text: string, into: Finding[]): void;
}

export function ruleNameOf(rule: Rule): string {
  return rule.meta.id.replace('@secretlint/secretlint-rule-', '');
}

/** A rule reports a range, which some rules compute wrongly; the secret's own words in its message say where it is. */
function locate(content: string, from: number, to: number, data: unknown): { start: number; end: number } {
  const words = data && typeof data === 'object' ? Object.values(data) : [];
  for (const word of words) {
    if (typeof word !== 'string' || word.length < 8) continue;
    const start = content.indexOf(word, from);
    if (start >= 0 && start <= to + word.length) return { start, end: start + word.length };
  }
  return { start: from, end: to };
}

/** Makes the rules once; `scan` is synchronous, as are all rules that are run. */
export function createPresetScan(): PresetScan {
  let content = '';
  let found: Finding[] = [];
  const open = (rule: Rule, name: string): File | undefined => {
    const context: Context = {
      sharedOptions: {},
      createTranslator: () => (messageId, data) => ({ message: '', messageId: String(messageId), data }),
      ignore: () => {},
      report: ({ message, range }) => {
        found.push({ ...locate(content, range[0], range[1], message.data), rule: name, weight: WEIGHT.format });
      },
    };
    return rule.create(context, { enableIDScanRule: false }).file;
  };
  const scanners = rules.flatMap((rule) => {
    const entry = PRESET[ruleNameOf(rule)];
    const file = entry && open(rule, entry.name);
    return file ? [{ file, keywords: entry.keywords }] : [];
  });
  return {
    keywords: [...new Set(scanners.flatMap(({ keywords }) => keywords))],
    scan(text, into) {
      content = text;
      found = into;
      for (const { file, keywords } of scanners) {
        if (keywords.some((keyword) => text.includes(keyword))) void file(sourceOf(text));
      }
      content = '';
      found = [];
    },
  };
}

function sourceOf(content: string): Parameters<File>[0] {
  const position = { line: 1, column: 0 };
  return {
    hasBOM: false,
    content,
    filePath: undefined,
    physicalFilePath: undefined,
    contentType: 'text',
    ext: '',
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: () => [0, 0],
    rangeToLocation: () => ({ start: position, end: position }),
    positionToIndex: () => 0,
    indexToPosition: () => position,
  };
}

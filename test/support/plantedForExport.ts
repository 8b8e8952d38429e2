/**
 * Kinds of secrets that bundles are searched for, as they stand in a text: put together at run time, so that no scanner
 * of this repository takes them for real ones.
 */
import { CUSTOM, KNOWN_FORMATS, PASSWORD, PRIVATE_KEY } from '../daemon/redact/plantedSecrets.ts';

const LETTERS = 'qW7eR2tY9uI4oP1aS6dF3gH8jK5lZ0xC7vB2nM4QwErTyUiOpAsDfGhJkLzXcVbNm';
const word = (length: number, from = 0): string =>
  Array.from({ length }, (_, i) => LETTERS[(i * 11 + from * 5 + (i >> 4)) % LETTERS.length]).join('');
const hex = (length: number, from = 0): string =>
  Array.from({ length }, (_, i) => '0123456789abcdef'[(i * 7 + from + ((i * i) >> 2)) % 16]).join('');
const upper = (length: number): string => word(length).toUpperCase();
const lower = (length: number): string => word(length).toLowerCase();
const uuid = (from = 0): string => `${hex(8, from)}-${hex(4, from)}-4${hex(3, from)}-a${hex(3, from)}-${hex(12, from)}`;
const digits = (length: number): string => Array.from({ length }, (_, i) => (i * 7 + 3) % 10).join('');

export interface Planted {
  readonly kind: string;
  /** What may be nowhere. */
  readonly secret: string;
  /** What it is written with, where that is how it is known; else the secret itself. */
  readonly text: string;
}

const alone = (kind: string, secret: string): Planted => ({ kind, secret, text: secret });
const within = (kind: string, secret: string, text: (secret: string) => string): Planted => ({
  kind,
  secret,
  text: text(secret),
});

export const PLANTED: readonly Planted[] = [
  ...Object.entries(KNOWN_FORMATS).map(([kind, secret]) => alone(kind, secret)),
  alone('private key', PRIVATE_KEY),
  within('password', PASSWORD, (one) => `"password": "${one}"`),
  within('variable', CUSTOM, (one) => `SERVICE_TOKEN=${one}`),
  within('header', word(32), (one) => `x-api-key: ${one}`),
  within('authorization', word(40, 1), (one) => `Authorization: Bearer ${one}`),
  within(
    'basic authorization',
    Buffer.from(`ada:${word(14)}`).toString('base64'),
    (one) => `Authorization: Basic ${one}`,
  ),
  within('cookie', word(30, 2), (one) => `Cookie: session=${one}; theme=dark`),
  within('postgres url', word(16, 3), (one) => `postgres://ada:${one}@db.internal:5432/shop`),
  within('git remote', `ghx${word(30, 4)}`, (one) => `https://${one}@git.internal/a/b.git`),
  within('signed url', hex(64), (one) => `https://s3.internal/b/k?X-Amz-Signature=${one}&x=1`),
  within(
    'azure storage',
    `${word(86, 5)}==`,
    (one) => `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${one};EndpointSuffix=core.windows.net`,
  ),
  alone('azure client', `abc8Q~${word(34, 6)}`),
  alone('alibaba', `LTAI${word(20, 7)}`),
  alone('tencent', `AKID${word(32, 8)}`),
  alone('heroku', `HRKU-${word(58, 9)}`),
  alone('fly', `fo1_${word(43, 10)}`),
  alone('netlify', `nfp_${word(36, 11)}`),
  alone('render', `rnd_${word(32, 12)}`),
  alone('supabase', `sb_secret_${word(31, 13)}`),
  alone('neon', `napi_${lower(64)}`),
  alone('pulumi', `pul-${hex(40, 1)}`),
  alone('doppler', `dp.st.prd.${word(43, 14)}`),
  alone('openshift', `sha256~${word(43, 15)}`),
  alone('scaleway', `SCW${upper(17)}`),
  alone('atlassian', `ATATT3${word(180, 16)}=${upper(8)}`),
  alone('bitbucket', `ATBB${word(32, 17)}`),
  alone('circleci', `CCIPAT_${word(22, 18)}_${hex(40, 2)}`),
  alone('buildkite', `bkua_${hex(40, 3)}`),
  alone('sonar', `squ_${hex(40, 4)}`),
  alone('artifactory', `AKCp${word(69, 19)}`),
  alone('nuget', `oy2${lower(43)}`),
  alone('cargo', `cio${word(32, 20)}`),
  alone('clojars', `CLOJARS_${lower(60)}`),
  alone('gitlab trigger', `glimt-${word(25, 21)}`),
  alone('harness.io', `pat.${word(22, 22)}.${hex(24, 5)}.${word(20, 23)}`),
  alone('prefect', `pnu_${word(36, 24)}`),
  alone('infracost', `ico-${word(32, 25)}`),
  alone('readme', `rdme_${lower(70)}`),
  alone('launchdarkly', `sdk-${uuid(1)}`),
  alone('contentful', `CFPAT-${word(43, 26)}`),
  alone('sentry', `sntryu_${hex(64, 6)}`),
  within('sentry dsn', hex(32, 7), (one) => `https://${one}@o12345.ingest.sentry.io/6789`),
  alone('dynatrace', `dt0c01.${upper(24)}.${upper(64)}`),
  alone('discord', `MTk${word(23, 27)}.${word(6, 28)}.${word(38, 29)}`),
  within('zapier hook', `${digits(7)}/${lower(7)}`, (one) => `https://hooks.zapier.com/hooks/catch/${one}/`),
  alone('mailchimp', `${hex(32, 8)}-us14`),
  alone('mailgun', `key-${hex(32, 9)}`),
  alone('brevo', `xkeysib-${hex(64, 10)}-${word(16, 30)}`),
  alone('resend', `re_${word(8, 31)}_${word(24, 32)}`),
  alone('twilio', `AC${hex(32, 11)}:${hex(32, 12)}`),
  alone('notion old', `secret_${word(43, 33)}`),
  alone('linear oauth', `lin_oauth_${hex(64, 13)}`),
  alone('airtable', `pat${word(14, 34)}.${hex(64, 14)}`),
  alone('asana', `1/${digits(16)}:${hex(32, 15)}`),
  alone('clickup', `pk_${digits(8)}_${upper(32)}`),
  alone('dropbox', `sl.${word(140, 35)}`),
  alone('typeform', `tfp_${word(59, 36)}`),
  alone('hubspot', `pat-na1-${uuid(2)}`),
  within('zendesk', word(40, 37), (one) => `ada@acme-internal.io/token:${one}`),
  alone('stripe organisation', `sk_org_live_${word(32, 38)}`),
  alone('square', `EAAA${word(60, 39)}`),
  alone('paypal', `access_token$production$${lower(16)}$${hex(32, 16)}`),
  alone('plaid', `access-production-${uuid(3)}`),
  alone('flutterwave', `FLWSECK_TEST-${hex(32, 17)}-X`),
  alone('razorpay', `rzp_live_${word(14, 40)}`),
  alone('shippo', `shippo_live_${hex(40, 18)}`),
  alone('easypost', `EZAK${word(54, 41)}`),
  alone('duffel', `duffel_live_${word(43, 42)}`),
  alone('langsmith', `lsv2_pt_${hex(32, 19)}_${hex(10, 20)}`),
  alone('pinecone', `pcsk_${word(6, 43)}_${word(60, 44)}`),
  alone('jina', `jina_${word(60, 45)}`),
  alone('tavily', `tvly-dev-${word(32, 46)}`),
  alone('firecrawl', `fc-${hex(32, 21)}`),
  alone('brave', `BSA${word(28, 47)}`),
  alone('elevenlabs', `sk_${hex(48, 22)}`),
  alone('cerebras', `csk-${lower(48)}`),
  alone('nvidia', `nvapi-${word(64, 48)}`),
  alone('fireworks', `fw_${word(24, 49)}`),
  alone('facebook', `EAAM${word(120, 50)}`),
  alone('twitter', `${'A'.repeat(22)}${word(80, 51)}`),
  alone('bcrypt', `$2b$12$${word(53, 52)}`),
  within('netrc', word(18, 53), (one) => `machine git.internal login ada password ${one}`),
  within(
    'one-time password',
    upper(32).replace(/[0189]/g, 'Q'),
    (one) => `otpauth://totp/Acme:ada?secret=${one}&issuer=Acme`,
  ),
  within('curl -u', word(18, 54), (one) => `curl -s -u ada:${one} https://api.internal/v1`),
];

const chars = (text: string, each: (code: number) => string): string => [...Buffer.from(text)].map(each).join('');
const hex2 = (code: number) => code.toString(16).padStart(2, '0');

/** How a text may be written so that a reader of it has it all the same. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'JSON string': (text) => JSON.stringify(text),
  'JSON in JSON in JSON': (text) => JSON.stringify(JSON.stringify({ note: JSON.stringify({ note: text }) })),
  'JSON escapes': (text) => chars(text, (code) => `\\u00${hex2(code)}`),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of base64': (text) => Buffer.from(Buffer.from(`see ${text} there`).toString('base64')).toString('base64'),
  percent: (text) => chars(text, (code) => `%${hex2(code).toUpperCase()}`),
  'a component': (text) => `next=${encodeURIComponent(text)}`,
  hex: (text) => Buffer.from(text).toString('hex'),
  'HTML hexadecimal': (text) => chars(text, (code) => `&#x${hex2(code)};`),
  'HTML decimal': (text) => chars(text, (code) => `&#${code};`),
  'HTML names': (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
  'byte escapes': (text) => chars(text, (code) => `\\x${hex2(code)}`),
  'quoted printable': (text) => chars(text, (code) => `=${hex2(code).toUpperCase()}`),
  'spaced hex': (text) => [...Buffer.from(text)].map(hex2).join(' '),
  'byte list': (text) => [...Buffer.from(text)].join(', '),
};

/** Does the text hold the secret in any of these spellings? The one where it does, or null. */
export function foundIn(text: string, secret: string): string | null {
  for (const [name, encode] of Object.entries(ENCODINGS)) {
    const spelled = encode(secret);
    // Of what is wrapped in something else, the part that is the secret's own.
    const core =
      name === 'a component'
        ? encodeURIComponent(secret)
        : name.startsWith('JSON')
          ? spelled.replace(/^[\\"]+|[\\"]+$/g, '')
          : spelled;
    const shown = name === 'JSON in JSON in JSON' || name === 'base64 of base64' ? null : core.replace(/=+$/, '');
    if (shown !== null && shown.length >= 8 && text.includes(shown)) return name;
  }
  // Base64 of a text in which it does not begin at a group's start.
  for (const shift of [1, 2]) {
    const inner = Buffer.from('x'.repeat(shift) + secret)
      .toString('base64url')
      .slice(4, -4);
    if (inner.length >= 12 && (text.includes(inner) || text.includes(inner.replaceAll('-', '+').replaceAll('_', '/'))))
      return `base64, shifted by ${shift}`;
  }
  return null;
}

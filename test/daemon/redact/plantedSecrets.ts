/** Secrets made up for tests, put together at run time so that no scanner of this repository takes them for real ones. */

const LETTERS = 'aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zAc4Ef6Gh8Jk0Lm2No5Pq7Rs9Tu1Vw3Xy';
const word = (length: number, from = 0): string =>
  Array.from({ length }, (_, i) => LETTERS[(i * 7 + from) % LETTERS.length]).join('');
const hex = (length: number): string =>
  Array.from({ length }, (_, i) => '0123456789abcdef'[(i * 11 + 3) % 16]).join('');
const upper = (length: number): string =>
  word(length)
    .toUpperCase()
    .replace(/[0189]/g, 'Q');

/** By kind: a secret as its issuer spells it. */
export const KNOWN_FORMATS: Readonly<Record<string, string>> = {
  github: `ghp_${word(36)}`,
  'github fine-grained': `github_pat_${word(22)}_${word(59)}`,
  gitlab: `glpat-${word(20)}`,
  anthropic: `sk-ant-api03-${word(93)}AA`,
  openai: `sk-proj-${word(74)}T3BlbkFJ${word(74)}`,
  'openai old': `sk-${word(20)}T3BlbkFJ${word(20)}`,
  openrouter: `sk-or-v1-${hex(64)}`,
  'aws id': `AKIA${upper(16)}`,
  google: `AIza${word(35)}`,
  slack: `xoxb-123456789012-1234567890123-${word(24)}`,
  stripe: `sk_live_${word(24)}`,
  npm: `npm_${word(36)}`,
  pypi: `pypi-AgEIcHlwaS5vcmc${word(80)}`,
  huggingface: `hf_${'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'}`,
  sendgrid: `SG.${word(22)}.${word(43)}`,
  vault: `hvs.${word(95)}`,
  digitalocean: `dop_v1_${hex(64)}`,
  telegram: `1234567890:AA${word(33)}`,
  groq: `gsk_${word(52)}`,
  grafana: `glsa_${word(32)}_${hex(8)}`,
  shopify: `shpat_${hex(32)}`,
  tailscale: `tskey-auth-${word(16)}-${word(32)}`,
  databricks: `dapi${hex(32)}`,
  docker: `dckr_pat_${word(27)}`,
  linear: `lin_api_${word(40)}`,
  notion: `ntn_12345678901${word(35)}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"1234567890","name":"Jane"}').toString('base64url')}.${word(43)}`,
  age: `AGE-SECRET-KEY-1${upper(58)}`,
};

export const PRIVATE_KEY = `-----BEGIN ${'RSA'} PRIVATE KEY-----\nMII${Array.from({ length: 10 }, (_, i) => word(61, i)).join('\n')}\n-----END RSA PRIVATE KEY-----`;

/** Matches no format. */
export const CUSTOM = `zq-${word(10)}.${word(12)}`;
export const PASSWORD = `Tr0ub4dor+${word(6)}`;

/**
 * Secret formats that the library's preset lacks, or that it wants at one exact length: data only. The preset guards
 * commits and may miss; here a missed secret is shown, so these are looser.
 */

export interface Format {
  /** The name in the placeholder. */
  readonly rule: string;
  /** Literals of which one must be in the text before the pattern is tried. Case matters. */
  readonly keywords: readonly string[];
  /** Global; linear on any input. Group `secret` is what is masked, else the whole match. */
  readonly pattern: RegExp;
}

export const FORMATS: readonly Format[] = [
  {
    rule: 'private-key',
    keywords: ['PRIVATE KEY'],
    // The body may be cut off, escaped in JSON, or carry headers; prose after a bare mention ends at its first dot.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,]|-(?!----)){24,24000}(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  { rule: 'jwt', keywords: ['eyJ'], pattern: /(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*){1,3}/g },
  {
    rule: 'github-token',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{30,255})/g,
  },
  {
    rule: 'gitlab-token',
    keywords: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glft-', 'glsoat-', 'glagent-'],
    pattern: /(?<![A-Za-z0-9])gl(?:pat|dt|rt|ptt|cbt|ft|soat|agent)-[\w-]{20,300}/g,
  },
  {
    rule: 'api-key',
    keywords: ['sk-'],
    // OpenAI, Anthropic, OpenRouter, DeepSeek and others: a digit and a capital tell a key from a class name.
    pattern:
      /(?<![\w-])sk-(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Z])[\w-]{20,300}|(?<![\w-])sk-(?:or-v1-)?[0-9a-f]{32,64}(?![\w-])/g,
  },
  {
    rule: 'aws-access-key',
    keywords: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  },
  { rule: 'google-api-key', keywords: ['AIza'], pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g },
  {
    rule: 'google-oauth',
    keywords: ['ya29.', 'GOCSPX-'],
    pattern: /(?<![\w-])(?:ya29\.[\w-]{20,2000}|GOCSPX-[\w-]{20,60})/g,
  },
  {
    rule: 'slack-token',
    keywords: ['xox', 'xapp-', 'xwfp-'],
    pattern: /(?<![A-Za-z0-9])(?:xox[abcdeoprs](?:\.xox[bp])?-|xapp-\d-|xwfp-)[A-Za-z0-9-]{10,400}/g,
  },
  {
    rule: 'webhook',
    keywords: ['hooks.slack.com/', '/api/webhooks/'],
    pattern:
      /(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/)(?<secret>[\w/-]{20,200})/g,
  },
  {
    rule: 'stripe-key',
    keywords: ['_live_', '_test_', 'whsec_'],
    pattern: /(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_[A-Za-z0-9]{10,250}|whsec_[A-Za-z0-9+/=]{24,100})/g,
  },
  {
    rule: 'npm-token',
    keywords: ['npm_'],
    pattern: /(?<![A-Za-z0-9_])npm_(?=[A-Za-z0-9]{0,35}\d)[A-Za-z0-9]{30,80}(?![A-Za-z0-9_])/g,
  },
  { rule: 'pypi-token', keywords: ['pypi-'], pattern: /(?<![\w-])pypi-[\w-]{50,1000}/g },
  { rule: 'huggingface-token', keywords: ['hf_'], pattern: /(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{30,60}(?![A-Za-z0-9_])/g },
  { rule: 'sendgrid-key', keywords: ['SG.'], pattern: /(?<![\w.])SG\.[\w-]{16,64}\.[\w-]{16,64}/g },
  { rule: 'digitalocean-token', keywords: ['_v1_'], pattern: /(?<![A-Za-z0-9])do[opr]_v1_[0-9a-f]{64}/g },
  { rule: 'telegram-token', keywords: [':AA'], pattern: /(?<!\d)\d{8,10}:AA[\w-]{32,34}(?![\w-])/g },
  { rule: 'twilio-key', keywords: ['SK'], pattern: /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g },
  { rule: 'age-key', keywords: ['AGE-SECRET-KEY-'], pattern: /AGE-SECRET-KEY-1[0-9A-Z]{50,60}/g },
  {
    rule: 'api-key',
    keywords: [
      'xai-',
      'pplx-',
      'r8_',
      'NRAK-',
      'PMAK-',
      'dp.pt.',
      'sbp_',
      'sntrys_',
      'pscale_',
      'rubygems_',
      'atlasv1.',
      'fm2_',
      'AQVN',
      'sq0',
    ],
    pattern:
      /(?<![A-Za-z0-9])(?:(?:xai-|pplx-|r8_|dp\.pt\.)[A-Za-z0-9]{36,100}|(?:NRAK-|PMAK-)[A-Za-z0-9-]{24,70}|(?:sbp_|rubygems_)[0-9a-f]{40,48}|(?:sntrys_|fm2_|AQVN)[A-Za-z0-9+/=_-]{36,800}|pscale_(?:tkn|pw|oauth)_[\w.=-]{32,64}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}|sq0(?:atp|csp|idp)-[\w-]{22,43})/g,
  },
  // A scheme word with what follows it. `Basic` is decoded before it counts (see authorization.ts).
  {
    rule: 'bearer-token',
    keywords: ['earer', 'EARER'],
    pattern:
      /\b(?:Bearer|bearer|BEARER)(?:\s{1,3}|%20|\+)(?<secret>(?=[\w.~+/=-]{0,80}(?:\d|[a-z][A-Z]))[\w.~+/-]{12,4096}={0,2})/g,
  },
];

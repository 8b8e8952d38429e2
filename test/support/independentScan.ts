/**
 * Looks for secrets by other means than the product does: by a scanner that somebody else keeps, by the beginnings that
 * issuers give their keys, with whatever follows them, and by words that look like chance. Also in what base64 and
 * hexadecimal runs say.
 */

import { otherScanner } from './otherScanner.ts';

/** As issuers document them; looser than any scanner would dare to be. */
const BEGINNINGS = [
  'ghp_',
  'gho_',
  'ghs_',
  'github_pat_',
  'glpat-',
  'glimt-',
  'sk-ant-',
  'sk-proj-',
  'sk-or-',
  'AKIA',
  'ASIA',
  'AIza',
  'ya29.',
  'xoxb-',
  'xoxp-',
  'xapp-',
  'sk_live_',
  'rk_live_',
  'sk_org_',
  'whsec_',
  'npm_',
  'pypi-',
  'hf_',
  'SG.',
  'hvs.',
  'dop_v1_',
  'gsk_',
  'glsa_',
  'shpat_',
  'tskey-',
  'dapi',
  'dckr_pat_',
  'lin_api_',
  'lin_oauth_',
  'ntn_',
  'eyJhbGci',
  'AGE-SECRET-KEY-',
  'LTAI',
  'AKID',
  'HRKU-',
  'fo1_',
  'nfp_',
  'rnd_',
  'sb_secret_',
  'napi_',
  'pul-',
  'dp.st.',
  'sha256~',
  'ATATT3',
  'ATBB',
  'CCIPAT_',
  'bkua_',
  'squ_',
  'AKCp',
  'oy2',
  'CLOJARS_',
  'pnu_',
  'ico-',
  'rdme_',
  'CFPAT-',
  'sntryu_',
  'dt0c01.',
  'xkeysib-',
  'secret_',
  'tfp_',
  'pat-na1-',
  'EAAA',
  'EAAM',
  'FLWSECK',
  'rzp_live_',
  'shippo_live_',
  'EZAK',
  'duffel_live_',
  'lsv2_pt_',
  'pcsk_',
  'jina_',
  'tvly-',
  'BSA',
  'csk-',
  'nvapi-',
  'fw_',
  '$2b$12$',
];
const BEGUN = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${BEGINNINGS.map((one) => one.replace(/[.$*+?^()|[\]\\]/g, '\\$&')).join('|')})[A-Za-z0-9_./+=~-]{16,}`,
  'g',
);
const BLOCK = /-----BEGIN [A-Z ]*PRIVATE KEY/g;
const URL_LOGIN = /[a-z][a-z+]{1,12}:\/\/[^\s/:@"'<>\\]{1,60}:(?!<)[^\s/@"'<>\\]{3,80}@/g;
const WORD = /[A-Za-z0-9+/_=-]{24,}/g;

/** What this product itself writes and nobody chose: ids, digests, times. */
const OWN =
  /^(?:(?:con|call|ses|cap|imp|fnd|den|ev)_[0-9a-z_]+|(?:hv|ws)_[0-9a-f]{24}|sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})$/;

/** Bits for each character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/** @returns what looks like a secret, each with the rule that says so */
export function independentScan(text: string, layers = 2): { rule: string; match: string }[] {
  const found: { rule: string; match: string }[] = [];
  for (const [rule, pattern] of [
    ['beginning', BEGUN],
    ['private key', BLOCK],
    ['login in a URL', URL_LOGIN],
  ] as const)
    for (const [match] of text.matchAll(pattern)) found.push({ rule, match });
  for (const { rule, match } of otherScanner(text)) found.push({ rule: `somebody else’s ${rule}`, match });
  for (const [word] of text.matchAll(WORD)) {
    if (OWN.test(word)) continue;
    const isMixed = /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
    if (isMixed && word.length <= 200 && !word.includes('/') && entropy(word) > 4.2)
      found.push({ rule: 'chance', match: word });
    if (layers === 0 || word.length > 20_000) continue;
    const isHex = /^[0-9a-f]+$/i.test(word) && word.length % 2 === 0;
    for (const decoded of [
      Buffer.from(word, 'base64').toString('latin1'),
      isHex ? Buffer.from(word, 'hex').toString('latin1') : '',
    ]) {
      if (/^[\t\n\r -~]{12,}$/.test(decoded))
        found.push(
          ...independentScan(decoded, layers - 1).map(({ rule, match }) => ({ rule: `encoded ${rule}`, match })),
        );
    }
  }
  return found;
}

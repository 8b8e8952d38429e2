/**
 * Whether a credential's scopes are what an operation needs: only where both are known, or where the answer itself says
 * that they are not enough. Rules are data, each with where its words were read.
 */
export type ScopeFit = 'fits' | 'broader' | 'insufficient' | 'unknown';

export interface SaidScopes {
  readonly fit: ScopeFit;
  /** Null where it does not say. */
  readonly held: readonly string[] | null;
  readonly needed: readonly string[] | null;
}

/** @param held null or empty where they are not known */
export function scopeFit(held: readonly string[] | null, needed: readonly string[] | null): ScopeFit {
  if (held === null || needed === null || needed.length === 0) return 'unknown';
  const own = new Set(held);
  if (!needed.every((scope) => own.has(scope))) return 'insufficient';
  return own.size > needed.length ? 'broader' : 'fits';
}

interface ScopeRule {
  /** Found in the text. */
  readonly pattern: RegExp;
  readonly held?: RegExp;
  readonly needed?: RegExp;
}

const HINT = /scope|not accessible by/i;
const LOOKED_AT_CHARS = 4096;
const SCOPES = 50;

const RULES: readonly ScopeRule[] = [
  // api.slack.com/methods: {"ok":false,"error":"missing_scope","needed":"chat:write","provided":"channels:read"}.
  {
    pattern: /"?error"?\s*[:=]\s*"?missing_scope|\bmissing_scope\b/,
    needed: /"needed"\s*:\s*"([^"]*)"/,
    held: /"provided"\s*:\s*"([^"]*)"/,
  },
  // docs.github.com/graphql: "requires one of the following scopes: ['read:org'], but your token has only been granted the: ['repo'] scopes".
  {
    pattern: /has not been granted the required scopes/i,
    needed: /requires one of the following scopes: \[([^\]]*)\]/,
    held: /only been granted the: \[([^\]]*)\]/,
  },
  // docs.github.com/rest: fine-grained and installation tokens.
  { pattern: /Resource not accessible by (?:personal access token|integration)/ },
  // cloud.google.com/apis/design/errors.
  { pattern: /ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficient authentication scopes/i },
  // RFC 6750, section 3.1.
  { pattern: /\binsufficient_scope\b/, needed: /\bscope="?([^",}]+)/ },
];

/** @param texts of an answer that failed; null where nothing in it speaks of scopes */
export function saidScopes(texts: readonly string[]): SaidScopes | null {
  for (const text of texts) {
    const looked = text.slice(0, LOOKED_AT_CHARS);
    if (!HINT.test(looked)) continue;
    const rule = RULES.find(({ pattern }) => pattern.test(looked));
    if (rule) return { fit: 'insufficient', held: listOf(rule.held, looked), needed: listOf(rule.needed, looked) };
  }
  return null;
}

function listOf(pattern: RegExp | undefined, text: string): string[] | null {
  const list = pattern
    ?.exec(text)?.[1]
    ?.split(/[\s,'"]+/)
    .filter((one) => one !== '');
  return list === undefined || list.length === 0 ? null : list.slice(0, SCOPES);
}

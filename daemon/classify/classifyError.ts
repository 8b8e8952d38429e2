/**
 * What went wrong with a call: the error object, from whatever layer tells it. Pure; the rules are data (errorRules.ts),
 * and the object names the one that it was made by. What no rule knows is `unknown`: nothing is guessed. Null where
 * nothing went wrong.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import type { CallError } from '../protocol/record.ts';
import { LOOKED_AT_CHARS } from './callFacts.ts';
import { type ErrorKindName, errorKind, repeatIsSafe } from './errorKinds.ts';
import { ANSWER_RULES, HTTP_RULES, STDERR_RULES } from './errorRules.ts';
import { addBody, addStatus, addText, nothingSaid, type Said } from './errorSaid.ts';
import { failureClass } from './failureClass.ts';
import { errorForm } from './hiddenError.ts';
import { createRuleMatcher, type Matched } from './matchRules.ts';
import { retryAfterOfHeaders, retryAfterOfText } from './retryAfter.ts';
import { demandOf, isDemand } from './x402.ts';

/** What was seen of a call's end; a member is null, or undefined where it is JSON, where there was nothing of it. */
export interface ErrorFacts {
  readonly method: string;
  readonly tool: string | null;
  readonly result: Json | undefined;
  /** JSON-RPC's error object. */
  readonly error: Json | undefined;
  /** Of an answer that is not parsed: its beginning. */
  readonly answerText: string | null;
  /** The call does no more than read from a file or an address that it names. */
  readonly source?: 'file' | 'address' | null;
  /** The request brought a payment (x402). */
  readonly paid?: boolean;
  /** The first stage says that it failed. */
  readonly failed: boolean;
  /** It answered, but with what no answer looks like. */
  readonly malformed: boolean;
  /** How the MCP server answered over HTTP: names in lower case, values only of headers that are no secret. */
  readonly http: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | null;
  /** The server's end, where the call was lost by it; `stderr` are its last lines. */
  readonly crash: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly error: string | null;
    readonly stderr: string | null;
  } | null;
  /** How the client ended it, where nothing was answered. */
  readonly ended: 'timeout' | 'cancelled' | 'lost' | null;
  /** Epoch ms: what waiting times that name a moment are counted from. */
  readonly at: number;
  /** Of the call itself; null where that is unknown. */
  readonly callRetrySafe: boolean | null;
}

const ANSWERS = createRuleMatcher(ANSWER_RULES);
const PLAIN_RULES = ANSWER_RULES.filter(({ plain }) => plain);
const PLAIN = createRuleMatcher(PLAIN_RULES);
const PLAIN_KEYS = PLAIN_RULES.flatMap(({ keys }) => keys ?? []);
const HTTP = createRuleMatcher(HTTP_RULES);
const STDERR = createRuleMatcher(STDERR_RULES);

export function classifyError(facts: ErrorFacts): CallError | null {
  if (facts.crash) return ofCrash(facts, facts.crash);
  const own = ownFailure(facts.error);
  if (own) return ofOwnFailure(facts, own);
  // A late answer says nothing of why nobody waited for it.
  if (facts.ended !== null) return ofEnd(facts, facts.ended);
  if (facts.malformed) return ofMalformed(facts);
  if (facts.error !== undefined) return ofRpcError(facts, facts.error);
  if (facts.result !== undefined) return ofResult(facts, facts.result);
  if (facts.http && facts.http.status >= 300) return ofHttp(facts, facts.http);
  if (!facts.failed) return null;
  const said = nothingSaid();
  if (facts.answerText !== null) addText(said, facts.answerText, 'answer');
  return ofSaid(facts, said, 'answer', null);
}

interface Told {
  readonly kind: ErrorKindName;
  readonly code: string | null;
  readonly read_from: string;
  readonly rule: string | null;
  readonly retry_after_ms: number | null;
  readonly hidden?: boolean;
}

function make(facts: ErrorFacts, { kind, code, read_from, rule, retry_after_ms, hidden = false }: Told): CallError {
  const { repeat, error_class, auth_cause, recoverable, recovery_action } = errorKind(kind);
  const { callRetrySafe } = facts;
  return {
    error_class,
    error_code: code,
    auth_cause,
    recoverable,
    recovery_action,
    retry_after_ms,
    retry_safe: repeatIsSafe(repeat, callRetrySafe),
    failure_class: failureClass({ error_class, auth_cause, findings: [], callRetrySafe, hidden }),
    read_from,
    rule,
  };
}

/** Only who may ask again later is told when. */
function waitOf(kind: ErrorKindName, facts: ErrorFacts, said: Said): number | null {
  const { error_class } = errorKind(kind);
  const waits = ['rate_limited', 'quota_exhausted', 'upstream_unavailable', 'conflict'].includes(error_class);
  if (!waits) return null;
  if (facts.http) {
    const ms = retryAfterOfHeaders(facts.http.headers, facts.at);
    if (ms !== null) return ms;
  }
  for (const { lower } of said.texts) {
    const ms = retryAfterOfText(lower, facts.at);
    if (ms !== null) return ms;
  }
  return null;
}

function ofMatch(facts: ErrorFacts, said: Said, matched: Matched, code: string | null, hidden = false): CallError {
  const { rule, read_from } = matched;
  const retry_after_ms = waitOf(rule.kind, facts, said);
  return make(facts, {
    kind: rule.kind,
    code: matched.code ?? bodyCode(said) ?? code,
    read_from,
    rule: rule.id,
    retry_after_ms,
    hidden,
  });
}

function ofSaid(facts: ErrorFacts, said: Said, read_from: string, code: string | null): CallError {
  const matched = ANSWERS.match(said);
  if (matched) return ofMatch(facts, said, matched, code);
  return make(facts, { kind: 'unknown', code: bodyCode(said) ?? code, read_from, rule: null, retry_after_ms: null });
}

/** Words that stand where a code does and are none. */
const BLAND: readonly string[] = ['error', 'fail', 'failed', 'failure', 'about:blank', 'object'];

/** What stood where a body has its code, whether or not a rule knows it. */
function bodyCode(said: Said): string | null {
  for (const [key, { code, inBody }] of said.codes) if (inBody && !BLAND.includes(key)) return code;
  return null;
}

/** JSON-RPC's own code says that the request was turned away before anything ran. */
const AT_DOOR: Partial<Record<ErrorKindName, ErrorKindName>> = {
  arguments: 'arguments_at_door',
  not_found: 'not_found_at_door',
  too_large: 'too_large_at_door',
};

function ofRpcError(facts: ErrorFacts, error: Json): CallError | null {
  const data = jsonMember(error, 'data');
  if (isDemand(data)) return ofDemand(facts, data, 'error.data');
  const said = nothingSaid();
  const code = jsonMember(error, 'code');
  const message = jsonMember(error, 'message');
  if (typeof message === 'string') addText(said, message, 'error.message');
  if (typeof data === 'string') addText(said, data, 'error.data');
  else if (data !== undefined) addBody(said, data, 'error.data');
  if (typeof code === 'number') {
    if (code >= 300 && code < 600) addStatus(said, code, 'error.code');
    else said.rpc.set(code, 'error.code');
  }
  if (facts.http && facts.http.status >= 400) addStatus(said, facts.http.status, 'http.status');
  const matched = ANSWERS.match(said);
  const kind = matched && (code === -32602 || code === -32600) ? AT_DOOR[matched.rule.kind] : undefined;
  if (matched && kind) return ofMatch(facts, said, { ...matched, rule: { ...matched.rule, kind } }, String(code));
  return ofSaid(facts, said, 'error.code', typeof code === 'number' || typeof code === 'string' ? String(code) : null);
}

function ofResult(facts: ErrorFacts, result: Json): CallError | null {
  const structured = jsonMember(result, 'structuredContent');
  const isError = jsonMember(result, 'isError') === true;
  if (!isError && !facts.failed) return ofSuccess(facts, result, structured);
  const demand = demandOf(result);
  if (demand !== null)
    return ofDemand(facts, demand, structured === undefined ? 'result.content' : 'result.structuredContent');
  const said = nothingSaid();
  if (structured !== undefined) addBody(said, structured, 'result.structuredContent');
  addTexts(said, result);
  return ofSaid(facts, said, 'result.isError', null);
}

/**
 * A server that asks to be paid first (x402): the call was turned away, and goes through with a payment. Where one came
 * along it was refused, and nobody knows whether it was taken.
 */
function ofDemand(facts: ErrorFacts, demand: Json, read_from: string): CallError {
  const reason = jsonMember(demand, 'error');
  const told = { read_from, retry_after_ms: null };
  if (!facts.paid)
    return { ...make(facts, { ...told, kind: 'payment', code: '402', rule: 'x402.demand' }), failure_class: null };
  const code = typeof reason === 'string' && /^[\w.-]{1,80}$/.test(reason) ? reason : '402';
  return make(facts, { ...told, kind: 'payment_refused', code, rule: 'x402.refused' });
}

/** Cheap where nothing looks like an error, which is nearly always. */
function ofSuccess(facts: ErrorFacts, result: Json, structured: Json | undefined): CallError | null {
  if (facts.method !== 'tools/call') return null;
  const text = onlyText(result);
  const body = structured ?? (text !== null && looksLikeJson(text) ? parsed(text) : undefined);
  const form = errorForm(body, text, facts.tool, facts.source ?? null);
  const isPlain =
    form === null && text !== null && text.length <= 300 && PLAIN_KEYS.some((key) => text.toLowerCase().includes(key));
  if (form === null && !isPlain) return null;
  const said = nothingSaid();
  const read_from = structured === undefined ? 'result.content' : 'result.structuredContent';
  if (form !== null && body !== undefined) addBody(said, body, read_from);
  if (text !== null) addText(said, text, 'result.content');
  const matched = (form !== null ? ANSWERS : PLAIN).match(said);
  if (matched) return ofMatch(facts, said, matched, null, true);
  if (form !== 'certain') return null;
  return make(facts, {
    kind: 'unknown',
    code: bodyCode(said),
    read_from,
    rule: null,
    retry_after_ms: null,
    hidden: true,
  });
}

/** An error's body is short, whatever it says: a longer document is not read for it. */
const BODY_CHARS = 16 * 1024;
const looksLikeJson = (text: string) => text.length <= BODY_CHARS && /^\s{0,8}\{/.test(text);

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function textsOf(result: Json): string[] {
  const content = jsonMember(result, 'content');
  const texts: string[] = [];
  let left = LOOKED_AT_CHARS;
  for (const block of Array.isArray(content) ? content.slice(0, 50) : []) {
    const text: Json | undefined = jsonMember(block, 'text');
    if (typeof text !== 'string' || left <= 0) continue;
    texts.push(text.slice(0, left));
    left -= text.length;
  }
  return texts;
}

/** The text of a result that is one text; null where there are several, or other things. */
function onlyText(result: Json): string | null {
  const content = jsonMember(result, 'content');
  if (!Array.isArray(content) || content.length === 0 || content.length > 3) return null;
  const text: Json | undefined = jsonMember(content[0], 'text');
  return typeof text === 'string' ? text.slice(0, LOOKED_AT_CHARS) : null;
}

function addTexts(said: Said, result: Json): void {
  for (const text of textsOf(result)) addText(said, text, 'result.content');
}

function ofHttp(facts: ErrorFacts, { status, headers }: NonNullable<ErrorFacts['http']>): CallError {
  const said = nothingSaid();
  addStatus(said, status, 'http.status');
  const challenge = headers['www-authenticate'];
  if (challenge) addChallenge(said, challenge);
  const matched = HTTP.match(said);
  if (matched) return ofMatch(facts, said, { ...matched, code: String(status) }, null);
  return make(facts, {
    kind: 'unknown',
    code: String(status),
    read_from: 'http.status',
    rule: null,
    retry_after_ms: null,
  });
}

/** RFC 6750: `error` is a code, `error_description` a sentence that may say why. */
function addChallenge(said: Said, challenge: string): void {
  const error = /\berror="?([\w-]{1,60})/.exec(challenge)?.[1];
  const description = /\berror_description="([^"]{1,300})"/.exec(challenge)?.[1];
  if (description) said.texts.push({ read_from: 'http.www-authenticate', lower: description.toLowerCase() });
  if (error) said.codes.set(error.toLowerCase(), { code: error, read_from: 'http.www-authenticate', inBody: false });
}

/** The answer that `run --url` gave in the server's place. */
function ownFailure(error: Json | undefined): Json | null {
  const data = jsonMember(error, 'data');
  return jsonMember(data, 'source') === 'callgrove' && data !== undefined ? data : null;
}

/** What the proxy knew of the credential's past, and how far the request got. */
const OWN_KINDS: Readonly<Record<string, ErrorKindName>> = {
  auth_missing: 'bad_credential',
  auth_expired: 'no_longer_valid',
  permission_denied: 'forbidden_at_door',
  rate_limited: 'rate_at_door',
  malformed_result: 'malformed',
};

function ofOwnFailure(facts: ErrorFacts, own: Json): CallError {
  const status = jsonMember(own, 'http_status');
  const error_class = jsonMember(own, 'error_class');
  const mayHaveRun = jsonMember(own, 'may_have_run') !== false;
  const wait = jsonMember(own, 'retry_after_ms');
  const told = typeof wait === 'number' ? wait : null;
  if (typeof status === 'number' && status >= 300) {
    const { headers = {} } = facts.http ?? {};
    const read = ofHttp({ ...facts, http: { status, headers } }, { status, headers });
    // It saw the credential accepted before, which the answer alone does not tell.
    const drifted = error_class === 'auth_expired' && read.error_class !== 'auth_expired';
    const found = drifted
      ? make(facts, {
          kind: 'no_longer_valid',
          code: String(status),
          read_from: 'http.status',
          rule: 'callgrove.accepted_before',
          retry_after_ms: null,
        })
      : read;
    return {
      ...found,
      retry_after_ms: found.retry_after_ms ?? (found.recovery_action === 'wait_and_retry' ? told : null),
    };
  }
  const kind = OWN_KINDS[String(error_class)] ?? (mayHaveRun ? 'broken_off' : 'unreachable');
  const code = jsonMember(own, 'code');
  return make(facts, {
    kind,
    code: typeof code === 'string' ? code : null,
    read_from: 'transport',
    rule: `callgrove.${kind}`,
    retry_after_ms: told,
  });
}

function ofCrash(facts: ErrorFacts, crash: NonNullable<ErrorFacts['crash']>): CallError {
  const code = crash.signal ?? (crash.code === null ? null : String(crash.code));
  if (crash.error !== null) {
    const errno = /\b(E[A-Z]{3,15})\b/.exec(crash.error)?.[1] ?? null;
    return make(facts, {
      kind: 'not_started',
      code: errno ?? code,
      read_from: 'exit',
      rule: 'exit.not_started',
      retry_after_ms: null,
    });
  }
  // One that a signal ended had been running.
  const said = nothingSaid();
  if (crash.stderr !== null && crash.signal === null) {
    const text = crash.stderr.slice(-LOOKED_AT_CHARS).trimEnd().toLowerCase();
    said.texts.push({ read_from: 'stderr', lower: text });
  }
  const matched = STDERR.match(said);
  if (matched)
    return make(facts, {
      kind: matched.rule.kind,
      code,
      read_from: 'stderr',
      rule: matched.rule.id,
      retry_after_ms: null,
    });
  return make(facts, { kind: 'crashed', code, read_from: 'exit', rule: 'exit.unasked', retry_after_ms: null });
}

function ofMalformed(facts: ErrorFacts): CallError {
  return make(facts, {
    kind: 'malformed',
    code: null,
    read_from: 'frame',
    rule: 'frame.malformed',
    retry_after_ms: null,
  });
}

function ofEnd(facts: ErrorFacts, ended: NonNullable<ErrorFacts['ended']>): CallError {
  const kind = ended === 'lost' ? 'broken_off' : ended;
  return make(facts, { kind, code: null, read_from: 'transport', rule: `call.${ended}`, retry_after_ms: null });
}

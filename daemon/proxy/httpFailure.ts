/**
 * What went wrong on the way to an HTTP server and back, as the typed JSON-RPC error that the agent gets in place of an
 * answer. Its code lies outside the range of JSON-RPC and MCP and its data name Callgrove, so that nobody takes it for
 * the server's own words. Pure.
 */

/** Every error that `run --url` makes itself has this code. */
export const PROXY_ERROR_CODE = -31000;

export type FailureClass =
  | 'auth_missing'
  | 'auth_expired'
  | 'permission_denied'
  | 'rate_limited'
  | 'upstream_unavailable'
  | 'timeout'
  | 'internal_error'
  | 'transport_error'
  | 'malformed_result';

/** What the server's HTTP answer, or the way to it, said. */
export interface Failure {
  readonly error_class: FailureClass;
  /** One sentence for people. */
  readonly message: string;
  readonly http_status: number | null;
  /** The schemes of `WWW-Authenticate` by name, never with their parameters. */
  readonly www_authenticate: readonly string[];
  readonly retry_after_ms: number | null;
  /** Whether the request may have taken effect at the server. */
  readonly may_have_run: boolean;
  readonly recovery_action: 'reauth' | 'wait_and_retry' | 'verify_then_retry' | 'restart_server' | 'ask_human';
  /** The system's code where there was no HTTP answer, e.g. `ECONNREFUSED`. */
  readonly code: string | null;
}

/** What is known of the request's credentials: none sent, sent, or sent and accepted before. */
export type CredentialUse = 'none' | 'sent' | 'accepted';

export interface RefusedAnswer {
  readonly shown: string;
  readonly status: number;
  readonly wwwAuthenticate: string | undefined;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
  readonly credential: CredentialUse;
  /** The request named a session. */
  readonly inSession: boolean;
  /** What an error document said in its `message`; cut, and without control characters. */
  readonly said: string | null;
}

/** An HTTP status that is no success. */
export function failureOfStatus(answer: RefusedAnswer): Failure {
  const { status, shown } = answer;
  const schemes = schemesOf(answer.wwwAuthenticate);
  const base = {
    http_status: status,
    www_authenticate: schemes,
    retry_after_ms: retryAfterMs(answer.retryAfter),
    may_have_run: false,
    code: null,
  };
  const said = answer.said ? ` It said: ${answer.said}` : '';
  const make = (
    error_class: FailureClass,
    recovery_action: Failure['recovery_action'],
    what: string,
    rest: Partial<Failure> = {},
  ): Failure => ({
    ...base,
    error_class,
    recovery_action,
    message: `Callgrove: ${shown} answered HTTP ${status}: ${what}${said}`,
    ...rest,
  });
  if (status === 401) {
    const by = schemes.length > 0 ? ` (${schemes.join(', ')})` : '';
    const invalid = /\binvalid_token\b/.test(answer.wwwAuthenticate ?? '');
    if (answer.credential === 'none')
      return make('auth_missing', 'reauth', `it wants a credential${by}, and none is configured.`);
    return answer.credential === 'accepted' || invalid
      ? make('auth_expired', 'reauth', `the credential is not accepted any more${by}.`)
      : make('auth_missing', 'reauth', `it does not accept the credential that is configured${by}.`);
  }
  if (status === 403) return make('permission_denied', 'ask_human', 'it refuses this request.');
  if (status === 404 && answer.inSession)
    return make('transport_error', 'verify_then_retry', 'it does not know the session any more.');
  if (status === 404 || status === 405)
    return make('transport_error', 'ask_human', 'no MCP endpoint of Streamable HTTP is there.');
  if (status === 429) return make('rate_limited', 'wait_and_retry', 'too many requests.');
  if (status === 504) return make('timeout', 'verify_then_retry', 'a gateway waited in vain.', { may_have_run: true });
  if (UNAVAILABLE.includes(status))
    return make('upstream_unavailable', 'wait_and_retry', 'the server failed.', { may_have_run: status !== 503 });
  if (status >= 500) return make('internal_error', 'verify_then_retry', 'the server failed.', { may_have_run: true });
  if (status >= 300 && status < 400)
    return make(
      'transport_error',
      'ask_human',
      `it redirects ${redirectTarget(answer.location)}, which is not followed.`,
    );
  return make('transport_error', 'ask_human', 'it refuses this request.');
}

/** Statuses of a server that is not there for the moment; 529 is Anthropic's, 520 to 523 are Cloudflare's. */
const UNAVAILABLE: readonly number[] = [502, 503, 520, 521, 523, 529];

/** There was no answer, or it broke off. @param sent the request had left, so that it may have been carried out */
export function failureOfWay(shown: string, code: string, sent: boolean): Failure {
  const reached =
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ERR_TLS|CERT_|DEPTH_|UNABLE_|SELF_)/;
  const unreachable = !sent || reached.test(code);
  return {
    error_class: unreachable ? 'upstream_unavailable' : 'transport_error',
    message: unreachable
      ? `Callgrove: ${shown} cannot be reached (${code}).`
      : `Callgrove: the answer of ${shown} broke off (${code}); the request may have been carried out.`,
    http_status: null,
    www_authenticate: [],
    retry_after_ms: null,
    may_have_run: !unreachable,
    recovery_action: unreachable ? 'wait_and_retry' : 'verify_then_retry',
    code,
  };
}

/** An answer broke off, and the server does not hand over the rest when it is asked for it. */
export function failureOfResume(shown: string, status: number): Failure {
  return {
    ...failureOfContent(shown, status, 'without the rest'),
    error_class: 'transport_error',
    message: `Callgrove: the answer of ${shown} broke off, and HTTP ${status} was said to the question for the rest; the request may have been carried out.`,
  };
}

/** An answer came that holds no message to the request. */
export function failureOfContent(shown: string, status: number, what: string): Failure {
  return {
    error_class: 'malformed_result',
    message: `Callgrove: ${shown} answered HTTP ${status}, but ${what}; the request may have been carried out.`,
    http_status: status,
    www_authenticate: [],
    retry_after_ms: null,
    may_have_run: true,
    recovery_action: 'verify_then_retry',
    code: null,
  };
}

/** The failure's sentence where it stands behind `callgrove: ` already. */
export function sentenceOf({ message }: Failure): string {
  return message.replace(/^Callgrove: /, '');
}

/** The line that stands for the answer. @param id JSON text, one character a byte, as it stood in the request */
export function failureLine(id: string, failure: Failure): Buffer {
  const { message, ...rest } = failure;
  const data = {
    source: 'callgrove',
    event: 'tool_error',
    ...rest,
    recoverable: failure.recovery_action !== 'ask_human',
  };
  const error = JSON.stringify({ code: PROXY_ERROR_CODE, message, data });
  return Buffer.concat([
    Buffer.from('{"jsonrpc":"2.0","id":'),
    Buffer.from(id, 'latin1'),
    Buffer.from(`,"error":${error}}\n`),
  ]);
}

/** Names of the schemes only: realm, scope and addresses are the server's words, and nobody may follow them. */
function schemesOf(header: string | undefined): string[] {
  const bare = (header ?? '').slice(0, 8192).replace(/"(?:[^"\\]|\\.)*"/g, '');
  const names = [...bare.matchAll(/(?:^|,)\s*([A-Za-z][\w.~+-]{0,30})(?=\s*(?:,|$|\s[^=\s]))/g)].map(
    (match) => match[1]!,
  );
  return [...new Set(names)].slice(0, 5);
}

const LONGEST_WAIT_MS = 24 * 3600 * 1000;

function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Math.min(Number(header) * 1000, LONGEST_WAIT_MS) : null;
}

function redirectTarget(location: string | undefined): string {
  try {
    return `to ${new URL(location ?? '').origin}`;
  } catch {
    return 'elsewhere';
  }
}

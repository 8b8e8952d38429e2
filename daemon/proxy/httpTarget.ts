/**
 * What `run --url U --header NAME=VALUE` asks for, checked and made ready: the address, the headers with their variables
 * filled in, and how both are shown and recorded, which is never with a secret. Pure; nothing is looked up or sent.
 */

export interface HttpTarget {
  readonly url: URL;
  /** Lower-case name → value, as every request carries them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Scheme, host, port and path: for people and for the record. Query values are left out. */
  readonly shown: string;
}

export type ParsedTarget =
  | { readonly kind: 'target'; readonly target: HttpTarget; readonly notes: readonly string[] }
  | { readonly kind: 'wrong'; readonly reason: string };

/** These belong to the way a message travels; one from a configuration would break it. */
const OWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * @param env where `${VAR}` is looked up; unset is an error unless the reference brings a default, `${VAR:-x}`
 * @param given headers whose values stand as they are; those of the command line go before them
 */
export function parseTarget(
  address: string,
  headers: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string>> = {},
): ParsedTarget {
  const url = parseUrl(address);
  if (!url) return { kind: 'wrong', reason: '--url needs an address that begins with http:// or https://' };
  const notes: string[] = [];
  const made: Record<string, string> = {};
  if (url.username || url.password) {
    made.authorization = `Basic ${Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  const wanted = Object.entries(given);
  for (const word of headers) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0)).trim();
    if (!TOKEN.test(name)) return { kind: 'wrong', reason: '--header needs NAME=VALUE, where NAME is a header name' };
    const expanded = expand(word.slice(equals + 1), env);
    if ('missing' in expanded)
      return { kind: 'wrong', reason: `the header ${name} needs the variable ${expanded.missing}, which is not set` };
    wanted.push([name, expanded.text]);
  }
  for (const [name, text] of wanted) {
    const value = text.trim();
    // Control characters could forge further headers; anything beyond Latin-1 cannot be sent.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      return { kind: 'wrong', reason: `the value of the header ${name} holds characters that no header may hold` };
    if (OWN_HEADERS.has(name.toLowerCase())) notes.push(`the header ${name} is left out: it belongs to the transport`);
    else made[name.toLowerCase()] = value;
  }
  return { kind: 'target', target: { url, headers: made, shown: shownUrl(url) }, notes };
}

function parseUrl(address: string): URL | null {
  try {
    const url = new URL(address);
    url.hash = '';
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function expand(
  value: string,
  env: Readonly<Record<string, string | undefined>>,
): { text: string } | { missing: string } {
  let missing: string | null = null;
  const text = value.replace(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    const found = env[name];
    if (fallback !== undefined) return found || fallback;
    if (found === undefined) missing ??= name;
    return found ?? '';
  });
  return missing === null ? { text } : { missing };
}

/** Without userinfo, fragment and query values: names of the query stay, so that two addresses can be told apart. */
export function shownUrl(url: URL): string {
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.protocol}//${url.host}${url.pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

/** Values that must not be recorded as they are, under the header's name. */
export function isCredentialHeader(name: string): boolean {
  return /auth|cookie|token|secret|key|credential|password|session|signature|^x-.*-id$/i.test(name);
}

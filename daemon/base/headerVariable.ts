/**
 * How an HTTP header travels in a variable of the environment. `wrap` turns an entry's `headers` into its `env` without
 * touching the values, so no secret moves onto a command line; `run --url` makes headers of them again.
 */

const PREFIX = 'CALLGROVE_HEADER_';
/** Names that come back exactly: `-` is written `_`, and `_` is written `__`. */
const EXACT = /^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/;

/** The variable for a header, such as `CALLGROVE_HEADER_X_Api_Key`; null for a name that would not come back exactly. */
export function headerVariable(header: string): string | null {
  if (!EXACT.test(header)) return null;
  return PREFIX + header.replace(/[-_]/g, (mark) => (mark === '-' ? '_' : '__'));
}

/** The header that a variable stands for, or null where it stands for none. */
export function headerOf(variable: string): string | null {
  if (!variable.startsWith(PREFIX)) return null;
  const header = variable.slice(PREFIX.length).replace(/__?/g, (mark) => (mark === '__' ? '_' : '-'));
  return EXACT.test(header) ? header : null;
}

/** The headers that an environment carries. Names are not case-sensitive; the last of two that differ in case counts. */
export function headersOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const header = headerOf(name);
    if (header !== null && value !== undefined) headers[header] = value;
  }
  return headers;
}

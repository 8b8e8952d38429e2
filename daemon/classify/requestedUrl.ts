/** The address that a call aims at: told only where its arguments hold exactly one, under a name that is given to addresses. */
import type { Json } from '../model/json.ts';

/** As their last word. */
const ADDRESS_NAME = /(?:^|[_.-]|(?<=[a-z\d]))(?:urls?|uris?|href|links?|address|website|endpoint)$/i;
/** Longer ones lose their query: it may not be cut, because half a secret is not known as one. */
const CHARS = 500;
const NODES = 200;
const DEPTH = 4;

/** @returns not masked yet, but without user and password; null where there is none, or several */
export function requestedUrl(args: Json | undefined): string | null {
  const found = new Set<string>();
  let nodes = 0;
  const visit = (value: Json | undefined, name: string, depth: number): void => {
    if (value === undefined || ++nodes > NODES || depth > DEPTH) return;
    if (typeof value === 'string') {
      if (/^https?:\/\//i.test(value) && ADDRESS_NAME.test(name)) found.add(value);
    } else if (Array.isArray(value)) for (const one of value) visit(one, name, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) visit(one, key, depth + 1);
  };
  visit(args, '', 0);
  const [only, ...others] = found;
  return only === undefined || others.length > 0 || nodes > NODES || !URL.canParse(only) ? null : shown(only);
}

function shown(url: string): string | null {
  // As browsers read it: a backslash ends the authority as a slash does.
  const bare = url.replace(/^(https?:\/\/)[^/?#\\]*@/i, '$1…@');
  if (bare.length <= CHARS) return bare;
  const end = bare.search(/[?#]/);
  return end < 0 || end > CHARS ? null : `${bare.slice(0, end)}?…`;
}

/**
 * Decides whether what stands beside a credential's name can be the credential: templates, types, names of other
 * variables and words of prose are not. Stricter the looser the place that it was found in.
 */
import { isPlaceholder } from '../model/placeholder.ts';

/** `data`: a quoted name and its quoted value, as in JSON. `code`: a quoted value after any name. `env`: `NAME=value` as a shell reads it. `text`: anything else. */
export type Place = 'data' | 'code' | 'env' | 'text';

const TEMPLATE =
  /^(?:\$\{|\$\(|\$[A-Za-z_]|\{\{|%[\w.-]+%$|<[^<>]{0,80}>$|\{[\w.-]*\}$|process\.env|os\.environ|env\.|secrets\.|@\w+\/)/;
const BLANK = /^[\s*•·.xX_#?-]*$/;
const WORD =
  /^(?:null|undefined|none|nil|true|false|yes|no|string|number|integer|boolean|object|array|any|unknown|never|void|bytes|str|int|bool|text|required|optional|redacted|\[redacted\]|hidden|masked|secret|password|passwd|token|value|key|apikey|api[-_]key|auth|bearer|basic|oauth2?|cookie|default|empty|unset|set|missing|invalid|expired|username|user|email|name|type|todo|n\/a|include|omit|same-origin)$/i;

/** Is there more to it than a word or the name of something? */
function isMixed(value: string): boolean {
  if (/^[A-Za-z_$][\w$]*(?:[.:]{1,2}[A-Za-z_$][\w$]*)+$/.test(value) && !/\d.*[A-Za-z].*\d/.test(value)) return false;
  if (/^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/.test(value) && /[/\\].*[/\\]|\.[a-z]{1,5}$/i.test(value)) return false;
  return (
    /\d/.test(value) ||
    /[^\w.\-/\s:]/.test(value) ||
    (value.length >= 20 && /[a-z][A-Z]|[A-Z][a-z]/.test(value) && !/[-_. ]/.test(value))
  );
}

/** Names of files, versions and addresses stand beside credentials' names as often as credentials do. */
const PATH =
  /^(?:\/(?:home|Users|etc|usr|var|tmp|opt|root|run|mnt|srv|private|Library|app|data|dev|proc|workspaces?)\/|~\/|[A-Za-z]:[\\/])[^\s?&=]*$/;
const VERSION = /^(?:[\^~]|[<>]=?)?\d+(?:\.(?:\d+|x|\*)){1,2}(?:-[\w.]+)?$/;
const ADDRESS = /^https?:\/\/[^\s@]*$/i;

/** @param password the name says that a person chose the value */
export function canBeSecret(value: string, place: Place, password: boolean): boolean {
  if (value === '' || isPlaceholder(value) || TEMPLATE.test(value) || BLANK.test(value)) return false;
  if (PATH.test(value) || (VERSION.test(value) && (!password || /^[\^~<>]/.test(value)))) return false;
  if (place === 'data')
    return !/^(?:null|undefined|true|false|string(?:\(\d+\))?|number|integer|boolean|object|array)$/i.test(value);
  if (WORD.test(value) || ADDRESS.test(value)) return false;
  if (place === 'env') return value.length >= 4;
  if (/\s/.test(value) || value.length < 6) return false;
  return isMixed(value) || (password && place === 'code') || (password && /^[a-z]{6,40}$/.test(value));
}

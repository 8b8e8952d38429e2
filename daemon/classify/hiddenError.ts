/**
 * Whether a result that claims to be a success is the body of an error. Only its form decides: an error's words alone say
 * nothing, because files, issues and logs are full of them.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';

/** Tools that hand out what somebody else wrote: its form is not theirs. */
const HANDS_OUT = /(?:^|[_-])(?:read|cat|view|open|load|download|files?|documents?|nodes|graph|memory)(?:[_-]|$)/i;
const LONGEST_SENTENCE = 2000;

/**
 * @param body the text parsed, or the structured content; undefined where it is no JSON
 * @param text null for structured content
 */
export function isErrorBody(body: Json | undefined, text: string | null, tool: string | null): boolean {
  if (tool !== null && HANDS_OUT.test(tool)) return false;
  if (typeof body === 'object' && body !== null) return isErrorObject(body);
  return text !== null && isErrorSentence(text);
}

/** Says of itself that it is an error: by a flag, or by an error where data would stand. */
function isErrorObject(body: Json): boolean {
  if (Array.isArray(body)) return false;
  if (jsonMember(body, 'ok') === false || jsonMember(body, 'success') === false) return true;
  if (jsonMember(body, 'object') === 'error' || jsonMember(body, 'type') === 'error') return true;
  const data = ['data', 'result', 'results', 'items'].some((name) => jsonMember(body, name) != null);
  if (data) return false;
  const error = jsonMember(body, 'error');
  if (typeof error === 'string' ? error !== '' : typeof error === 'object' && error !== null) return true;
  const errors = jsonMember(body, 'errors');
  // An answer to "list errors" has more to say than the list: a count, a page.
  if (Array.isArray(errors) && errors.length > 0 && isOnly(body, ['errors', 'data', 'extensions', 'message', 'status']))
    return true;
  const status = jsonMember(body, 'status') ?? jsonMember(body, 'statusCode');
  return typeof status === 'number' && status >= 400 && status < 600 && typeof jsonMember(body, 'message') === 'string';
}

function isOnly(body: Json, names: readonly string[]): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).every((name) => names.includes(name));
}

/** `Error: …` at the very beginning of a short text. */
function isErrorSentence(text: string): boolean {
  return text.length <= LONGEST_SENTENCE && /^\s{0,4}(?:error|exception|fatal)\b[^\n]{0,3}: ?\S/i.test(text);
}

/**
 * Whether a result that claims to be a success is the body of an error. Only its form decides: an error's words alone say
 * nothing, because files, issues and logs are full of them.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';

/** Tools that hand out what somebody else wrote: its form is not theirs. */
const HANDS_OUT = /(?:^|_)(?:read|cat|view|open|load|download|files?|documents?|nodes|graph|memory)(?:_|$)/;
/** Tools that tell how something else stands or went: that it failed is what they were asked for. */
const REPORTS = new RegExp(
  `(?:^|_)(?:${[
    'status|state|health|check|checks|test|tests|lint|validate|verify|diagnose|build|builds|job|jobs|run|runs|pipeline|workflow',
    'deployment|deployments|execute|exec|eval|evaluate|command|shell|script|query|sql|fetch|http|curl|echo|log|logs|console',
    'contents?|resources?|parse|json|convert|format|api_request|make_request|send_request',
  ].join('|')})(?:_|$)`,
);
const LONGEST_SENTENCE = 2000;
/** What an error's body has beside what says that it is one. */
const BESIDE = [
  'ok success status statusCode status_code type object error errors isError is_error',
  'message msg detail details reason description error_description error_message errorMessage',
  'code error_code errorCode error_type errorType hint suggestion retry_after timestamp',
  'request_id requestId trace_id documentation_url data result',
].flatMap((line) => line.split(' '));

/**
 * `certain`: the form alone says that it is an error, whatever it was. `likely`: it is one where what it says is known to
 * be an error's words.
 */
export type ErrorForm = 'certain' | 'likely';

/**
 * @param body the text parsed, or the structured content; undefined where it is no JSON
 * @param text null for structured content
 * @param source what the call names to read from: what comes may be what stands there
 */
export function errorForm(
  body: Json | undefined,
  text: string | null,
  tool: string | null,
  source: 'file' | 'address' | null = null,
): ErrorForm | null {
  const words = tool === null ? '' : wordsOf(tool);
  if (source === 'file' || HANDS_OUT.test(words)) return null;
  const reports = source === 'address' || REPORTS.test(words);
  if (typeof body !== 'object' || body === null) return text !== null && isErrorSentence(text) ? 'likely' : null;
  if (!reports && saysStatus(body)) return 'certain';
  if (!isErrorObject(body)) return null;
  return !reports && !hasData(body) && isOnly(body, BESIDE) ? 'certain' : 'likely';
}

/** `readFile`, `read-file` and `files.read` are spelled `read_file` and `files_read`. */
function wordsOf(tool: string): string {
  return tool
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_');
}

/** `{"status":"error"}`, with a sentence or none; `failed` alone may be how something stands that was asked about. */
function saysStatus(body: Json): boolean {
  const status = jsonMember(body, 'status');
  if (typeof status !== 'string' || hasData(body) || !isOnly(body, BESIDE)) return false;
  if (status.toLowerCase() === 'error') return true;
  const said = ['message', 'error', 'detail', 'reason', 'error_message'].some((name) => isSaid(jsonMember(body, name)));
  return said && /^(?:fail|failed|failure)$/i.test(status);
}

const isSaid = (value: Json | undefined) => typeof value === 'string' && value !== '';

function hasData(body: Json): boolean {
  return ['data', 'result', 'results', 'items'].some((name) => jsonMember(body, name) != null);
}

/** Says of itself that it is an error: by a flag, or by an error where data would stand. */
function isErrorObject(body: Json): boolean {
  if (Array.isArray(body)) return false;
  if (jsonMember(body, 'ok') === false || jsonMember(body, 'success') === false) return true;
  if (jsonMember(body, 'object') === 'error' || jsonMember(body, 'type') === 'error') return true;
  if (hasData(body)) return false;
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

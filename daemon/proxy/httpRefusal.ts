/**
 * The body of an HTTP answer that is no success. Servers put JSON-RPC errors there: one that answers the request is the
 * server's own answer and passes as it is; of any other only its words are taken, for the error that is made here.
 */
import { withoutLineEnds } from './httpAnswer.ts';
import type { HttpAnswer } from './httpClient.ts';
import { EnvelopeScan, idKey, isAnswer } from './httpEnvelope.ts';

export interface Refusal {
  /** The answer as a line, or null. */
  readonly line: Uint8Array | null;
  /** At most 300 characters of what the body's error says, on one line; null where it says nothing readable. */
  readonly said: string | null;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_SAID_CHARS = 300;

/**
 * Reads no more than a bounded part. `done` is called once.
 * @param pending keys of the requests that wait
 * @returns judges what has come so far: the rest will not
 */
export function readRefusal(
  answer: HttpAnswer,
  pending: ReadonlyMap<string, string>,
  done: (refusal: Refusal) => void,
): () => void {
  const parts: Buffer[] = [];
  let bytes = 0;
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    done(judge(Buffer.concat(parts), pending, bytes <= MAX_BODY_BYTES));
  };
  answer.body.on('data', (part: Buffer) => {
    if (over) return;
    bytes += part.length;
    parts.push(part);
    if (bytes <= MAX_BODY_BYTES) return;
    finish();
    answer.body.destroy();
  });
  answer.body.on('end', finish).on('error', finish).on('close', finish);
  return finish;
}

function judge(body: Buffer, pending: ReadonlyMap<string, string>, isWhole: boolean): Refusal {
  const said = wordsOf(body);
  if (!isWhole || pending.size === 0) return { line: null, said };
  const scan = new EnvelopeScan();
  scan.push(body);
  const { messages } = scan;
  const answers =
    messages.length === pending.size &&
    messages.every((message) => isAnswer(message) && message.id !== undefined && pending.has(idKey(message.id)));
  if (!answers || said === null) return { line: null, said };
  return { line: Buffer.concat([withoutLineEnds(body), Buffer.from('\n')]), said };
}

/** The message of a JSON-RPC error, or what OAuth and other JSON errors use for one. Null where it is no JSON. */
function wordsOf(body: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value)) return '';
    const inner = 'error' in value && typeof value.error === 'object' && value.error !== null ? value.error : value;
    for (const name of ['message', 'error_description', 'detail', 'error'])
      if (name in inner) {
        const text: unknown = Object.getOwnPropertyDescriptor(inner, name)?.value;
        if (typeof text === 'string')
          return text
            .replace(/[\p{C}\s]+/gu, ' ')
            .trim()
            .slice(0, MAX_SAID_CHARS);
      }
    return '';
  } catch {
    return null;
  }
}

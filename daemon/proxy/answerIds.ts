/**
 * The ids of the answers in a server's line, found without reading the line where that is possible: servers write the id
 * as the first or the last member of a message.
 */
import { idText, readMessages } from './gateMessages.ts';

/** As strings only of plain ASCII: what is escaped or encoded is spelled in more than one way. */
const ID = /"id"\s*:\s*("[ !#-[\]-~]*"|-?\d+)/.source;
/** What stands right before the last brace is a member of the message itself. */
const LAST = new RegExp(`,\\s*${ID}\\s*\\}\\s*$`);
/** So is what follows the first brace, with nothing but the version between. */
const FIRST = new RegExp(`^\\s*\\{\\s*(?:"jsonrpc"\\s*:\\s*"2\\.0"\\s*,\\s*)?${ID}\\s*,`);
const TAIL_BYTES = 200;
/** Longer lines that hide their id are not read. */
const READ_BYTES = 1024 * 1024;

/** Ids as JSON text (gateMessages.ts idText); none where the line is no answer, or too long to tell. */
export function answerIds(line: Uint8Array): string[] {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const found = idAtEnds(
    bytes.toString('latin1', 0, TAIL_BYTES),
    bytes.toString('latin1', Math.max(0, bytes.length - TAIL_BYTES)),
  );
  if (found !== null) return [found];
  if (bytes.length > READ_BYTES) return [];
  const messages = readMessages(line)?.messages ?? [];
  return messages.flatMap((message) =>
    message && message.method === null && message.id !== undefined ? [idText(message.id)] : [],
  );
}

/** Of a line that is not held: by its beginning and its end, as Latin-1. A request of the server's may have the same id. */
export function idAtEnds(head: string, tail: string): string | null {
  if (/^\s*\[/.test(head) || /"method"\s*:/.test(head) || /"method"\s*:/.test(tail)) return null;
  const id = LAST.exec(tail)?.[1] ?? FIRST.exec(head)?.[1];
  return id === undefined ? null : idText(JSON.parse(id));
}

/**
 * Cuts the agent's bytes into lines, looking at each message as its bytes come. Lines are copied, because the buffer
 * they arrive in is used again.
 */
import { EnvelopeScan } from './httpEnvelope.ts';
import type { AgentLine } from './httpSession.ts';

const LF = 10;
const CR = 13;

export interface LineCutter {
  push(bytes: Uint8Array): void;
  /** A last line without a line end counts as one. */
  end(): void;
}

/** Blank lines are left out. */
export function cutLines(onLine: (line: AgentLine) => void): LineCutter {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let scan = new EnvelopeScan();
  const add = (piece: Uint8Array) => {
    if (piece.length === 0) return;
    const copy = Buffer.from(piece);
    parts.push(copy);
    bytes += copy.length;
    scan.push(copy);
  };
  const finish = () => {
    const last = parts.at(-1);
    if (last?.at(-1) === CR) {
      parts[parts.length - 1] = last.subarray(0, -1);
      bytes--;
    }
    const line: AgentLine = { parts, bytes, messages: scan.messages };
    const isBlank = bytes === 0 || (scan.messages.length === 0 && !/\S/.test(Buffer.concat(parts).toString('latin1')));
    parts = [];
    bytes = 0;
    scan = new EnvelopeScan();
    if (!isBlank) onLine(line);
  };
  return {
    push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
        add(chunk.subarray(from, end));
        from = end + 1;
        finish();
      }
      add(chunk.subarray(from));
    },
    end: finish,
  };
}

/**
 * An independent reading of a journal folder, for tests only: shares no code with the product's readers, so that it
 * cannot share their mistakes. Gives every line of traffic with the chunk that its first byte stands in.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface JournalLine {
  readonly connection_id: string;
  readonly direction: string;
  /** Ordinal of the chunk with its first byte, and which line of that chunk it is. */
  readonly key: string;
  readonly text: string;
  /** Wall clock of that chunk's record, epoch milliseconds. */
  readonly at: number;
}

export interface ReadJournals {
  readonly lines: readonly JournalLine[];
  /** Chunks and their bytes by connection, stderr included. */
  readonly chunks: ReadonlyMap<string, { chunks: number; bytes: number }>;
}

export function readJournals(folder: string): ReadJournals {
  const lines: JournalLine[] = [];
  const chunks = new Map<string, { chunks: number; bytes: number }>();
  const byConnection = Map.groupBy(
    readdirSync(folder)
      .filter((name) => name.startsWith('con_'))
      .sort(),
    (name) => name.split('.')[0]!,
  );
  for (const [connection_id, names] of byConnection) {
    const count = { chunks: 0, bytes: 0 };
    chunks.set(connection_id, count);
    const open: Record<string, { key: string; at: number; parts: Buffer[] } | undefined> = {};
    const close = (direction: string) => {
      const line = open[direction];
      open[direction] = undefined;
      const text = line ? Buffer.concat(line.parts).toString('utf8').replace(/\r$/, '') : '';
      if (line && text !== '') lines.push({ connection_id, direction, key: line.key, text, at: line.at });
    };
    for (const name of names) {
      const bytes = readFileSync(join(folder, name));
      let at = bytes.indexOf(10) + 1;
      while (at > 0 && at < bytes.length) {
        const headEnd = bytes.indexOf(10, at);
        if (headEnd < 0) break;
        const head = JSON.parse(bytes.toString('utf8', at, headEnd));
        const payload = bytes.subarray(headEnd + 1, headEnd + 1 + head.n);
        if (payload.length < head.n) break;
        at = headEnd + 1 + head.n;
        if (head.k !== 'chunk') continue;
        count.chunks++;
        count.bytes += head.n;
        if (head.d === 'stderr') continue;
        let begun = 0;
        for (let from = 0; from < payload.length; ) {
          const end = payload.indexOf(10, from);
          const piece = payload.subarray(from, end < 0 ? payload.length : end);
          const isBlank = piece.length === 0 || (piece.length === 1 && piece[0] === 13);
          if (open[head.d]) open[head.d]!.parts.push(piece);
          else if (!isBlank)
            open[head.d] = { key: begun === 0 ? `${head.o}` : `${head.o}.${begun}`, at: head.t, parts: [piece] };
          if (open[head.d] && open[head.d]!.key.split('.')[0] === `${head.o}`) begun++;
          if (end < 0) break;
          close(head.d);
          from = end + 1;
        }
      }
    }
    for (const direction of ['c2s', 's2c']) close(direction);
  }
  return { lines, chunks };
}

/** Writes journals for tests as a proxy would: a script of what was said, in segments, with clocks that the test sets. */
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenRecord } from '../../daemon/protocol/journal.ts';
import { JOURNAL_VERSION, segmentName } from '../../daemon/protocol/segment.ts';

export interface JournalScript {
  readonly connection_id: string;
  open(facts?: Partial<OpenRecord>): JournalScript;
  /** A message with its line end. */
  c2s(message: unknown): JournalScript;
  s2c(message: unknown): JournalScript;
  /** Bytes as they are. */
  raw(direction: 'c2s' | 's2c' | 'stderr', bytes: string | Uint8Array): JournalScript;
  record(kind: string, value: unknown): JournalScript;
  exit(code?: number): JournalScript;
  segment(): JournalScript;
  /** Moves both clocks. */
  wait(ms: number): JournalScript;
  /** Where each record ends: [segment, offset]. */
  readonly boundaries: readonly (readonly [number, number])[];
}

export function journalScript(folder: string, connectionId: string, startMs = 1_790_000_000_000): JournalScript {
  let segment = -1;
  let ordinal = 0;
  let at = startMs;
  let offset = 0;
  const midLine = { c2s: false, s2c: false };
  const boundaries: [number, number][] = [];
  const write = (bytes: Uint8Array) => {
    appendFileSync(join(folder, segmentName(connectionId, segment)), bytes, { mode: 0o600 });
    offset += bytes.length;
    boundaries.push([segment, offset]);
  };
  const begin = () => {
    segment++;
    offset = 0;
    const header = {
      v: JOURNAL_VERSION,
      journal: 'callgrove',
      connection_id: connectionId,
      segment,
      started_at: new Date(at).toISOString(),
      next_ordinal: ordinal,
      mid_line: { ...midLine },
    };
    if (!existsSync(join(folder, segmentName(connectionId, segment))))
      write(Buffer.from(`${JSON.stringify(header)}\n`));
  };
  const record = (k: string, payload: Uint8Array, d?: string) => {
    const head = `${JSON.stringify({ k, o: ordinal++, t: at, m: at - startMs, ...(d ? { d } : {}), n: payload.length })}\n`;
    write(Buffer.concat([Buffer.from(head), payload]));
    at += 1;
  };
  begin();
  const script: JournalScript = {
    connection_id: connectionId,
    boundaries,
    open(facts = {}) {
      const open: OpenRecord = {
        connection_id: connectionId,
        callgrove: '0.1.0',
        transport: 'stdio',
        name: 'fs',
        argv: ['server-fs'],
        cwd: '/w',
        proxy_pid: 2 ** 22 + 1,
        child: null,
        process_chain: [{ pid: 2 ** 22 + 2, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/w' }],
        root_evidence: {},
        environment: {},
        platform: 'linux',
        runtime: 'node 24',
        user: 'ada',
        boot_id: 'b',
        ...facts,
      };
      return script.record('open', open);
    },
    c2s: (message) => script.raw('c2s', `${JSON.stringify(message)}\n`),
    s2c: (message) => script.raw('s2c', `${JSON.stringify(message)}\n`),
    raw(direction, bytes) {
      const payload = Buffer.from(bytes);
      if (direction !== 'stderr' && payload.length > 0) midLine[direction] = payload.at(-1) !== 10;
      record('chunk', payload, direction);
      return script;
    },
    record(kind, value) {
      record(kind, Buffer.from(JSON.stringify(value)));
      return script;
    },
    exit: (code = 0) => script.record('exit', { code, signal: null, error: null }),
    segment() {
      begin();
      return script;
    },
    wait(ms) {
      at += ms;
      return script;
    },
  };
  return script;
}

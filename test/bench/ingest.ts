/**
 * How fast a journal becomes rows: stage A and stage B over a journal that is there already, in one process, calls per
 * second. `node test/bench/ingest.ts [CALLS] [BYTES]`: BYTES is the size of the argument and of the answer's text.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { journalScript } from '../support/journalScript.ts';

export interface IngestFigures {
  readonly calls: number;
  readonly bytes: number;
  readonly stage_a: number;
  readonly stage_b: number;
  /** Calls per second of processor time: what a busy machine does not blur. */
  readonly stage_a_cpu: number;
  readonly stage_b_cpu: number;
}

/** Text as tools return it: words, paths and numbers, no two lines the same. */
function prose(bytes: number, seed: number): string {
  let text = '';
  for (let i = 0; text.length < bytes; i++)
    text += `src/module${(seed * 7 + i) % 97}/file${i}.ts:${seed + i} export function name${i}; `;
  return text.slice(0, bytes);
}

export async function measureIngest(calls: number, bytes: number): Promise<IngestFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-bench-'));
  try {
    const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
    for (const one of Object.values(places)) mkdirSync(one);
    const id = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));
    journalScript(places.journal, id).open();
    const file = openSync(join(places.journal, `${id}.0000.cgj`), 'a');
    let ordinal = 1;
    const chunk = (d: string, message: unknown) => {
      const payload = Buffer.from(`${JSON.stringify(message)}\n`);
      const head = { k: 'chunk', o: ordinal, t: 1_790_000_001_000 + ordinal, m: ordinal, d, n: payload.length };
      ordinal++;
      return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), payload]);
    };
    for (let i = 0; i < calls; i++) {
      const args = { path: `/w/src/file${i}.ts`, text: prose(bytes, i) };
      const request = chunk('c2s', {
        jsonrpc: '2.0',
        id: i,
        method: 'tools/call',
        params: { name: 'read_file', arguments: args },
      });
      const result = { content: [{ type: 'text', text: prose(bytes, i + 1) }] };
      writeSync(file, Buffer.concat([request, chunk('s2c', { jsonrpc: '2.0', id: i, result })]));
    }
    closeSync(file);
    const { database } = openStore(join(folder, 'bench.db'), new Date());
    const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
    const ingest = createIngest({ places, database, redactor, machineKey: null, note: () => {} });
    const cpu = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
    const [startA, cpuA] = [performance.now(), cpu()];
    const bodies = secondStageOf(ingest, places, database, null);
    ingest.follower.scan();
    while (await ingest.once());
    const [startB, cpuB] = [performance.now(), cpu()];
    while (await readBodies(bodies));
    const [end, cpuEnd] = [performance.now(), cpu()];
    const stored = database.sql("SELECT count(*) AS n FROM calls WHERE outcome = 'success' AND todo = 0").get()?.n;
    if (stored !== calls) throw new Error(`${stored} of ${calls} calls are there`);
    database.dispose();
    const perSecond = (ms: number) => Math.round((calls / ms) * 1000);
    return {
      calls,
      bytes,
      stage_a: perSecond(startB - startA),
      stage_b: perSecond(end - startB),
      stage_a_cpu: perSecond(cpuB - cpuA),
      stage_b_cpu: perSecond(cpuEnd - cpuB),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [calls = '30000', bytes = '800'] = process.argv.slice(2);
  console.log(JSON.stringify(await measureIngest(Number(calls), Number(bytes))));
}

/**
 * What comparing two long runs takes: two recorded sessions whose calls agree but for every hundredth, and two that have
 * nothing in common but their tools. From the question to the answer, as the query thread works it out.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnswers } from '../../daemon/answers.ts';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { journalScript } from '../support/journalScript.ts';
import { digits, type Line } from './report.ts';
import { median, spreadOf } from './rounds.ts';

type Call = (index: number) => { path: string; text: string };

const SESSIONS: Readonly<Record<string, Call>> = {
  first: (index) => ({ path: `/w/src/${index}.ts`, text: `export const n = ${index};` }),
  second: (index) => ({ path: `/w/src/${index}.ts`, text: `export const n = ${index % 100 === 7 ? -index : index};` }),
  other: (index) => ({ path: `/w/other/${index}.ts`, text: `nothing of ${index}` }),
};

export async function runDiff(calls: number, rounds: number): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-bench-diff-'));
  const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
  for (const one of Object.values(places)) mkdirSync(one);
  for (const [index, call] of Object.values(SESSIONS).entries()) writeSession(places.journal, index + 1, calls, call);
  const { database } = openStore(join(folder, 'bench.db'), new Date());
  const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
  const ingest = createIngest({ places, database, redactor, machineKey: null, note: () => {} });
  ingest.follower.scan();
  while (await ingest.once());
  const bodies = secondStageOf(ingest, places, database, null);
  while (await readBodies(bodies));
  const answers = createAnswers({ database, places, redactor, machineKey: null });
  const [first = '', second = '', other = ''] = answers
    .sessions({ workspace: null, all: true }, null)
    .sessions.map(({ session }) => session.session_id);
  const measure = async (subject: string, b: string): Promise<Line> => {
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const found = await answers.runDiff(first, b);
      took.push(performance.now() - began);
      if (!found || found.diff.first_divergence === null) throw new Error('the two runs were not compared');
    }
    return {
      measure: `comparing two runs of ${calls.toLocaleString('en-US')} calls`,
      subject,
      figure: `${digits(median(took))} ms (${digits(Math.min(...took))}–${digits(Math.max(...took))})`,
      against: null,
      spread: spreadOf(took),
      unit: null,
      wanted: { bound: 'at most', value: 3000, of: median(took) },
      conditions: `${rounds} rounds, both ingested`,
    };
  };
  const lines = [await measure('every hundredth differs', second), await measure('nothing in common', other)];
  database.dispose();
  rmSync(folder, { recursive: true, force: true });
  return lines;
}

function writeSession(folder: string, number: number, calls: number, call: Call): void {
  const id = makeConnectionId(1_790_000_000_000 + number, new Uint8Array(10).fill(number));
  const script = journalScript(folder, id, 1_790_000_000_000 + number * 100_000_000);
  const agent = {
    pid: 2 ** 22 + number,
    ppid: 1,
    start: String(number),
    exe: '/bin/agent',
    argv: ['agent'],
    cwd: '/w',
  };
  script.open({ process_chain: [agent] });
  for (let index = 0; index < calls; index++) {
    const { path, text } = call(index);
    const name = ['read_file', 'list_directory', 'get_file_info'][index % 3] ?? '';
    script.c2s({ jsonrpc: '2.0', id: index, method: 'tools/call', params: { name, arguments: { path } } });
    script.s2c({ jsonrpc: '2.0', id: index, result: { content: [{ type: 'text', text }] } });
  }
  script.exit(0);
}

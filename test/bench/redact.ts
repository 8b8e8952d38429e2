/**
 * How many calls a second one core redacts: 1 kB of arguments and 1 kB of result each, text made of this repository's
 * own sources, no call like another, with a connection whose credential variables are looked for. Prints; judges nothing.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRedactor } from '../../daemon/redact/redactor.ts';

const SIDE_CHARS = 1000;
const CALLS = 6000;
const ROUNDS = 9;

const root = resolve(import.meta.dirname, '../..');
const source = globSync(['daemon/**/*.ts', 'package-lock.json', 'node_modules/zod/README.md'], { cwd: root })
  .sort()
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

/** A JSON-RPC frame around a piece of source that no other call has. */
function side(index: number, result: boolean): string {
  const from = (index * 7919) % (source.length - SIDE_CHARS);
  const content = source.slice(from, from + Math.floor(SIDE_CHARS * 0.8));
  const body = result
    ? { result: { content: [{ type: 'text', text: content }] } }
    : {
        method: 'tools/call',
        params: { name: 'write_file', arguments: { path: `/home/jane/project/src/f${index}.ts`, content } },
      };
  return JSON.stringify({ jsonrpc: '2.0', id: index, ...body }).slice(0, SIDE_CHARS);
}

const machineKey = new Uint8Array(32).fill(7);
const fingerprints = { GITHUB_TOKEN: '01234567', DATABASE_URL: '89abcdef', PATH: '00112233' };
const redactor = await createRedactor({ machineKey });
const figures: Record<string, number[]> = { 'formats, names, URLs, encodings': [], 'and known values': [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, rates] of Object.entries(figures)) {
    const subject = name.startsWith('and') ? redactor.forConnection({ fingerprints }) : redactor;
    const batches = Array.from({ length: CALLS / 100 }, (_, batch) =>
      Array.from({ length: 200 }, (_, i) => side((round * CALLS + batch * 100) * 2 + i, i % 2 === 1)),
    );
    const before = performance.now();
    for (const batch of batches) await subject.redact(batch);
    rates.push(CALLS / ((performance.now() - before) / 1000));
  }
}
for (const [name, rates] of Object.entries(figures)) {
  const sorted = rates.sort((a, b) => a - b).map(Math.round);
  console.log(
    `${name}: ${sorted[Math.floor(ROUNDS / 2)]} calls/s (${sorted[0]}–${sorted.at(-1)}), 1 kB per side, ${ROUNDS} rounds of ${CALLS} calls, one core`,
  );
}

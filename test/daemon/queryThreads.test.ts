/** Questions are answered by as few threads as can, and a busy one holds up nobody while there may be another. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startQueryThreads } from '../../daemon/queryThreads.ts';

/** Answers with its own number; a question that says so is never answered. */
const SCRIPT = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ id, args }) => {
  if (args[0] !== 'wait') parentPort.postMessage({ id, json: JSON.stringify(threadId) });
});
`;

test('one thread until it is busy, then another, and no more than that', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-query-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'query.mjs');
  writeFileSync(file, SCRIPT);
  const threads = startQueryThreads(pathToFileURL(file), folder, 2, () => {});
  t.after(() => threads.dispose());
  const ask = (session: string): Promise<unknown> => threads.ask('call', session);
  const first = await ask('a');
  assert.equal(await ask('b'), first);
  const held = ask('wait');
  held.catch(() => {});
  const second = await ask('c');
  assert.notEqual(second, first);
  assert.equal(await ask('d'), second);
  const alsoHeld = ask('wait');
  alsoHeld.catch(() => {});
  // Both are busy: the questions wait in turn.
  assert.ok([first, second].includes(await ask('e')));
});

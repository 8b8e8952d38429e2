/** `callgrove import`, killed while it writes what the daemon reads already: nothing of it stays, and the next one is whole. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli, startCli } from '../../support/cliRun.ts';
import { exportedBundle } from '../../support/exportedBundle.ts';
import { ingested } from '../../support/ingested.ts';
import { journalScript } from '../../support/journalScript.ts';

const CALLS = 4000;

test('killed in its middle', async (t) => {
  const here = await ingested(t, (journal) => {
    const script = journalScript(journal, 'con_01jd3e8k9mq7r5t2v4w6x8y0zz').open();
    for (let id = 1; id <= CALLS; id++)
      script
        .c2s({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'read', arguments: { id } } })
        .s2c({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: `result ${id}` }] } });
    script.exit();
  });
  const session = String(here.database.sql('SELECT session_id FROM sessions').get()?.session_id);
  const { file } = await exportedBundle(here, session);
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-killed-')));
  const journal = join(home, 'journal');
  const imports = () => readdirSync(journal).filter((name) => name.startsWith('imp_'));
  const begun = () =>
    imports().some((name) => (statSync(join(journal, name), { throwIfNoEntry: false })?.size ?? 0) > 0);
  mkdirSync(journal, { mode: 0o700 });
  t.after(async () => {
    await runCli(['daemon', 'stop'], { home });
    rmSync(home, { recursive: true, force: true });
  });
  // So that the daemon is up when it is killed, and reads.
  await runCli(['sessions', '--all'], { home });

  const child = startCli(['import', file], { home });
  const closed = once(child, 'close');
  while (!begun() && child.exitCode === null) await sleep(1);
  child.kill('SIGKILL');
  await closed;
  const left = imports().map((name) => readFileSync(join(journal, name), 'latin1'));
  assert.ok(
    left.every((text) => !text.includes('"k":"import_end"')),
    'it came to its end before it could be killed',
  );
  assert.deepEqual(JSON.parse((await runCli(['sessions', '--all', '--json'], { home })).stdout), []);
  const until = performance.now() + 30_000;
  while (imports().length > 0 && performance.now() < until) await sleep(50);
  assert.deepEqual(imports(), []);

  const again = await runCli(['import', file, '--json'], { home });
  assert.deepEqual(
    JSON.parse(again.stdout || '{}'),
    { file, ok: true, session_id: session, already: false },
    again.stderr,
  );
  const [listed] = JSON.parse((await runCli(['sessions', '--all', '--json'], { home })).stdout);
  assert.deepEqual([listed?.session_id, listed?.source, listed?.tool_calls], [session, 'imported', CALLS]);
});

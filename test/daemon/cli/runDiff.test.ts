/** `diff` as a process, with a real daemon, over two runs that a journal tells of. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../../daemon/base/ids.ts';
import { runCli } from '../../support/cliRun.ts';
import { journalScript } from '../../support/journalScript.ts';

const START = 1_790_000_000_000;

function record(journal: string, n: number, answers: readonly string[]): void {
  const at = START + n * 60_000;
  const script = journalScript(journal, makeConnectionId(at, new Uint8Array(10).fill(n)), at).open({
    name: 'desk',
    process_chain: [{ pid: 2 ** 22 + 10 + n, ppid: 1, start: `${n}`, exe: '/bin/agent', argv: ['agent'], cwd: '/w' }],
  });
  for (const [index, text] of answers.entries())
    script
      .c2s({ jsonrpc: '2.0', id: index, method: 'tools/call', params: { name: 'mode', arguments: { seat: index } } })
      .s2c({ jsonrpc: '2.0', id: index, result: { content: [{ type: 'text', text }] } });
  script.exit();
}

test('where two runs part, what differs in the answers is shown', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'callgrove-diff-'));
  t.after(async () => {
    await runCli(['daemon', 'stop'], { home });
    rmSync(home, { recursive: true, force: true });
  });
  const journal = join(home, 'journal');
  mkdirSync(journal, { mode: 0o700 });
  record(journal, 1, ['ready', 'at 2026-01-01T00:00:00Z\nmode is cold', 'done']);
  record(journal, 2, ['ready', 'at 2026-01-02T11:22:33Z\nmode is warm', 'done']);
  // Whoever judges all calls anew waits until all of them are read.
  assert.equal((await runCli(['reclassify', '--all'], { home })).code, 0);
  const { code, stdout, stderr } = await runCli(['diff', '--all'], { home });
  assert.equal(code, 1, stderr);
  assert.match(stdout, /Where they part\n {2}desk · mode\b.*\n {2}callgrove call call_\S+\n/);
  assert.match(stdout, /A's lines with -, B's with \+:\n {4}-mode is cold\n {4}\+mode is warm\n/);
  // Nobody captured what these woke up on: that nothing differs is not claimed.
  assert.match(stdout, /What could explain it is not known: not both workbenches were captured\./);
});

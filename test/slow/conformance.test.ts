/** The conformance suite's server scenarios over stdio, behind a bridge: scenario by scenario the same with `run`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openBridge } from '../support/httpBridge.ts';
import { callgroveProgram } from '../support/proxiedRun.ts';

const root = resolve(import.meta.dirname, '..', '..');
const node = process.execPath;
const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** @returns each scenario's checks with their verdicts, in the suite's order */
async function verdicts(command: readonly string[], folder: string): Promise<Record<string, string[]>> {
  const bridge = await openBridge(command);
  try {
    const runner = spawn(node, [suite, 'server', '--url', bridge.url, '-o', folder], { stdio: 'ignore' });
    // Failed scenarios end it with 1: what counts here is that both ways give the same.
    await new Promise((done, fail) => runner.on('error', fail).on('close', done));
  } finally {
    await bridge.close();
  }
  const found: Record<string, string[]> = {};
  for (const entry of await readdir(folder)) {
    const checks: { id: string; status: string }[] = JSON.parse(
      await readFile(join(folder, entry, 'checks.json'), 'utf8'),
    );
    const scenario = entry.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    found[scenario] = checks.map((check) => `${check.id}: ${check.status}`).sort();
  }
  return found;
}

test('the same verdicts with and without run', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'callgrove-conformance-'));
  try {
    const server = [node, join(root, 'test/support/peers/conformanceServer.ts')];
    const run = [node, callgroveProgram(), 'run', '--no-daemon', '--home', join(scratch, 'home'), '--'];
    const direct = await verdicts(server, join(scratch, 'direct'));
    const proxied = await verdicts([...run, ...server], join(scratch, 'proxied'));
    const all = Object.values(direct).flat();
    const good = all.filter((verdict) => verdict.endsWith('SUCCESS')).length;
    console.log(`${Object.keys(direct).length} scenarios, ${good} of ${all.length} checks succeed without run`);
    assert.ok(Object.keys(direct).length >= 25, 'the suite ran');
    assert.ok(good >= 30, 'the server is one that most of the suite accepts');
    assert.deepEqual(proxied, direct);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

/** The conformance suite's server scenarios over stdio, behind a bridge: scenario by scenario the same with `run`. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { counts, serverVerdicts, type Verdicts } from '../support/conformance.ts';
import { openBridge } from '../support/httpBridge.ts';
import { callgroveProgram } from '../support/proxiedRun.ts';

const root = resolve(import.meta.dirname, '..', '..');
const node = process.execPath;

async function verdicts(command: readonly string[], scratch: string): Promise<Verdicts> {
  const bridge = await openBridge(command);
  try {
    return await serverVerdicts(bridge.url, scratch);
  } finally {
    await bridge.close();
  }
}

test('the same verdicts with and without run', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'callgrove-conformance-'));
  try {
    const server = [node, join(root, 'test/support/peers/conformanceServer.ts')];
    const run = [node, callgroveProgram(), 'run', '--no-daemon', '--home', join(scratch, 'home'), '--'];
    const direct = await verdicts(server, scratch);
    const proxied = await verdicts([...run, ...server], scratch);
    const { scenarios, checks, good } = counts(direct);
    console.log(`${scenarios} scenarios, ${good} of ${checks} checks succeed without run`);
    assert.ok(scenarios >= 25, 'the suite ran');
    assert.ok(good >= 30, 'the server is one that most of the suite accepts');
    assert.deepEqual(proxied, direct);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

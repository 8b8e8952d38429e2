/**
 * The conformance suite around `run --url`: its server scenarios through a bridge, `run --url` and a server over HTTP,
 * and its client scenarios with a client that reaches the suite's own servers through `run --url`. Both give scenario by
 * scenario the verdicts that they give without it.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { clientVerdicts, counts, serverVerdicts } from '../support/conformance.ts';
import { openBridge } from '../support/httpBridge.ts';
import { callgroveProgram } from '../support/proxiedRun.ts';

const peers = resolve(import.meta.dirname, '..', 'support', 'peers');
const node = process.execPath;
/** Judges how late a client is, which on a busy machine says nothing about the client. */
const TIMED = 'client-sse-retry-timing';

async function inScratch(body: (scratch: string, run: readonly string[]) => Promise<void>): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'callgrove-conformance-'));
  try {
    const home = join(scratch, 'home');
    await body(scratch, [node, callgroveProgram(), 'run', '--no-daemon', '--home', home, '--url']);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

test('server scenarios: the same verdicts with and without run --url', { timeout: 300_000 }, () =>
  inScratch(async (scratch, run) => {
    const server = await openBridge([node, join(peers, 'conformanceServer.ts')]);
    const through = await openBridge([...run, server.url]);
    try {
      const verdicts = (url: string) => serverVerdicts(url, scratch);
      const [direct, proxied] = await Promise.all([verdicts(server.url), verdicts(through.url)]);
      const { scenarios, checks, good } = counts(direct);
      assert.ok(scenarios >= 25 && good >= 30, `${scenarios} scenarios, ${good} of ${checks} checks succeed`);
      assert.deepEqual(proxied, direct);
    } finally {
      await through.close();
      await server.close();
    }
  }),
);

for (const scenario of ['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry'])
  test(`client scenario ${scenario}: the same verdicts with and without run --url`, { timeout: 120_000 }, () =>
    inScratch(async (scratch, run) => {
      const client = [node, join(peers, 'conformanceClient.ts')];
      const verdicts = (command: readonly string[]) => clientVerdicts(scenario, command.join(' '), scratch, TIMED);
      const [direct, proxied] = await Promise.all([verdicts(client), verdicts([...client, ...run])]);
      const { checks, good } = counts(direct);
      assert.ok(checks > 0, 'the suite judged');
      assert.deepEqual(proxied, direct);
      assert.equal(good, checks);
    }),
  );

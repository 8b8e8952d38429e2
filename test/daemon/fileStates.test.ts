/** What proxies see of the files that calls name: real servers behind the real proxy, checked against the disk by the test itself. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { FileStateRecord } from '../../daemon/protocol/fileState.ts';
import { OPENING, type Talk, talk } from '../support/gated.ts';
import { readJournal, throughRun } from '../support/proxied.ts';

const PEER = resolve(import.meta.dirname, '../support/peers/filePeer.mjs');
const FILESYSTEM = resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
);
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

interface Place {
  readonly ws: string;
  readonly agent: Talk;
  /** Ends the agent and reads what was recorded. */
  states(): Promise<FileStateRecord[]>;
  readonly home: string;
}

const recorded = (home: string) =>
  readJournal(home)
    .documents('filestate')
    .map((one) => FileStateRecord.parse(one));

async function place(
  t: { after(work: () => void): void },
  server: (ws: string) => readonly string[] = () => [PEER],
): Promise<Place> {
  const folder = realpathSync(mkdtempSync('/var/tmp/callgrove-states-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [ws, home] = [join(folder, 'ws'), join(folder, 'state')];
  mkdirSync(join(ws, '.git'), { recursive: true });
  const env = { ...process.env, CLAUDE_PROJECT_DIR: ws };
  const agent = talk([process.execPath, throughRun(home, server(ws))], ws, env);
  t.after(() => agent.kill());
  await agent.ask('init', 'initialize', OPENING);
  return {
    ws,
    home,
    agent,
    async states() {
      await agent.end();
      return recorded(home);
    },
  };
}

const call = (agent: Talk, id: number, name: string, args: object) =>
  agent.ask(id, 'tools/call', { name, arguments: args });

test('the very first call of a connection is looked at before its server can have done anything', async (t) => {
  const { ws, agent, states, home } = await place(t);
  writeFileSync(join(ws, 'a.txt'), 'old');
  await call(agent, 1, 'write_file', { path: 'a.txt', content: 'new text' });
  await call(agent, 2, 'create_file', { path: join(ws, 'b.txt'), content: 'b' });
  const [before, after, second, created] = await states();
  assert.deepEqual([before?.when, after?.when, second?.when, created?.when], ['before', 'after', 'before', 'after']);
  assert.deepEqual(before?.doubts, []);
  assert.deepEqual(before?.files[0]?.content, { encoding: 'utf8', text: 'old' });
  assert.equal(before?.files[0]?.before.sha256, sha('old'));
  const [file] = after?.files ?? [];
  assert.equal(file?.path, join(ws, 'a.txt'));
  assert.equal(file?.after?.sha256, sha(readFileSync(join(ws, 'a.txt'), 'utf8')));
  assert.equal(file?.after?.bytes, statSync(join(ws, 'a.txt')).size);
  assert.deepEqual([created?.files[0]?.before.kind, created?.files[0]?.after?.kind], ['absent', 'file']);
  // In the journal the look stands behind the request that it is about, and before what the server said to it.
  const kinds = readJournal(home).records.map(({ head }) => (head.k === 'chunk' ? head.d : head.k));
  const looks = kinds.flatMap((kind, index) => (kind === 'filestate' ? [index] : []));
  assert.equal(kinds.slice(0, looks[0]).filter((kind) => kind === 'c2s').length, 2);
  assert.equal(kinds.slice(looks[0], looks[1]).filter((kind) => kind === 's2c').length, 1);
});

test('calls that only read cost no record, and leave one where the file changed all the same', async (t) => {
  const { ws, agent, states } = await place(t);
  writeFileSync(join(ws, 'a.txt'), 'text');
  await new Promise((done) => setTimeout(done, 60));
  await call(agent, 1, 'read_file', { path: 'a.txt' });
  await call(agent, 2, 'inspect_file', { path: 'a.txt' });
  const found = await states();
  assert.deepEqual(
    found.filter(({ request_id }) => request_id !== '2'),
    [],
  );
  const [after] = found.filter(({ request_id }) => request_id === '2');
  assert.equal(after?.when, 'after');
  assert.equal(after?.files[0]?.after?.bytes, 13);
  assert.deepEqual(after?.doubts, ['late']);
});

test('a folder that became a link meanwhile is seen, and a call without an answer has a before only', async (t) => {
  const { ws, agent, states, home } = await place(t);
  for (const name of ['dir', 'other']) mkdirSync(join(ws, name));
  await call(agent, 1, 'swap_and_write_file', { path: join(ws, 'dir/a'), content: 'x', elsewhere: join(ws, 'other') });
  writeFileSync(join(ws, 'go'), '');
  agent.send(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'slow_write_file', arguments: { path: 'slow', content: 'x', go: 'go' } },
    }),
  );
  await agent.ask(3, 'ping');
  const unanswered = recorded(home).filter(({ request_id }) => request_id === '2');
  rmSync(join(ws, 'go'));
  const found = await states();
  const swapped = found.find(({ request_id, when }) => request_id === '1' && when === 'after');
  const file = swapped?.files.find(({ argument }) => argument === 'path');
  assert.notEqual(file?.before.folder, null);
  assert.equal(file?.after?.folder, null);
  assert.deepEqual(
    unanswered.map(({ when }) => when),
    ['before'],
  );
});

test('a long line in pieces, and the reference server with its own paths', async (t) => {
  const { ws, agent, states } = await place(t, (root) => [FILESYSTEM, root]);
  const content = 'line\n'.repeat(60_000);
  await call(agent, 1, 'write_file', { path: join(ws, 'big.txt'), content });
  await call(agent, 2, 'edit_file', {
    path: join(ws, 'small.txt'),
    edits: [{ oldText: 'a', newText: 'b' }],
  });
  const found = await states();
  const big = found.find(({ request_id, when }) => request_id === '1' && when === 'after');
  assert.deepEqual(big?.doubts, []);
  assert.deepEqual([big?.files[0]?.before.kind, big?.files[0]?.after?.bytes], ['absent', content.length]);
  const edit = found.find(({ request_id, when }) => request_id === '2' && when === 'after');
  assert.deepEqual([edit?.files[0]?.before.kind, edit?.files[0]?.after?.kind], ['absent', 'absent']);
});

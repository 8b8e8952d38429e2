/**
 * The gate with real servers and real clients: each escape that the record of filesystem servers knows is tried for real. In
 * `enforce` none reaches the server, in `observe` each is flagged; and clients of both SDK lines read a denial.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Fenced, fence, OPENING, talk } from '../support/gated.ts';
import { opening, openPeer } from '../support/httpPeer.ts';
import { callgroveProgram } from '../support/proxiedRun.ts';

const modules = resolve(import.meta.dirname, '../../node_modules');
const SERVERS = {
  '2026.8.31': join(modules, '@modelcontextprotocol/server-filesystem/dist/index.js'),
  'the fixed 2.x line': join(modules, 'server-filesystem-fixed/dist/index.js'),
};

const filesystem = (file: string, { ws }: Fenced) => [process.execPath, file, ws];

type Try = readonly [what: string, tool: string, (place: Fenced) => Record<string, unknown>];
const read = (what: string, path: (place: Fenced) => string): Try => [
  what,
  'read_text_file',
  (place) => ({ path: path(place) }),
];
const around = ({ ws }: Fenced) => dirname(ws);

/** By the rows of the table of paths, and the advisories. */
const ESCAPES: readonly Try[] = [
  read('3 relative', () => '../secret.txt'),
  read('3 absolute', ({ ws }) => `${ws}/../secret.txt`),
  read('3 deep', ({ ws }) => `${ws}/src/../../secret.txt`),
  read('4 CVE-2025-53110 prefix without separator', ({ ws }) => `${ws}-evil/a.txt`),
  read('6 link to a folder', ({ ws }) => `${ws}/link/x.txt`),
  read('7 CVE-2025-53109 link to a file', ({ ws }) => `${ws}/file`),
  ['8 dangling link', 'write_file', ({ ws }) => ({ path: `${ws}/dangling`, content: 'x' })],
  read('9 link and ..', ({ ws }) => `${ws}/deep/../x.txt`),
  read('11 /proc/self/root', (place) => `/proc/self/root${around(place)}/secret.txt`),
  read('11 /proc/self/cwd', () => '/proc/self/cwd/../secret.txt'),
  read('11 /dev/fd', () => '/dev/fd/3'),
  read('15 GHSA-7rgq trailing space', ({ ws }) => `${ws} /a.txt`),
  read('15 GHSA-7rgq trailing quote', ({ ws }) => `${ws}"/a.txt`),
  read('26 file URI', (place) => `file://${around(place)}/secret.txt`),
  read('26 file URI, encoded once', ({ ws }) => `file://${ws}/%2e%2e/secret.txt`),
  read('27 null byte', ({ ws }) => `${ws}/a\0.txt`),
  read('28 home', () => '~/secret.txt'),
  read('somewhere else', () => '/etc/passwd'),
  read('hidden configuration', ({ ws }) => `${ws}/.git/config`),
  read('a credential file', ({ ws }) => `${ws}/.env`),
  ['a write outside', 'write_file', (place) => ({ path: `${around(place)}/made.txt`, content: 'x' })],
  ['a write through a link', 'write_file', ({ ws }) => ({ path: `${ws}/link/made.txt`, content: 'x' })],
  [
    'an edit through a link',
    'edit_file',
    ({ ws }) => ({ path: `${ws}/file`, edits: [{ oldText: 's', newText: 'x' }] }),
  ],
  ['a folder outside', 'create_directory', (place) => ({ path: `${around(place)}/made` })],
  ['a move out', 'move_file', ({ ws }) => ({ source: `${ws}/src/a.txt`, destination: `${ws}/link/a.txt` })],
  ['a move in', 'move_file', ({ ws }) => ({ source: `${ws}/../secret.txt`, destination: `${ws}/b.txt` })],
  ['one of many', 'read_multiple_files', ({ ws }) => ({ paths: [`${ws}/src/a.txt`, `${ws}/file`] })],
  ['a listing', 'list_directory_with_sizes', ({ ws }) => ({ path: `${ws}/link` })],
  ['a tree', 'directory_tree', (place) => ({ path: around(place) })],
  ['a search', 'search_files', (place) => ({ path: around(place), pattern: '**/*.txt' })],
  ['file facts', 'get_file_info', ({ ws }) => ({ path: `${ws}/link/x.txt` })],
  ['a picture', 'read_media_file', ({ ws }) => ({ path: `${ws}/link/x.png` })],
];
const INSIDE: readonly Try[] = [
  read('1 plain', ({ ws }) => `${ws}/src/a.txt`),
  ['5 the root', 'list_directory', ({ ws }) => ({ path: `${ws}/` })],
  ['a new file', 'write_file', ({ ws }) => ({ path: `${ws}/new.txt`, content: 'x' })],
];

for (const [version, file] of Object.entries(SERVERS))
  for (const mode of ['observe', 'enforce'] as const)
    test(`server-filesystem ${version}, ${mode}: every escape`, { timeout: 60_000 }, async (t) => {
      const place = fence();
      t.after(() => place.remove());
      place.policy({ mode });
      const agent = talk(place.command(filesystem(file, place)), place.ws, {
        ...process.env,
        HOME: place.userHome,
        CLAUDE_PROJECT_DIR: place.ws,
      });
      t.after(() => agent.kill());
      await agent.ask(0, 'initialize', OPENING);
      agent.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
      await agent.ask(1, 'tools/list');
      const all = [...ESCAPES, ...INSIDE];
      const answers = await Promise.all(
        all.map(([, name, args], at) => agent.ask(100 + at, 'tools/call', { name, arguments: args(place) })),
      );
      assert.equal(await agent.end(), 0);

      const decisions = place.decisions();
      const reached = place.reached();
      assert.equal(decisions.length, all.length, 'each call is judged once');
      for (const [at, [what]] of all.entries()) {
        const decision = decisions.find(({ request_id }) => request_id === String(100 + at));
        const passed = reached.some((line) => line.includes(`"id":${100 + at},`));
        const { decision: decided, reason } = decision ?? {};
        if (at >= ESCAPES.length) assert.deepEqual([decided, passed], ['allow', true], what);
        else if (mode === 'observe') assert.deepEqual([decided, passed], ['would_deny', true], `${what} (${reason})`);
        else {
          assert.deepEqual([decided, passed], ['deny', false], `${what} (${reason})`);
          const result = answers[at]?.result as { isError: boolean; _meta: Record<string, { reason: string }> };
          assert.equal(result.isError, true, what);
          assert.equal(result._meta['dev.callgrove/denial']?.reason, reason, what);
        }
      }
      if (mode === 'enforce') {
        assert.equal(existsSync(join(around(place), 'made.txt')), false);
        assert.equal(place.altered().length, ESCAPES.length);
      }
    });

test('clients of both SDK lines list, are denied, read why, and go on', { timeout: 60_000 }, async (t) => {
  for (const [Ours, Transport] of [
    [Client, StdioClientTransport],
    [ModernClient, ModernTransport],
  ] as const) {
    const place = fence();
    t.after(() => place.remove());
    place.policy({ mode: 'enforce', tools: { deny: ['move_file'] } });
    const [command, args] = place.command(filesystem(SERVERS['2026.8.31'], place));
    const client = new Ours({ name: 'test', version: '1' });
    // Both classes have the same members; the union of their types has none that can be called.
    const sdk = client as Client;
    await sdk.connect(
      new Transport({
        command,
        args,
        cwd: place.ws,
        env: { PATH: process.env.PATH ?? '', HOME: place.userHome, CLAUDE_PROJECT_DIR: place.ws },
      }) as StdioClientTransport,
    );
    const { tools } = await sdk.listTools();
    assert.ok(
      tools.length > 5 && !tools.some(({ name }) => name === 'move_file'),
      'what it may not call it does not see',
    );
    const denied = await sdk.callTool({ name: 'read_text_file', arguments: { path: join(place.ws, 'file') } });
    assert.equal(denied.isError, true);
    assert.match(JSON.stringify(denied.content), /symlink_escape/);
    assert.equal(denied.structuredContent, undefined, 'the tool declares an outputSchema');
    const allowed = await sdk.callTool({ name: 'read_text_file', arguments: { path: join(place.ws, 'src/a.txt') } });
    assert.match(JSON.stringify(allowed.content), /inside/);
    await sdk.close();
    assert.ok(!place.reached().some((line) => line.includes('/file"')));
  }
});

test('a server reached by URL stands behind the same gate', { timeout: 30_000 }, async (t) => {
  const place = fence();
  t.after(() => place.remove());
  place.policy({ mode: 'enforce', tools: { deny: ['drop_*'] } });
  const peer = await openPeer((seen, response) => {
    if (opening(seen, response)) return;
    const tools = ['read_file', 'drop_table'].map((name) => ({ name, inputSchema: { type: 'object' } }));
    const result = seen.json?.method === 'tools/list' ? { tools } : { content: [] };
    const answer = JSON.stringify({ jsonrpc: '2.0', id: seen.json?.id, result });
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  t.after(() => peer.close());
  const run = [callgroveProgram(), 'run', '--no-daemon', '--home', place.home, '--name', 'far', '--url', peer.url];
  const agent = talk([process.execPath, run], place.ws, { ...process.env, CLAUDE_PROJECT_DIR: place.ws });
  t.after(() => agent.kill());
  await agent.ask(0, 'initialize', OPENING);
  agent.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  assert.doesNotMatch(JSON.stringify(await agent.ask(1, 'tools/list')), /drop_table/);
  for (const [id, name, path] of [
    [2, 'drop_table', 'x'],
    [3, 'read_file', '/etc/passwd'],
  ] as const)
    assert.match(JSON.stringify(await agent.ask(id, 'tools/call', { name, arguments: { path } })), /isError/);
  const fine = await agent.ask(4, 'tools/call', {
    name: 'read_file',
    arguments: { path: join(place.ws, 'src/a.txt') },
  });
  assert.deepEqual(fine.result, { content: [] });
  assert.equal(await agent.end(), 0);
  const calls = peer.seen.filter(({ json }) => json?.method === 'tools/call');
  assert.deepEqual(
    calls.map(({ json }) => json?.id),
    [4],
  );
  assert.deepEqual(
    place.decisions().map(({ decision, reason }) => [decision, reason]),
    [
      ['deny', 'tool_not_allowed'],
      ['deny', 'read_outside_root'],
      ['allow', null],
    ],
  );
  assert.deepEqual(
    place.altered().map(({ why }) => why),
    ['list_filtered', 'denied', 'denied'],
  );
});

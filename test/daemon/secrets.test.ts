/**
 * Planted secrets, end to end: through the real `run`, daemon, store and feed. The journal holds them; the database's
 * pages, every `--json`, every answer of the daemon, the feed and the log do not.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { DaemonFile } from '../../daemon/protocol/feed.ts';
import { runCli } from '../support/cliRun.ts';
import { CALLGROVE, launch, readJournal, temporaryHome } from '../support/proxied.ts';
import { CUSTOM, KNOWN_FORMATS } from './redact/plantedSecrets.ts';

const LEAKY = resolve(import.meta.dirname, '../support/peers/leaky.ts');

/** A different secret for each place, so that a leak names its way. */
let planted = 0;
const secrets = new Map<string, string>();
function plant(place: string): string {
  const secret = `ghp_${String(planted++).padStart(4, '0')}aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zA`;
  secrets.set(place, secret);
  return secret;
}
function plantCustom(place: string): string {
  const secret = `${CUSTOM}${planted++}x`;
  secrets.set(place, secret);
  return secret;
}

const { home, remove } = temporaryHome();
const feed: string[] = [];
const answers: string[] = [];
let daemon: DaemonFile | undefined;

const env = {
  TEAM_SECRET: plantCustom('a variable, said by the server'),
  OTHER_TOKEN: plantCustom('a variable, said as base64'),
  DB_PASSWORD: plantCustom('a variable, in arguments'),
  NAME_SECRET: plantCustom('a variable, made part of names'),
};
const argvSecret = plantCustom('an option of the server');
const labelSecret = plant('a label');

/** A token that claims what is planted; its last part is planted, too. */
function token(place: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'https://id.example', sub: plant(`subject of ${place}`), scope: plant(`scope of ${place}`) };
  const signature = Buffer.from(`${plantCustom(`signature of ${place}`)}`).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${signature}`;
}

function traffic(): unknown[] {
  let id = 0;
  const call = (name: string, args: unknown, meta?: unknown) => ({
    jsonrpc: '2.0',
    id: ++id,
    method: 'tools/call',
    params: { name, arguments: args, ...(meta ? { _meta: meta } : {}) },
  });
  const b64 = (value: string) => Buffer.from(value).toString('base64');
  return [
    {
      jsonrpc: '2.0',
      id: 'init',
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: { sampling: {} },
        clientInfo: {
          name: `agent ${plant('client name')} of ${env.NAME_SECRET}`,
          version: plant('client version, server name'),
        },
      },
    },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    call('echo', { say: plant('argument and result') }),
    call('echo', { say: `line\n${plant('after a line end')}\nline` }),
    call('echo', {
      password: plantCustom('password argument'),
      nested: JSON.stringify({ api_key: plantCustom('JSON in a string') }),
      say: 'x',
    }),
    call('echo', { say: b64(`Authorization: Bearer ${plant('base64')}`) }),
    call('echo', { say: b64(b64(plant('base64 twice'))) }),
    call('echo', { say: Buffer.from(plant('hex')).toString('hex') }),
    call('echo', { say: encodeURIComponent(`"${plant('percent')}"`) }),
    call('echo', { say: `postgres://jane:${plantCustom('connection string')}@db.example/main` }),
    call('echo', {
      say: `-----BEGIN ${'EC'} PRIVATE KEY-----\n${plant('private key').repeat(4).replaceAll('_', '')}\n-----END EC PRIVATE KEY-----`,
    }),
    call('echo', { say: KNOWN_FORMATS.jwt }),
    call('echo', { say: env.DB_PASSWORD }),
    call('echo', { say: `${'filler text '.repeat(30_000)}${plant('large frame')}` }),
    call('environment', { say: 'TEAM_SECRET' }),
    call('environment', { say: 'OTHER_TOKEN', encoding: 'base64' }),
    call('argv', {}),
    call('tool_error', { say: plant('tool error') }),
    call('rpc_error', { say: plant('JSON-RPC error') }),
    call('progress', { say: plant('progress and log') }, { progressToken: plant('progress token') }),
    call('asks', { say: plant('request of the server') }),
    call('noise', { say: plant('noise, stderr, notification') }),
    call('echo', { say: 'x' }, { 'com.acme/access_token': token('a token with a call') }),
    call(
      'echo',
      { say: 'x' },
      { [`com.acme/${plant('name of a credential')}_token`]: plantCustom('a credential with a call') },
    ),
    call('paid', { say: plant('a receipt') }, { 'x402/payment': { payload: { signature: plantCustom('a payment') } } }),
    call('linked', { say: plant('a link to the rest') }),
    call(`tool ${plant('tool name')}`, { say: 'x' }),
    {
      jsonrpc: '2.0',
      id: plant('request id'),
      method: 'tools/call',
      params: { name: 'echo', arguments: { say: 'x' } },
    },
    { jsonrpc: '2.0', id: ++id, method: `x/${plant('method name')}`, params: {} },
    {
      jsonrpc: '2.0',
      id: ++id,
      method: 'resources/read',
      params: { uri: `https://jane:${plantCustom('resource address')}@x.example/` },
    },
    { jsonrpc: '2.0', id: ++id, method: 'prompts/get', params: { name: plant('prompt name') } },
    {
      jsonrpc: '2.0',
      id: ++id,
      method: 'tools/call',
      params: {
        name: 'echo',
        arguments: { say: 'x' },
        _meta: {
          'vscode.conversationId': plant('conversation id'),
          traceparent: `00-${plant('trace')}-00f067aa0ba902b7-01`,
          'x-codex-turn-metadata': { turn_id: plant('turn id') },
        },
      },
    },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3, reason: plant('cancel reason') } },
  ];
}

async function get(path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${daemon!.port}${path}`, {
    headers: { authorization: `Bearer ${daemon!.token}` },
  });
  const text = await response.text();
  answers.push(text);
  return text;
}

/** Waits for the daemon to have read everything: nothing left in the journal nor for the second stage. */
async function settled(): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const status = JSON.parse(await get('/api/status'));
    if (status.calls >= 20 && status.lag.journal_bytes === 0 && status.lag.second_stage_calls === 0) return;
    await sleep(100);
  }
  assert.fail(`the daemon did not finish: ${answers.at(-1)}`);
}

before(async () => {
  const name = `server-${env.NAME_SECRET}`;
  const run = launch(
    [CALLGROVE, 'run', '--home', home, '--name', name, '--', process.execPath, LEAKY, '--api-key', argvSecret],
    {
      ...process.env,
      ...env,
    },
  );
  const [first, ...rest] = traffic();
  run.child.stdin.write(`${JSON.stringify(first)}\n`);
  await run.saw('"init"');
  const file = join(home, 'daemon.json');
  for (let i = 0; i < 100 && !existsSync(file); i++) await sleep(100);
  daemon = DaemonFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/feed`, ['callgrove.v1', `token.${daemon.token}`]);
  let subscriptions = 0;
  socket.on('message', (data) => {
    feed.push(String(data));
    const message = JSON.parse(String(data));
    for (const { session } of message.sessions ?? []) {
      socket.send(
        JSON.stringify({
          type: 'subscribe',
          id: ++subscriptions,
          session_id: session.session_id,
          filter: '',
          everything: true,
          collapsed: [],
          follow: true,
          from: 0,
          count: 200,
        }),
      );
    }
  });
  await new Promise((opened) => socket.once('open', opened));
  for (const message of rest) run.child.stdin.write(`${JSON.stringify(message)}\n`);
  run.child.stdin.end();
  await run.ended;
  await settled();
  await runCli(['label', 'last', `label ${labelSecret}`, '--all'], { home });
  await sleep(300);
  socket.close();
});

after(async () => {
  await runCli(['daemon', 'stop'], { home });
  remove();
});

/** Every form in which a secret would still be one. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  // Base64 within a longer text has three alignments; the ends depend on the neighbours.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift, 'x'), bytes])
      .toString('base64')
      .slice(shift + 2, -4),
  );
  return [secret, bytes.toString('hex'), encodeURIComponent(secret), ...shifted].map((form) => Buffer.from(form));
}

function assertNone(where: string, content: Buffer): void {
  // Ids are made of names in lower case.
  const lower = Buffer.from(content.toString('latin1').toLowerCase(), 'latin1');
  const leaks = [...secrets].filter(
    ([, secret]) => formsOf(secret).some((form) => content.includes(form)) || lower.includes(secret.toLowerCase()),
  );
  assert.deepEqual(
    leaks.map(([place]) => place),
    [],
    `${where} holds secrets planted as these`,
  );
}

test('the journal holds what was planted', () => {
  const journal = readJournal(home);
  const all = Buffer.concat([
    journal.bytes('c2s'),
    journal.bytes('s2c'),
    journal.bytes('stderr'),
    Buffer.from(JSON.stringify(journal.documents('open'))),
    Buffer.from(labelSecret),
  ]);
  const missing = [...secrets].filter(([, secret]) => !formsOf(secret).some((form) => all.includes(form)));
  // Encoded twice and without its underscores are no forms that are looked for.
  assert.deepEqual(
    missing.map(([place]) => place),
    ['base64 twice', 'private key'],
  );
});

test('no page of the database, nor what SQLite keeps beside it', () => {
  const files = readdirSync(home).filter((name) => name.startsWith('callgrove.db'));
  assert.ok(files.length >= 1);
  for (const name of files) assertNone(name, readFileSync(join(home, name)));
});

test('no feed message', () => {
  assert.ok(feed.some((message) => message.includes('"window"')) && feed.join('').includes('echo'));
  assertNone('the feed', Buffer.from(feed.join('\n')));
});

test('no --json output', async () => {
  for (const verb of [
    ['sessions', '--all'],
    ['calls', '--all'],
    ['calls', '--all', '--errors'],
    ['show', 'last', '--all'],
    ['daemon', 'status'],
    ['doctor'],
  ]) {
    const { stdout, stderr } = await runCli([...verb, '--json'], { home });
    assertNone(`${verb.join(' ')} --json`, Buffer.from(stdout + stderr));
  }
  const { stdout } = await runCli(['calls', '--all', '--json'], { home });
  const ids = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).call_id);
  assert.ok(ids.length >= 20);
  for (const id of ids) {
    assertNone(`call ${id}`, Buffer.from((await get(`/api/calls/${id}`)) + (await get(`/api/calls/${id}/detail`))));
    const detail = JSON.parse(answers.at(-1) ?? '{}');
    for (const { key } of detail.frames ?? [])
      assertNone(`frame ${id} ${key}`, Buffer.from(await get(`/api/calls/${id}/frames/${key}`)));
  }
  assertNone('one call --json', Buffer.from((await runCli(['call', ids[0], '--all', '--json'], { home })).stdout));
});

test('no answer of the daemon, no log', () => {
  assertNone('an answer', Buffer.from(answers.join('\n')));
  const log = join(home, 'daemon.log');
  if (existsSync(log)) assertNone('daemon.log', readFileSync(log));
});

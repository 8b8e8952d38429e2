/**
 * Kills daemon, proxy or both at random moments under load, and then counts: every line in a journal stands in the
 * database exactly once, what reached the server and what the client saw is in the journal, and a killed daemon was
 * never noticed. ROUNDS (200) and SEED may be set; the seed is printed.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMachineKey } from '../../daemon/connectionRedactor.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { openConnections } from '../../daemon/store/connectionRows.ts';
import { keyOfParts } from '../../daemon/store/frameColumns.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { readJournals } from '../support/journalLines.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 200);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const ROUNDS_PER_HOME = 10;
const START_MS = 60_000;
const callgrove = join(import.meta.dirname, '..', '..', 'daemon', 'callgrove.ts');
const server = join(import.meta.dirname, '..', 'support', 'loggingServer.mjs');
/** Tools and what they name: nothing, a file of the root, what would be written there, and what enforcement refuses. */
const REQUESTS: readonly (readonly [tool: string, path?: string])[] = [
  ['echo'],
  ['echo'],
  ['read_file', 'README.md'],
  ['write_file', join('test', 'slow', 'never-written')],
  ['write_file', '/etc/never-written'],
];
const redactor = await createRedactor({ machineKey: new Uint8Array(32) });

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The user's settings lie in the state folder, too. */
const environment = (home: string): NodeJS.ProcessEnv => ({ ...process.env, HOME: home });

async function startDaemon(home: string): Promise<ChildProcess> {
  const daemon = spawn(process.execPath, [callgrove, 'daemon', 'run', '--home', home], {
    stdio: 'ignore',
    env: environment(home),
  });
  const file = join(home, 'daemon.json');
  const said = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  // Longer than any busy machine needs: what is waited for is a daemon that hangs.
  const bound = Date.now() + START_MS;
  while (Date.now() < bound && daemon.exitCode === null) {
    const text = said();
    if (text !== '' && JSON.parse(text).pid === daemon.pid) return daemon;
    await sleep(25);
  }
  const log = join(home, 'daemon.log');
  const facts = [
    `pid ${daemon.pid}`,
    `exit ${daemon.exitCode}`,
    said(),
    existsSync(log) ? readFileSync(log, 'utf8') : '',
  ];
  await kill(daemon);
  throw new Error(`the daemon did not start: ${facts.join('\n')}`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Everything that the database says of frames, as `connection key`. */
function framesIn(database: ReturnType<typeof openStore>['database']): string[] {
  const frames: string[] = [];
  const add = (sql: string) => {
    for (const row of database.sql(sql).all())
      frames.push(`${row.id} ${keyOfParts(Number(row.ordinal), Number(row.part))}`);
  };
  add('SELECT k.connection_id AS id, c.ordinal, c.part FROM calls c JOIN connections k ON k.n = c.connection');
  add(
    "SELECT k.connection_id AS id, s.ordinal, s.part FROM strays s JOIN connections k ON k.n = s.connection WHERE kind != 'duplicate_id'",
  );
  add(
    'SELECT k.connection_id AS id, f.ordinal, f.part FROM call_frames f JOIN calls c ON c.n = f.call JOIN connections k ON k.n = c.connection',
  );
  for (const row of database
    .sql(
      'SELECT k.connection_id AS id, c.response FROM calls c JOIN connections k ON k.n = c.connection WHERE c.response IS NOT NULL',
    )
    .all()) {
    frames.push(`${row.id} ${String(row.response).split(' ')[0]}`);
  }
  return frames.sort();
}

/** Reads what the daemon has not read yet, and compares. Every proxy has ended. */
async function check(
  home: string,
): Promise<{ lines: readonly { text: string; direction: string }[]; chunks: number; bytes: number }> {
  const places = { journal: join(home, 'journal'), artifacts: join(home, 'artifacts') };
  const { database } = openStore(join(home, 'callgrove.db'), new Date());
  try {
    const ingest = createIngest({
      places,
      database,
      redactor,
      machineKey: readMachineKey(join(home, 'control', 'machine.key')),
      note: () => {},
    });
    ingest.follower.scan();
    while (await ingest.once());
    await ingest.end(openConnections(database).map(({ connection_id }) => connection_id));
    const read = readJournals(places.journal);
    const expected = read.lines.map((line) => ({ name: `${line.connection_id} ${line.key}`, line }));
    const found = framesIn(database);
    const there = new Set(found);
    const missing = expected.filter(({ name }) => !there.has(name));
    assert.deepEqual(missing, [], 'every line of every journal is in the database');
    assert.deepEqual(found, expected.map(({ name }) => name).sort(), 'and it is there once');
    for (const [id, { chunks, bytes }] of read.chunks) {
      const row = database.sql('SELECT chunks, bytes FROM positions WHERE connection_id = ?').get(id);
      if (chunks > 0) assert.deepEqual({ chunks: row?.chunks, bytes: row?.bytes }, { chunks, bytes });
    }
    const sum = (pick: (of: { chunks: number; bytes: number }) => number) =>
      [...read.chunks.values()].reduce((total, one) => total + pick(one), 0);
    return { lines: read.lines, chunks: sum((one) => one.chunks), bytes: sum((one) => one.bytes) };
  } finally {
    database.dispose();
  }
}

async function round(home: string, random: () => number, number: number) {
  const log = join(home, `server-${number}.log`);
  const target = (['daemon', 'proxy', 'both'] as const)[Math.floor(random() * 3)]!;
  const daemon = await startDaemon(home);
  const proxy = spawn(
    process.execPath,
    [callgrove, 'run', '--no-daemon', '--home', home, '--', process.execPath, server, log],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: environment(home),
    },
  );
  const seen = new Set<number>();
  let sent = 0;
  let open = true;
  proxy.stdin.on('error', () => {});
  const send = () => {
    if (!open) return;
    const id = number * 100_000 + sent++;
    const padding = 'y'.repeat(Math.floor(random() ** 3 * 20_000));
    const args = { answer: Math.floor(random() ** 3 * 100_000), padding };
    const [name, path] = REQUESTS[Math.floor(random() * REQUESTS.length)]!;
    proxy.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: { ...args, path } } })}\n`,
    );
  };
  createInterface({ input: proxy.stdout }).on('line', (line) => {
    // A killed proxy may leave half a line.
    const id = /^\{.*"id":(\d+).*\}$/.exec(line) ? JSON.parse(line).id : undefined;
    if (id === undefined) return;
    seen.add(id);
    send();
  });
  const ended = once(proxy, 'exit');
  for (let i = 0; i < 8; i++) send();
  // One kill of four may come while the proxy is starting, the others meet traffic.
  const early = random() < 0.25;
  const delay = random() * 300;
  for (let tries = 0; tries < 1000 && !early && seen.size === 0; tries++) await sleep(10);
  await sleep(delay);
  if (target !== 'proxy') await kill(daemon);
  if (target !== 'daemon') await kill(proxy);
  await sleep(random() * 100);
  open = false;
  proxy.stdin.end();
  await ended;
  if (target === 'daemon') {
    assert.equal(proxy.exitCode, 0, 'the agent notices nothing of a killed daemon');
    assert.equal(seen.size, sent, 'every request was answered');
  }
  // The server of a killed proxy ends by itself at its input's end; the proxy's own end waited for it.
  await sleep(target === 'daemon' ? 0 : 100);
  await kill(daemon);
  const { lines, chunks, bytes } = await check(home);
  const ids = (direction: string) =>
    new Set(
      lines.filter((line) => line.direction === direction).map(({ text }) => Number(/"id":(\d+)/.exec(text)?.[1])),
    );
  const [asked, answered] = [ids('c2s'), ids('s2c')];
  const reached = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean).map(Number) : [];
  assert.deepEqual(
    reached.filter((id) => !asked.has(id)),
    [],
    'what reached the server is in the journal',
  );
  assert.deepEqual(
    [...seen].filter((id) => !answered.has(id)),
    [],
    'what the client saw is in the journal',
  );
  const refused = lines.filter(({ text, direction }) => direction === 's2c' && text.includes('write_outside_root'));
  return { target, sent, seen: seen.size, lines: lines.length, chunks, bytes, refused: refused.length };
}

test(`nothing is lost in ${ROUNDS} kills (SEED=${SEED})`, { timeout: ROUNDS * 20_000 }, async (t) => {
  console.log(`SEED=${SEED} ROUNDS=${ROUNDS}`);
  const random = randomFrom(SEED);
  const total = { daemon: 0, proxy: 0, both: 0, sent: 0, seen: 0, lines: 0, chunks: 0, bytes: 0, refused: 0 };
  let ofHome = { lines: 0, chunks: 0, bytes: 0, refused: 0 };
  const addHome = () => {
    for (const name of ['lines', 'chunks', 'bytes', 'refused'] as const) total[name] += ofHome[name];
  };
  for (let number = 0, home = ''; number < ROUNDS; number++) {
    if (number % ROUNDS_PER_HOME === 0) {
      const fresh = mkdtempSync(join(tmpdir(), 'callgrove-kill-'));
      t.after(() => rmSync(fresh, { recursive: true, force: true }));
      if (home) rmSync(home, { recursive: true, force: true });
      home = fresh;
      addHome();
      // In every other state folder requests are judged before they pass, and some are answered by the proxy.
      if ((number / ROUNDS_PER_HOME) % 2 === 1) {
        mkdirSync(join(home, '.config'));
        writeFileSync(join(home, '.config', 'callgrove.jsonc'), '{ "policy": { "mode": "enforce" } }');
      }
    }
    const { target, sent, seen, ...compared } = await round(home, random, number);
    // A state folder's journals grow from round to round: what its last round compared is what counts.
    ofHome = compared;
    total[target]++;
    total.sent += sent;
    total.seen += seen;
  }
  addHome();
  assert.ok(total.refused > 0 || ROUNDS <= ROUNDS_PER_HOME, 'some were refused by the proxy');
  t.diagnostic(JSON.stringify({ ...total, node: process.version }));
});

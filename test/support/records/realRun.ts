/**
 * The run behind docs/records.md: a daemon in a temporary home, an agent with two published servers, a server that dies
 * in mid-answer, one under policy, and a journal that cannot grow. Collects what was recorded and said; choosing and wording is for others.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBundle } from '../../../daemon/bundle/readBundle.ts';
import { hashOfFile, importSession } from '../../../daemon/importSession.ts';
import { SegmentReader, type SegmentRecord } from '../../../daemon/journal/segmentReader.ts';
import { Action, SessionList, Status } from '../../../daemon/protocol/api.ts';
import { CallDetail, FrameView } from '../../../daemon/protocol/callDetail.ts';
import { StoredCapture, StoreHarness } from '../../../daemon/protocol/captures.ts';
import { type Denial, DenialList, PolicyState, ServerContract } from '../../../daemon/protocol/denial.ts';
import { ClientMessage, DaemonFile, ServerMessage, type SessionHead, TreeRow } from '../../../daemon/protocol/feed.ts';
import type { SegmentHeader } from '../../../daemon/protocol/journal.ts';
import { Call } from '../../../daemon/protocol/record.ts';
import { createRedactor } from '../../../daemon/redact/redactor.ts';
import { callgroveProgram } from '../proxiedRun.ts';

export interface Segment {
  readonly header: SegmentHeader;
  readonly records: readonly SegmentRecord[];
}

export interface RealRun {
  readonly home: string;
  readonly workspace: string;
  readonly segments: readonly Segment[];
  /** The journal that importing the bundle of `lost` makes: on another machine, because here it is the own session. */
  readonly imported: Segment;
  /** By the conversation that the agent named: `conversation-7` the agent's, `lost`, `gap`. */
  readonly heads: ReadonlyMap<string, SessionHead>;
  readonly calls: readonly Call[];
  readonly denials: readonly Denial[];
  readonly rows: readonly TreeRow[];
  readonly details: ReadonlyMap<string, CallDetail>;
  readonly frame: FrameView;
  readonly sent: readonly ClientMessage[];
  readonly messages: readonly ServerMessage[];
  readonly status: Status;
  readonly daemonFile: DaemonFile;
}

/** A bound for every wait, ms. */
const BOUND_MS = 30_000;

export async function realRun(): Promise<RealRun> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-records-')));
  const [home, workspace] = [join(scratch, 'state'), join(scratch, 'shop')];
  const started: ChildProcess[] = [];
  try {
    makeWorkspace(workspace);
    return await recorded(home, workspace, (child) => {
      started.push(child);
      return child;
    });
  } finally {
    for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function recorded(
  home: string,
  workspace: string,
  keep: <T extends ChildProcess>(child: T) => T,
): Promise<RealRun> {
  const node = process.execPath;
  const program = callgroveProgram();
  const env = { HOME: join(home, '..'), PATH: process.env.PATH, LANG: 'C.UTF-8', PROJECT_DIR: workspace };
  writeSettings(env.HOME, PRICES);
  const daemon = keep(spawn(node, [program, 'daemon', 'run', '--home', home], { env, stdio: 'ignore' }));
  const file = join(home, 'daemon.json');
  const daemonFile = await until(() =>
    existsSync(file) ? DaemonFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : null,
  );
  const get = async (path: string, body?: unknown): Promise<string> => {
    const headers = { authorization: `Bearer ${daemonFile.token}`, 'content-type': 'application/json' };
    const asked = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${daemonFile.port}${path}`, asked);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  const lines = async (path: string) =>
    (await get(path))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const feed = await openFeed(daemonFile);

  const agentScript = join(import.meta.dirname, 'agent.ts');
  const agent = keep(
    spawn(node, [agentScript, program, home], { cwd: workspace, env, stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await once(createInterface({ input: agent.stdout! }), 'line');
  const server = [node, join(import.meta.dirname, 'server.mjs')];
  const run = (name: string) => [program, 'run', '--home', home, '--name', name, '--', ...server];
  const dying = keep(spawn(node, run('builder'), { cwd: workspace, env, stdio: ['pipe', 'pipe', 'ignore'] }));
  const died = once(dying, 'exit');
  const [initialize, build] = request('lost', 'build', { target: 'all' });
  dying.stdin!.write(initialize);
  await once(dying.stdout!, 'data');
  dying.stdin!.write(build);
  await died;
  await listedTwice([...run('catalog').slice(0, -1), LISTING, join(home, '..', 'tools.json')], { cwd: workspace, env });
  // The same server with another credential than before: one lane after the other.
  for (const token of ['a-token-of-this-run', 'another-token-of-this-run'])
    await listedTwice([...run('stripe').slice(0, -1), LISTING, join(home, '..', 'stripe.json')], {
      cwd: workspace,
      env: { ...env, STRIPE_SECRET_KEY: token },
    });
  await policed(run('vault').slice(0, -2), { cwd: workspace, env }, async (path, body) =>
    JSON.parse(await get(path, body)),
  );
  await serverByUrl((url) => [node, ...[program, 'run', '--home', home, '--name', 'weather', '--url', url]], {
    cwd: workspace,
    env,
  });
  await journalThatCannotGrow(
    ['sh', '-c', `trap '' XFSZ; ulimit -f 64; exec "$@"`, 'sh', node, ...run('notes')],
    { cwd: workspace, env },
    keep,
  );

  const settled = async () => {
    const status = Status.parse(JSON.parse(await get('/api/status')));
    return status.lag.journal_bytes === 0 && status.lag.second_stage_calls === 0 ? status : null;
  };
  const headsNow = async () => SessionList.parse(JSON.parse(await get('/api/sessions?all=1'))).sessions;
  const isOver = ({ session }: SessionHead) => session.terminal_state !== 'running';
  await until(async () => (await headsNow()).filter(isOver).length >= 2 && settled());
  const own = (await headsNow()).find(({ session }) => session.conversation_id === 'conversation-7')!;
  const id = own.session.session_id;
  const treeOf = async (one: string) => (await lines(`/api/sessions/${one}/tree`)).map((row) => TreeRow.parse(row));
  await until(async () => (await treeOf(id)).some(({ kind }) => kind === 'workbench'));
  writeFileSync(join(workspace, 'AGENTS.md'), 'Prices are in cents. A discount is taken once.\n');
  await until(async () => (await treeOf(id)).some(({ kind }) => kind === 'harness_changed'));
  const windows = feed.messages.length;
  feed.send({
    type: 'subscribe',
    id: 1,
    session_id: id,
    filter: '',
    everything: false,
    collapsed: [],
    follow: true,
    from: 0,
    count: 2,
  });
  await until(() => feed.messages.slice(windows).some(({ type }) => type === 'window'));
  agent.stdin!.write('one more\n');
  agent.stdin!.end();
  await once(agent, 'exit');
  await until(async () => (await headsNow()).every(isOver) && settled());
  await get('/api/act', Action.parse({ act: 'label', session_id: id, label: 'discount bug' }));
  await get('/api/act', Action.parse({ act: 'pin', session_id: id, pinned: true }));
  const { capture } = StoredCapture.parse(JSON.parse(await get(`/api/harness/${id}`)));
  const taken = { kind: 'checkpoint', session_id: id, capture };
  await get('/api/harness', StoreHarness.parse({ ...taken, verified: null }));
  const verified = { by: 'ada', command: 'npm test', result: 'passed' };
  await get('/api/harness', StoreHarness.parse({ ...taken, verified }));
  await until(() =>
    feed.messages.some(
      (message) => message.type === 'sessions' && message.sessions.some(({ session }) => session.pinned),
    ),
  );
  const status = await until(settled);
  feed.send({ type: 'unsubscribe', id: 1 });
  feed.sendText('{"type":"play"}');
  await until(() => feed.messages.some(({ type }) => type === 'error'));

  const heads = new Map((await headsNow()).map((head) => [head.session.conversation_id ?? '', head]));
  const ids = [...heads.values()].map(({ session }) => session.session_id);
  const calls = (await Promise.all(ids.map((one) => lines(`/api/calls?all=1&session=${one}`))))
    .flat()
    .map((call) => Call.parse(call));
  const rows = (await Promise.all(ids.map(treeOf))).flat();
  const { denials } = DenialList.parse(JSON.parse(await get('/api/denials?all=1')));
  const details = new Map<string, CallDetail>();
  for (const { call_id } of calls)
    details.set(call_id, CallDetail.parse(JSON.parse(await get(`/api/calls/${call_id}/detail`))));
  const first = calls
    .filter(({ tool }) => tool === 'read_text_file')
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp))[0]!;
  const response = details.get(first.call_id)!.frames.find(({ role }) => role === 'response')!;
  const frame = FrameView.parse(JSON.parse(await get(`/api/calls/${first.call_id}/frames/${response.key}`)));
  const imported = await importedOf(heads.get('lost')?.session.session_id ?? '', { program, home, workspace, env });
  feed.close();
  await get('/api/act', Action.parse({ act: 'stop' }));
  await once(daemon, 'exit');
  return {
    home,
    workspace,
    segments: readSegments(join(home, 'journal')),
    imported,
    heads,
    calls,
    denials,
    rows,
    details,
    frame,
    sent: feed.sent,
    messages: feed.messages,
    status,
    daemonFile,
  };
}

const FILESYSTEM = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/package.json')),
  'dist/index.js',
);

/** The session exported by the command, and imported as the command does it. */
async function importedOf(
  id: string,
  { program, home, workspace, env }: { program: string; home: string; workspace: string; env: NodeJS.ProcessEnv },
): Promise<Segment> {
  const file = join(home, '..', 'lost.callgrove.zip');
  const journal = join(home, '..', 'imported');
  mkdirSync(journal);
  execFileSync(process.execPath, [program, 'export', id, '--all', '-o', file, '--home', home], { cwd: workspace, env });
  const bundle = await readBundle(file);
  try {
    const redactor = await createRedactor({});
    await importSession({ bundle, finish: async () => {} }, await hashOfFile(file), {
      journal,
      redactor,
      at: new Date(),
      onProgress: () => {},
      isWanted: async () => true,
    });
  } finally {
    bundle.dispose();
  }
  const [segment] = readSegments(journal);
  if (!segment) throw new Error('the import made no journal');
  return segment;
}

/** A server under policy: a path out of the workspace is refused, then the server is stopped, and its tools are accepted. */
async function policed(
  command: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  ask: (path: string, body?: unknown) => Promise<unknown>,
): Promise<void> {
  writeSettings(options.env.HOME ?? '', { ...PRICES, policy: { servers: { vault: { mode: 'enforce' } } } });
  await until(async () => PolicyState.parse(await ask('/api/policy')).policy.user.servers?.vault);
  const words = [...command, process.execPath, FILESYSTEM, options.cwd];
  const proxy = spawn(process.execPath, words, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = createInterface({ input: proxy.stdout })[Symbol.asyncIterator]();
  const say = async (line: string) => {
    proxy.stdin.write(line);
    await answers.next();
  };
  const [initialize, call] = request('lost', 'read_text_file', { path: '../secret.txt' });
  const target = { kind: 'server', target: 'vault', reason: 'looks odd' };
  await say(initialize);
  await say(call);
  const { call_id } = await until(async () => DenialList.parse(await ask('/api/denials?all=1')).denials[0] ?? null);
  await ask('/api/act', Action.parse({ act: 'allow', call_id, once: true }));
  await ask('/api/act', Action.parse({ act: 'freeze', ...target }));
  await say(call.replace('"id":1,', '"id":2,'));
  await ask('/api/act', Action.parse({ act: 'thaw', ...target, reason: null }));
  const [, written] = request('lost', 'write_file', { path: 'note.txt', content: 'A discount is taken once.' });
  await say(written.replace('"id":1,', '"id":3,'));
  const { listed } = await until(async () => ServerContract.parse(await ask('/api/contracts/catalog')));
  await ask('/api/act', Action.parse({ act: 'accept', server: 'catalog', contract: listed }));
  const ended = once(proxy, 'exit');
  proxy.stdin.end();
  await ended;
  rmSync(join(options.env.HOME ?? '', '.config'), { recursive: true });
}

/** What a call of that server costs. */
const PRICES = {
  prices: { stripe: { mcp_server_cost_info: { default_cost_per_query: 0.005 }, price_date: '2026-09-01' } },
};

function writeSettings(home: string, settings: object): void {
  mkdirSync(join(home, '.config'), { recursive: true });
  writeFileSync(join(home, '.config', 'callgrove.jsonc'), `${JSON.stringify(settings, null, 2)}\n`);
}

const LISTING = join(import.meta.dirname, '../peers/listedTools.mjs');

/** A server whose tools are listed, then changed, and listed again. @param command ends with the file of its tools */
async function listedTwice(command: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const file = command.at(-1) ?? '';
  const offer = (names: string[]) =>
    writeFileSync(file, JSON.stringify(names.map((name) => ({ name, inputSchema: { type: 'object' } }))));
  offer(['find', 'order']);
  const proxy = spawn(process.execPath, command, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = createInterface({ input: proxy.stdout })[Symbol.asyncIterator]();
  const [initialize, call] = request('lost', 'find', { text: 'pears' });
  const params = { _meta: { 'vscode.conversationId': 'lost' } };
  const list = (id: number) => `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params })}\n`;
  for (const line of [initialize, list(7), call, list(8)]) {
    if (line.includes('"id":8')) offer(['find', 'refund']);
    proxy.stdin.write(line);
    await answers.next();
  }
  const ended = once(proxy, 'exit');
  proxy.stdin.end();
  await ended;
}

/** A server reached by HTTP: one handshake, in process, because only its answer's form matters here. */
async function serverByUrl(
  command: (url: string) => string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const serverInfo = { name: 'weather', version: '1.0.0' };
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo };
      return response
        .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'a-session-of-this-run' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: 0, result }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  const [program, ...args] = command(`http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}/mcp`);
  const proxy = spawn(program!, args, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  const [initialize] = request('url', 'forecast', {});
  proxy.stdin.write(initialize);
  await once(proxy.stdout, 'data');
  const ended = once(proxy, 'exit');
  proxy.stdin.end();
  await ended;
  server.close();
  server.closeAllConnections();
}

/** Four answers of 8 kB under a limit of 32 kB a file: some chunks are lost, then a new segment takes the rest. */
async function journalThatCannotGrow(
  [command, ...args]: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  keep: <T extends ChildProcess>(child: T) => T,
): Promise<void> {
  const proxy = keep(spawn(command!, args, { ...options, stdio: ['pipe', 'pipe', 'ignore'] }));
  const answers = createInterface({ input: proxy.stdout! })[Symbol.asyncIterator]();
  const [initialize, call] = request('gap', 'echo', { text: 'x'.repeat(8_000) });
  proxy.stdin!.write(initialize);
  await answers.next();
  for (let round = 0; round < 4; round++) {
    proxy.stdin!.write(call!.replace('"id":1,', `"id":${round + 1},`));
    await answers.next();
  }
  // Beyond the writer's pause after a failure, so that the call, the signal and the exit are on record again.
  await sleep(400);
  proxy.stdin!.write(call!.replace('"id":1,', '"id":9,'));
  await answers.next();
  const ended = once(proxy, 'exit');
  proxy.kill('SIGTERM');
  await ended;
}

/** An opening and one call, as lines. */
function request(conversation: string, name: string, args: Record<string, unknown>): [string, string] {
  const clientInfo = { name: 'orchard', version: '3.2.0' };
  const _meta = { 'vscode.conversationId': conversation };
  const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo, _meta };
  const line = (id: number, method: string, params: object) =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
  return [line(0, 'initialize', initialize), line(1, 'tools/call', { name, arguments: args, _meta })];
}

async function openFeed({ port, token }: DaemonFile) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/feed`, ['callgrove.v1', `token.${token}`]);
  const messages: ServerMessage[] = [];
  const sent: ClientMessage[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(ServerMessage.parse(JSON.parse(String(data)))));
  await until(() => messages.length > 0);
  return {
    messages,
    sent,
    send(message: ClientMessage) {
      sent.push(ClientMessage.parse(message));
      socket.send(JSON.stringify(message));
    },
    sendText: (text: string) => socket.send(text),
    close: () => socket.close(),
  };
}

function readSegments(folder: string): Segment[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cgj'))
    .sort()
    .flatMap((name) => {
      const reader = new SegmentReader();
      const records = reader.push(readFileSync(join(folder, name)));
      return reader.header ? [{ header: reader.header, records }] : [];
    });
}

/** A checkout whose commit is the same on every machine. */
function makeWorkspace(root: string): void {
  mkdirSync(join(root, 'src'), { recursive: true });
  writeFileSync(join(root, 'README.md'), '# Shop\n');
  writeFileSync(join(root, 'AGENTS.md'), 'Prices are in cents.\n');
  writeFileSync(join(root, 'src', 'cart.js'), 'export const total = (sum, discount) => sum - discount;\n');
  const at = '2026-09-14T09:00:00Z';
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_DATE: at,
  };
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd: root, env });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'The shop');
  git('remote', 'add', 'origin', 'https://git.example/ada/shop.git');
}

async function until<T>(look: () => T | null | false | Promise<T | null | false>): Promise<T> {
  const end = performance.now() + BOUND_MS;
  while (performance.now() < end) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
  throw new Error(`what was waited for did not happen: ${look}`);
}

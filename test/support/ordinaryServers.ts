/**
 * Records ordinary sessions with three real servers through the real proxy: files of a project, notes about it, and a
 * server that shows everything a server can answer with. Nothing in them is secret but one variable's value, which that
 * server shows.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CALLGROVE } from './proxied.ts';

const SOURCE = resolve(import.meta.dirname, '..', '..');
export const ORDINARY_SERVERS = ['filesystem', 'memory', 'everything'] as const;
export type OrdinaryServerName = (typeof ORDINARY_SERVERS)[number];

export interface OrdinaryWork {
  /** The session's state folder. */
  readonly home: string;
  /** Where the server may write; also the user's home folder. */
  readonly folder: string;
}

/** Of this variable's value a fingerprint is known; with the key below it is the same on each machine and in each run. */
const PROJECT_CODE = 'grove-7f3A91-north';

/** @returns how many requests were made */
export async function ordinaryWork(server: OrdinaryServerName, { home, folder }: OrdinaryWork): Promise<number> {
  const client = new Client({ name: 'claude-code', version: '2.1.303' }, { capabilities: { roots: {} } });
  const script = resolve(SOURCE, `node_modules/@modelcontextprotocol/server-${server}/dist/index.js`);
  const args = server === 'filesystem' ? [SOURCE, folder] : [];
  // The key that the export works with: what it looks for is what is there, and no word of chance.
  mkdirSync(join(home, 'control'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'control', 'machine.key'), new Uint8Array(32), { mode: 0o600 });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [
        CALLGROVE,
        'run',
        '--no-daemon',
        '--home',
        home,
        '--name',
        server,
        '--',
        process.execPath,
        script,
        ...args,
      ],
      env: { PATH: process.env.PATH ?? '', HOME: folder, MEMORY_FILE_PATH: join(folder, 'memory.jsonl'), PROJECT_CODE },
      cwd: SOURCE,
      stderr: 'ignore',
    }),
  );
  try {
    await client.listTools();
    return await WORK[server](client, folder);
  } finally {
    await client.close();
  }
}

const WORK: Readonly<Record<OrdinaryServerName, (client: Client, folder: string) => Promise<number>>> = {
  filesystem: readProject,
  memory: keepNotes,
  everything: showAll,
};

/** Calls tools one after the other; some of them fail, as they do. */
async function callAll(client: Client, calls: readonly (readonly [string, object])[]): Promise<number> {
  for (const [name, args] of calls) await client.callTool({ name, arguments: { ...args } });
  return calls.length;
}

/** Sources, docs, lockfile (hashes!), and what was written back. */
function readProject(client: Client, folder: string): Promise<number> {
  const files = ['daemon/model', 'daemon/record', 'webview', 'docs', 'test/fixtures/frames'].flatMap((place) =>
    readdirSync(join(SOURCE, place), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(SOURCE, place, name)),
  );
  const texts = [
    ...files.slice(0, 180),
    ...['package.json', 'package-lock.json', 'LICENSE', 'CHANGELOG.md'].map((name) => join(SOURCE, name)),
  ];
  return callAll(client, [
    ['list_allowed_directories', {}],
    ['directory_tree', { path: join(SOURCE, 'docs') }],
    ...texts.map((path) => ['read_text_file', { path, head: 400 }] as const),
    ...texts.slice(0, 10).map((path) => ['get_file_info', { path }] as const),
    ['search_files', { path: join(SOURCE, 'test'), pattern: '**/*.mjs' }],
    [
      'write_file',
      { path: join(folder, 'note.md'), content: readFileSync(join(SOURCE, 'docs/architecture.md'), 'utf8') },
    ],
    ['edit_file', { path: join(folder, 'note.md'), edits: [{ oldText: 'daemon', newText: 'service' }], dryRun: true }],
    ['read_text_file', { path: join(folder, 'nothing.md') }],
  ]);
}

/** What an agent remembers of a project: prose, ids, commits, versions, numbers, dates. */
async function keepNotes(client: Client): Promise<number> {
  const pages = readdirSync(join(SOURCE, 'docs')).filter((name) => name.endsWith('.md'));
  const commits = execFileSync('git', ['log', '-60', '--format=%H %ad %s', '--date=iso'], {
    cwd: SOURCE,
    encoding: 'utf8',
  });
  const entities = pages.map((name) => ({
    name,
    entityType: 'document',
    observations: readFileSync(join(SOURCE, 'docs', name), 'utf8')
      .split('\n\n')
      .filter((part) => part.length > 40)
      .slice(0, 12),
  }));
  const seen = [
    { name: 'history', entityType: 'log', observations: commits.trim().split('\n') },
    { name: 'ids', entityType: 'list', observations: IDS },
  ];
  const calls = [
    ['create_entities', { entities }],
    ['create_entities', { entities: seen }],
    [
      'create_relations',
      { relations: pages.map((from) => ({ from, to: 'history', relationType: 'is described by' })) },
    ],
    [
      'add_observations',
      { observations: [{ entityName: 'ids', contents: ['the token budget is 200k', 'password reset works'] }] },
    ],
    ...pages.map((name) => ['open_nodes', { names: [name] }] as const),
    ...['proxy', 'secret', 'token', 'key', 'author'].map((query) => ['search_nodes', { query }] as const),
    ['read_graph', {}],
  ] as const;
  return await callAll(client, calls);
}

/** What looks like chance and is nobody's secret. */
const IDS = [
  'commit 5f2c1e0a9b7d4c3e8f6a1b2c3d4e5f60718293a4 on branch feature/cart-total',
  'sha512-PRYk2XZRPQTXGMHLNMQiRDGkBvdzMoOvjFG1RhDBrwlvB+nopDPalOOubq0yuNq38Xsx7TXZlGmHqkPsK56ckw==',
  'request 3fa85f64-5717-4562-b3fc-2c963f66afa6 took 412 ms',
  'con_01jd3e8k9mq7r5t2v4w6x8y0zz, order 1795183200300, build 2026.11.28-rc.3+20261128',
  'arn:aws:s3:::shop-assets-eu-central-1/index.9f3e2d1c.js',
  'data-testid="cart-total-9c1185a5" class="css-1q2w3e4r5t"',
  'The author of this sentence uses a public key, an access token ring, and a secretary.',
  'token: string; password?: string; const apiKey = process.env.API_KEY;',
  'https://registry.npmjs.org/@modelcontextprotocol/sdk/-/sdk-1.32.2.tgz',
  'AAAAB3NzaC1yc2E is how public keys begin; BEGIN PUBLIC KEY is no secret either',
];

/** Text, structures, links, pictures, progress, prompts, resources. */
async function showAll(client: Client): Promise<number> {
  const named = await client.listResources();
  const prompts = await client.listPrompts();
  let count = 2;
  for (const { uri } of named.resources) {
    await client.readResource({ uri });
    count++;
  }
  for (const { name, arguments: wanted = [] } of prompts.prompts) {
    const args = Object.fromEntries(wanted.map((one) => [one.name, ANSWERS[one.name] ?? 'Engineering']));
    await client.getPrompt({ name, arguments: args }).catch(() => null);
    count++;
  }
  const words = readFileSync(join(SOURCE, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.length > 20);
  return (
    count +
    (await callAll(client, [
      ...words.slice(0, 80).map((message) => ['echo', { message }] as const),
      ...IDS.map((message) => ['echo', { message }] as const),
      ...['error', 'success', 'debug'].map(
        (messageType) => ['get-annotated-message', { messageType, includeImage: true }] as const,
      ),
      ...['New York', 'Chicago', 'Los Angeles'].map((location) => ['get-structured-content', { location }] as const),
      ...[1, 2, 3, 10].map((count) => ['get-resource-links', { count }] as const),
      ['get-resource-reference', { resourceType: 'Text', resourceId: 1 }],
      ['get-resource-reference', { resourceType: 'Blob', resourceId: 2 }],
      ['get-sum', { a: 2_147_483_648, b: 0.1 }],
      ['get-tiny-image', {}],
      ['get-env', {}],
      ['trigger-long-running-operation', { duration: 0.2, steps: 4 }],
      ['nothing-of-this-name', {}],
    ]))
  );
}

const ANSWERS: Readonly<Record<string, string>> = {
  city: 'Berlin',
  state: 'BE',
  name: 'Ada',
  resourceType: 'Text',
  resourceId: '1',
};

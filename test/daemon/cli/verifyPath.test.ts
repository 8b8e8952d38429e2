/** `verify-path` with real servers: the same on both ways, a write kept away, and a way that was bent on purpose. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { PathVerification } from '../../../daemon/protocol/pathVerification.ts';
import { runCli } from '../../support/cliRun.ts';
import { repository, tempFolder } from '../../support/gitFolder.ts';

const cleaners: (() => void)[] = [];
const folder = tempFolder({ after: (work) => void cleaners.push(work) });
const home = join(folder, 'home');
mkdirSync(home, { mode: 0o700 });
after(() => {
  for (const clean of cleaners) clean();
});
const packages = resolve(import.meta.dirname, '../../../node_modules');
const files = join(packages, '@modelcontextprotocol/server-filesystem/dist/index.js');
/** Tells how it was started in its answers, so that no two ways are alike. */
const telling = join(folder, 'telling.mjs');
writeFileSync(
  telling,
  `import { McpServer } from ${JSON.stringify(join(packages, '@modelcontextprotocol/sdk/dist/esm/server/mcp.js'))};
import { StdioServerTransport } from ${JSON.stringify(join(packages, '@modelcontextprotocol/sdk/dist/esm/server/stdio.js'))};
const server = new McpServer({ name: 'telling', version: '1.0.0' });
const read = { annotations: { readOnlyHint: true } };
server.registerTool('parent', read, async () => ({ content: [{ type: 'text', text: String(process.ppid) }] }));
server.registerTool('same', read, async () => ({ content: [{ type: 'text', text: 'same' }] }));
server.registerTool('send_mail', {}, async () => { throw new Error('sent'); });
await server.connect(new StdioServerTransport());
`,
);
const root = repository(join(folder, 'shop'), {
  '.mcp.json': JSON.stringify({
    mcpServers: {
      files: { command: process.execPath, args: [files, folder] },
      telling: { command: process.execPath, args: [telling] },
    },
  }),
});
const verify = async (...args: string[]) => {
  const result = await runCli(['verify-path', ...args, '--json'], { home, cwd: root });
  return { ...result, found: result.stdout === '' ? null : PathVerification.parse(JSON.parse(result.stdout)) };
};

test('the file server does the same on both ways, and its write is refused on one of them', async () => {
  const { code, found, stderr } = await verify('files', '--yes');
  assert.ok(found, stderr);
  assert.deepEqual(
    found.cases.map((one) => [one.case, one.verdict]),
    [
      ['authorised_read', 'same'],
      ['denied_write', 'as_wanted'],
      ['argument_error', 'same'],
      ['timeout', 'same'],
      ['recovery', 'same'],
    ],
    JSON.stringify(found.cases, null, 1),
  );
  assert.deepEqual([code, found.verdict, found.lane.same], [0, 'same', true]);
  assert.equal(found.cases[2]?.mediated?.error_class, 'invalid_arguments');
  assert.equal(found.cases[3]?.mediated?.outcome, 'given_up');
  assert.match(stderr, /files as .*\.mcp\.json declares it, its folders replaced:\n {2}.*index\.js/);
  const kept = JSON.parse(readFileSync(join(home, 'control', 'verified-paths.json'), 'utf8'));
  assert.deepEqual(kept.verifications[0], found);
});

test('a server that answers otherwise on each way is told as such; what would write is sent through policy only', async () => {
  const { code, found, stderr } = await verify('telling', '--yes');
  assert.ok(found, stderr);
  assert.deepEqual([code, found.verdict], [1, 'differs']);
  const [read, write] = found.cases;
  assert.deepEqual([read?.what, read?.verdict, read?.differs], ['parent', 'differs', ['frame']]);
  assert.deepEqual([write?.what, write?.verdict, write?.direct], ['send_mail', 'as_wanted', null]);
  const shown = await runCli(['verify-path', 'telling', '--yes'], { home, cwd: root });
  assert.match(shown.stdout, /DIFFERS {4}a read that is allowed .*\n {11}differs in frame/);
  assert.match(shown.stdout, /not sent straight: there it would be done/);
});

test('a server reached by HTTP does the same straight and through run --url, under one identity', async (t) => {
  const script = join(folder, 'byUrl.mjs');
  writeFileSync(
    script,
    `import { createServer } from 'node:http';
import { McpServer } from ${JSON.stringify(join(packages, '@modelcontextprotocol/sdk/dist/esm/server/mcp.js'))};
import { StreamableHTTPServerTransport } from ${JSON.stringify(join(packages, '@modelcontextprotocol/sdk/dist/esm/server/streamableHttp.js'))};
createServer(async (request, response) => {
  if (request.headers['x-api-key'] !== 'key-of-the-shop' || request.headers['x-team'] !== 'blue=sky') return response.writeHead(401).end();
  if (request.method !== 'POST') return response.writeHead(405).end();
  const server = new McpServer({ name: 'by-url', version: '1.0.0' });
  server.registerTool('now', { annotations: { readOnlyHint: true } }, async () => ({ content: [{ type: 'text', text: 'noon' }] }));
  server.registerTool('order', {}, async () => { throw new Error('ordered'); });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(request, response);
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`,
  );
  const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, 'data');
  const url = ['--url', `http://127.0.0.1:${String(port).trim()}/mcp`];
  const headers = ['--header', 'x-api-key=key-of-the-shop', '--header', 'x-team=blue=sky'];
  // One alone is not enough, and the last does not take the place of the first.
  assert.equal((await verify(...url, ...headers.slice(2), '--yes')).code, 3);
  const { code, found, stderr } = await verify(...url, ...headers, '--yes');
  assert.ok(found, stderr);
  const verdicts = found.cases.map(({ verdict }) => verdict);
  assert.deepEqual(verdicts, ['same', 'as_wanted', 'not_tried', 'same', 'same'], JSON.stringify(found.cases));
  assert.deepEqual([code, found.transport, found.lane.same], [0, 'http', true]);
  assert.match(found.lane.mediated ?? '', /header:x-api-key#[0-9a-f]{8}$/);
  assert.doesNotMatch(JSON.stringify(found), /key-of-the-shop/);
});

test('the doctor tells what was verified here, and that it is stale once the entry is another', async () => {
  const told = async () => {
    const { stdout } = await runCli(['doctor', '--json'], { home, cwd: root });
    const { checks }: { checks: { name: string; state: string; detail: string }[] } = JSON.parse(stdout);
    return checks.filter(({ name }) => name === 'verify-path').map(({ state, detail }) => `${state} ${detail}`);
  };
  const before = await told();
  assert.ok(
    before.some((line) => /^ok files did the same through Callgrove .* ago$/.test(line)),
    before.join('\n'),
  );
  assert.ok(
    before.some((line) => /^fail telling did not do the same/.test(line)),
    before.join('\n'),
  );
  const file = join(root, '.mcp.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(JSON.stringify(files), `${JSON.stringify(files)}, ${JSON.stringify(root)}`));
  const after = await told();
  writeFileSync(file, text);
  const stale = /^warn files did the same .* and that is stale: the server's command line has changed$/;
  assert.ok(
    after.some((line) => stale.test(line)),
    after.join('\n'),
  );
});

test('nothing starts without consent, and what is not there is named', async () => {
  const table: [args: string[], code: number, said: RegExp][] = [
    [['files'], 3, /--yes tries it without asking/],
    [['nobody', '--yes'], 3, /no server is called nobody\. Declared here: files, telling/],
    [[], 2, /give either SERVER or --url/],
    [['files', '--url', 'http://127.0.0.1:1/mcp'], 2, /give either SERVER or --url/],
    [['--url', 'nowhere', '--yes'], 2, /--url takes a URL, not "nowhere"/],
    [['--url', 'http://127.0.0.1:1/mcp', '--header', 'alone', '--yes'], 2, /--header takes NAME=VALUE/],
    [['--url', 'http://127.0.0.1:1/mcp', '--yes'], 3, /127\.0\.0\.1:1 could not be tried/],
  ];
  for (const [args, code, said] of table) {
    const result = await verify(...args);
    assert.deepEqual([result.code, result.stdout], [code, ''], result.stderr);
    assert.match(result.stderr, said);
  }
});

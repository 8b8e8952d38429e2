/** Ordinary text stays as it is: this repository's files and what it installs, with every finding listed by its place. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { createRedactor } from '../../../daemon/redact/redactor.ts';

const root = resolve(import.meta.dirname, '../../..');
const redactor = (await createRedactor()).forConnection({ fingerprints: { MY_TOKEN: '01234567' } });

test('ids, hashes, versions, paths and code are no secrets', async () => {
  const texts = [
    'commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b\nMerge: 7c9428c 2b5ab49',
    '"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="',
    'con_01jd3e8k9mq7r5t2v4w6x8y0zz call_01jd3e8k9mq7r5t2v4w6x8y0zz_12 550e8400-e29b-41d4-a716-446655440000',
    '{"progressToken":17,"_meta":{"progressToken":"a1b2c3d4e5f6"},"nextCursor":"abc123def456","tokens":31}',
    '{"type":"object","properties":{"password":{"type":"string","description":"The password"},"token":{"type":"string"}}}',
    'const token = parser.next();\nif (token === null) return tokens[0];\nlet password: string;\nfunction login(user: string, token: Token) {}',
    'export PATH=/usr/local/bin:/usr/bin TOKEN=$GITHUB_TOKEN PASSWORD=$' + '{DB_PASSWORD}',
    'Set your token in the settings. Password: required. Authorization: see below.',
    'headers: { authorization: `Bearer $' + '{token}`, "x-api-key": apiKey }',
    'import { auth } from "./auth.ts"; app.use(cookieParser()); const secretName = "my-secret-name";',
    'The basic authentication scheme; bearer authentication; a bearer token',
    'traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '/home/jane/.ssh/id_ed25519 and https://user@example.com/path?page=2&sort=name and git@github.com:a/b.git',
    `data:image/png;base64,${Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 97) % 256)).toString('base64')}`,
  ];
  for (const text of texts) assert.equal((await redactor.redact([text]))[0]!.text, text);
});

test('the lockfile, the sources and the READMEs of what is installed', async (t) => {
  const files = globSync(
    [
      'package-lock.json',
      'daemon/{base,protocol,journal,proxy}/*.ts',
      'node_modules/{express,zod,ws,jose,undici,esbuild,hono,playwright-core,pino,ajv,better-sqlite3}/{README.md,package.json}',
      'node_modules/zod/src/v4/core/*.ts',
    ],
    { cwd: root },
  );
  let chars = 0;
  const found: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    chars += text.length;
    const result = (await redactor.redact([text]))[0]!;
    for (const match of result.text.matchAll(/.{0,30}<secret:([\w-]+)#[0-9a-f]{8}>/g))
      found.push(`${file}: ${match[0]}`);
  }
  t.diagnostic(`${found.length} findings in ${files.length} files, ${chars} characters`);
  for (const line of found) t.diagnostic(line);
  assert.ok(chars > 9e5);
  assert.ok(found.length <= 6, found.join('\n'));
});

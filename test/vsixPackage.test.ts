/** What the package for editors holds: completion of the settings files, by the schema that the daemon reads them with. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { readSettings } from '../daemon/model/readSettings.ts';
import { settingsJsonSchema } from '../daemon/protocol/settings.ts';
import { readZip } from './support/readZip.ts';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'callgrove-vsix-'));
let files: ReadonlyMap<string, Buffer>;
const json = (name: string) => JSON.parse(files.get(`extension/${name}`)?.toString('utf8') ?? 'null');

before(() => {
  const vsix = join(folder, 'callgrove.vsix');
  execFileSync(process.execPath, [join(root, 'package.vsix.mjs'), '--no-build', '--out', vsix], { cwd: root });
  files = readZip(readFileSync(vsix));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('both settings files are completed by the schema in the package', () => {
  const [entry, ...more] = json('package.json').contributes.jsonValidation;
  assert.deepEqual(entry.fileMatch, ['callgrove.jsonc', '.callgrove.jsonc']);
  assert.deepEqual(more, []);
  const schema = json(entry.url.replace('./', ''));
  assert.deepEqual(schema, JSON.parse(JSON.stringify(settingsJsonSchema())));
  assert.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
  const { policy } = schema.properties;
  assert.deepEqual(policy.properties.mode.enum, ['observe', 'enforce']);
  assert.equal(policy.additionalProperties, false);
});

test('every member of policy says what it is for while it is typed', () => {
  const schema = json('dist/schemas/callgrove.schema.json');
  const { properties } = schema.properties.policy;
  const silent = Object.entries<{ description?: string }>(properties).filter(([, { description }]) => !description);
  assert.deepEqual(
    silent.map(([name]) => name),
    [],
  );
});

test('every command about policy has a title, and those that change settings need a trusted workspace', () => {
  const { commands } = json('package.json').contributes;
  const of = (name: string) =>
    commands.find(({ command }: { command: string }) => command === `callgrove.${name}`) ?? {};
  for (const name of [
    'openDenials',
    'freezeSession',
    'freezeServer',
    'freezeLane',
    'thaw',
    'allowOnce',
    'allowCall',
    'setPolicyMode',
  ])
    assert.ok(of(name).title, name);
  for (const name of ['allowOnce', 'allowCall', 'setPolicyMode'])
    assert.equal(of(name).enablement, 'isWorkspaceTrusted', name);
});

test('the example in the documentation is what the settings are read by', () => {
  const docs = readFileSync(join(root, 'docs', 'policy.md'), 'utf8');
  const example = /```jsonc\n([\s\S]+?)```/.exec(docs)?.[1] ?? '';
  const read = readSettings(example);
  assert.equal(read.kind === 'read' ? read.policy?.servers?.github?.pin : read.reason, true);
  assert.deepEqual(read.kind === 'read' && read.mistakes, []);
});

/** The walk that `wrap` and `unwrap` share: which entries it means, and that one is dealt with before the next file is read. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chosenEntries, type FileProblem } from '../../../daemon/agents/chosenEntries.ts';
import type { ConfigFile } from '../../../daemon/agents/configFiles.ts';
import { type ConfigSet, createConfigSet } from '../../../daemon/agents/configSet.ts';

const folder = mkdtempSync(join(tmpdir(), 'callgrove-walk-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): ConfigFile {
  const path = join(folder, name);
  writeFileSync(path, text);
  return { path, target: path, folder, scope: 'user', agents: [] };
}

const mcp = (...names: string[]) =>
  JSON.stringify({ mcpServers: Object.fromEntries(names.map((name) => [name, { command: name }])) });

const files = [
  fileOf('first.json', mcp('one', 'two')),
  fileOf('broken.json', '{ "mcpServers": '),
  fileOf('last.json', mcp('two', 'three')),
  fileOf(
    'folders.json',
    JSON.stringify({
      projects: {
        '/work/shop': { mcpServers: { two: { command: 'two' } } },
        '/work/other': { mcpServers: { two: { command: 'two' } } },
      },
    }),
  ),
];

/** Tells of every opening, in between what the walk hands out. */
function told(choice: { server: string | null; folders: readonly string[] | null }) {
  const lines: string[] = [];
  const problems: FileProblem[] = [];
  const real = createConfigSet();
  const set: ConfigSet = {
    ...real,
    open(file) {
      lines.push(`open ${file.path.slice(folder.length + 1)}`);
      return real.open(file);
    },
  };
  for (const { entries } of chosenEntries(set, files, choice, problems))
    for (const { name, project } of entries) lines.push(project === null ? name : `${name} of ${project}`);
  return { lines, problems };
}

test('each file is opened when the entries before it have been dealt with', () => {
  const { lines, problems } = told({ server: null, folders: ['/work/shop'] });
  assert.deepEqual(lines, [
    'open first.json',
    'one',
    'two',
    'open broken.json',
    'open last.json',
    'two',
    'three',
    'open folders.json',
    'two of /work/shop',
  ]);
  assert.deepEqual(
    problems.map(({ file }) => file),
    [join(folder, 'broken.json')],
  );
});

test('a name and a folder choose; without folders those of every folder are meant', () => {
  const named = (folders: readonly string[] | null) =>
    told({ server: 'two', folders }).lines.filter((line) => !line.startsWith('open'));
  assert.deepEqual(named(['/work/other/']), ['two', 'two', 'two of /work/other']);
  assert.deepEqual(named(null), ['two', 'two', 'two of /work/shop', 'two of /work/other']);
});

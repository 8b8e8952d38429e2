/** What the tarball for npm holds, and that it works unpacked, by the name that npm gives it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packTarball } from './support/packTarball.ts';

const folder = mkdtempSync(join(tmpdir(), 'callgrove-package-'));
const unpacked = join(folder, 'node_modules', 'callgrove');
const program = join(folder, 'node_modules', '.bin', 'callgrove');
const env = {
  PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
  HOME: folder,
  CALLGROVE_HOME: join(folder, 'home'),
};
let tarball = '';

before(() => {
  tarball = packTarball(folder);
  mkdirSync(unpacked, { recursive: true });
  mkdirSync(join(program, '..'));
  assert.equal(spawnSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']).status, 0);
  symlinkSync('../callgrove/dist/callgrove.js', program);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('it asks for the database driver and nothing else, runs no script and is small', () => {
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(manifest.dependencies), ['better-sqlite3']);
  for (const key of ['devDependencies', 'optionalDependencies', 'scripts']) assert.equal(manifest[key], undefined, key);
  // Of these the table by which tokens are counted takes more than half.
  assert.ok(statSync(tarball).size < 4_000_000);
});

test('it holds the program, the launcher and the page, and neither the sample nor the extension', () => {
  const names = readdirSync(unpacked, { recursive: true }).map(String);
  for (const name of [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'dist/callgrove.js',
    'dist/run.mjs',
    'dist/gate.cjs',
    'dist/launch.cjs',
    'dist/page/index.html',
  ])
    assert.ok(names.includes(name), name);
  assert.deepEqual(
    names.filter((name) => /sample|extension|uninstall\.|\.ts$|\.map$|node_modules/.test(name)),
    [],
  );
});

test('by its name it says its version and records a server', () => {
  assert.ok(
    statSync(join(unpacked, 'dist/callgrove.js')).mode & 0o100,
    'npm makes what it links executable; so does the tarball',
  );
  const { version } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  assert.equal(spawnSync(program, ['--version'], { env, encoding: 'utf8' }).stdout, `${version}\n`);
  const run = spawnSync(program, ['run', '--no-daemon', '--', 'cat'], { env, input: 'as it is', encoding: 'utf8' });
  assert.deepEqual([run.stdout, run.stderr, run.status], ['as it is', '', 0]);
  assert.equal(readdirSync(join(folder, 'home', 'journal')).length, 1);
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { runFreshTests } from '../../../daemon/cli/freshTests.ts';
import { runLine } from '../../../daemon/harness/runLine.ts';
import type { FreshItem } from '../../../daemon/protocol/comparison.ts';

const base = mkdtempSync(join(tmpdir(), 'callgrove-fresh-tests-'));
after(() => rmSync(base, { recursive: true, force: true }));
let count = 0;

function write(root: string, files: Record<string, string>): string {
  mkdirSync(root, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const item = (name: string, group: FreshItem['group'] = 'ignored'): FreshItem => ({ group, item: name, detail: '' });

async function compare(
  command: string,
  warm: Record<string, string>,
  hidden: FreshItem[],
  env: Record<string, string> = {},
) {
  const here = join(base, String(count++));
  const said: string[] = [];
  const test = await runFreshTests({
    command,
    warmRoot: write(join(here, 'warm'), { 'a.txt': 'a', ...warm }),
    warmHome: write(join(here, 'warm-home'), { '.tool/rc': 'rc' }),
    warmEnvironment: { PATH: process.env.PATH, ...env },
    freshRoot: write(join(here, 'fresh'), { 'a.txt': 'a' }),
    freshHome: write(join(here, 'fresh-home'), {}),
    freshEnvironment: { PATH: process.env.PATH ?? '', HOME: join(here, 'fresh-home') },
    copyRoot: join(here, 'copy'),
    copyHome: join(here, 'copy-home'),
    hidden,
    run: (line, at) => runLine(line, { ...at, limitMs: 20_000 }),
    say: (sentence) => said.push(sentence),
  });
  return { test, said };
}

test('both pass, both fail: nothing to explain', async () => {
  const { test: passed } = await compare('test -f a.txt', {}, [item('.env')]);
  assert.deepEqual([passed.warm, passed.fresh, passed.passes_once], ['passed', 'passed', []]);
  const { test: failed } = await compare('exit 2', {}, [item('.env')]);
  assert.deepEqual([failed.warm, failed.fresh, failed.passes_once], ['failed', 'failed', []]);
});

test('it passes once the file is there; what it passes without is not named', async () => {
  const files = { '.env': 'KEY=1', 'notes.txt': 'n', 'data/local.json': '{}' };
  const { test, said } = await compare('test -f data/local.json', files, [
    item('.env'),
    item('notes.txt'),
    item('data/local.json'),
  ]);
  assert.deepEqual([test.warm, test.fresh, test.passes_once], ['passed', 'failed', ['data/local.json']]);
  assert.match(said.join('\n'), /puts .env back/);
});

test('what the failure names is tried first; a variable, a package, something of the home folder', async () => {
  const named = await compare('cat data/local.json', { '.env': 'x', 'data/local.json': '{}' }, [
    item('.env'),
    item('data/local.json'),
  ]);
  assert.deepEqual(named.test.passes_once, ['data/local.json']);
  assert.equal(named.said.filter((one) => one.startsWith('puts')).length, 1);
  const variable = await compare('test "$MODE" = on', {}, [item('MODE', 'environment')], { MODE: 'on' });
  assert.deepEqual(variable.test.passes_once, ['MODE']);
  const one = { 'node_modules/left-pad/package.json': '{}' };
  const dependency = await compare('test -f node_modules/left-pad/package.json', one, [
    item('left-pad', 'dependencies'),
  ]);
  assert.deepEqual(dependency.test.passes_once, ['left-pad']);
  const home = await compare('test -f "$HOME/.tool/rc"', {}, [item('~/.tool/rc', 'settings')]);
  // The warm run sees the caller's own HOME: nothing is claimed where it fails, too.
  assert.deepEqual(home.test.passes_once, []);
});

test('two things that are needed together', async () => {
  const files = { '.env': 'x', 'b.txt': 'b' };
  const { test } = await compare('test -f .env && test -f b.txt', files, [item('.env'), item('b.txt')]);
  assert.deepEqual(test.passes_once, ['.env', 'b.txt']);
});

test('no path leads out of the copy', async () => {
  const { test } = await compare('exit 1', {}, [item('../../outside', 'files')]);
  assert.deepEqual(test.passes_once, []);
});

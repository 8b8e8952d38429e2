/** What the doctor says of the servers in agents' files: in words by table, and of real files as a process. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkEntries } from '../../../daemon/cli/checkEntries.ts';
import type { FoundEntry } from '../../../daemon/cli/findEntries.ts';
import { runCli } from '../../support/cliRun.ts';
import { fakeHead } from '../../support/fakeSessions.ts';

const NOW = 1_800_000_000_000;
const entry = (over: Partial<FoundEntry>): FoundEntry => ({
  file: '/w/.mcp.json',
  server: 's',
  scope: 'project',
  state: 'wrapped',
  why: null,
  agents: ['Claude Code'],
  restart: 'start a new session',
  missing: null,
  ours: true,
  ...over,
});

const seen = (server: string, agoMs: number) => fakeHead('ses_1', { servers: [server], last_at: NOW - agoMs });
const say = (over: Partial<FoundEntry>, here = [seen('s', 65_000)], anywhere = here) =>
  checkEntries({ entries: [entry(over)], problems: [] }, { here, anywhere }, NOW)[0];

test('wrapped: seen, not seen, seen elsewhere only, nobody to ask', () => {
  assert.deepEqual(say({}), {
    name: 'server',
    state: 'ok',
    detail: 's in /w/.mcp.json (Claude Code) is wrapped, last seen 1 m 05 s ago',
    remedy: null,
  });
  const waiting = say({}, []);
  assert.deepEqual([waiting?.state, waiting?.remedy], ['warn', 'To get it into use: start a new session.']);
  assert.equal(say({}, [], [seen('s', 1)])?.state, 'warn');
  assert.match(say({ scope: 'user' }, [], [seen('s', 2_000)])?.detail ?? '', /last seen 2\.0 s ago/);
  const [unknown] = checkEntries({ entries: [entry({})], problems: [] }, null, NOW);
  assert.deepEqual([unknown?.state, unknown?.remedy], ['ok', null]);
  assert.match(unknown?.detail ?? '', /a running daemon would know/);
});

test('plain, left alone, a launcher that is not there, a file that cannot be read, none at all', () => {
  assert.deepEqual(
    [say({ state: 'plain' })?.state, say({ state: 'plain' })?.remedy],
    ['ok', 'callgrove wrap --server s records it.'],
  );
  assert.match(say({ state: 'left_alone', why: 'it is odd' })?.detail ?? '', /is left alone; it is odd$/);
  const missing = say({ missing: '/gone/bin/callgrove' });
  assert.equal(missing?.state, 'fail');
  assert.match(missing?.remedy ?? '', /callgrove unwrap/);
  const problems = [{ file: '/w/broken.json', reason: 'it ends too early' }];
  assert.deepEqual(
    checkEntries({ entries: [], problems }, null, NOW).map(({ state }) => state),
    ['warn'],
  );
  assert.deepEqual(
    checkEntries({ entries: [], problems: [] }, null, NOW).map(({ state }) => state),
    ['ok'],
  );
});

test('doctor reads real files and finds the launcher that an entry names gone', { timeout: 60_000 }, async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-entries-')));
  try {
    chmodSync(home, 0o700);
    const cwd = join(home, 'work');
    mkdirSync(cwd);
    const launched = (program: string) => ({ command: program, args: ['run', '--name', 'x', '--', 'cat'] });
    writeFileSync(
      join(cwd, '.mcp.json'),
      JSON.stringify({
        mcpServers: { plain: { command: 'cat' }, odd: { x: 1 }, lost: launched('/no/such/state/bin/callgrove') },
      }),
    );
    mkdirSync(join(home, '.cursor'));
    writeFileSync(
      join(home, '.cursor', 'mcp.json'),
      JSON.stringify({ mcpServers: { own: launched(join(home, 'bin', 'callgrove')) } }),
    );
    const { code, stdout } = await runCli(['doctor', '--json'], { home, cwd });
    assert.equal(code, 1);
    const checks: { name: string; state: string; detail: string }[] = JSON.parse(stdout).checks;
    const about = (words: string) => checks.find(({ detail }) => detail.includes(words));
    assert.match(about('plain in ')?.detail ?? '', /is not wrapped/);
    assert.match(about('odd in ')?.detail ?? '', /left alone/);
    assert.match(about('lost in ')?.detail ?? '', /names \/no\/such\/state\/bin\/callgrove, which is not there/);
    assert.match(about('own in ')?.detail ?? '', /\(Cursor\).*not there/);
    assert.match(checks.find(({ name }) => name === 'launcher')?.detail ?? '', /missing, and agents' files name it/);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

/**
 * The drills as they are run: through the real command line and the real proxy, with the server that comes along and with
 * servers of an agent's file. And what each says where policy does not hold.
 */
import assert from 'node:assert/strict';
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
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { drillDrift } from '../../daemon/drillDrift.ts';
import { drillFreeze } from '../../daemon/drillFreeze.ts';
import { drillPaths } from '../../daemon/drillPaths.ts';
import { type DrillPlace, makeDrillPlace } from '../../daemon/drillPlace.ts';
import type { DrillRun } from '../../daemon/drillRun.ts';
import { ownServer } from '../../daemon/drillServers.ts';
import { type DrillCase, DrillResult, KeptDrills } from '../../daemon/protocol/drill.ts';
import { runCli } from '../support/cliRun.ts';
import { git, repository } from '../support/gitFolder.ts';

const packages = resolve(import.meta.dirname, '../../node_modules');
const scriptOf = (name: string) => join(packages, name, 'dist', 'index.js');

interface Place {
  readonly home: string;
  readonly workspace: string;
  drill(...args: string[]): ReturnType<typeof runCli>;
}

/** A workspace with a state folder, and a temporary folder of its own to see what stays. */
function place(t: TestContext): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-drilled-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [home, temp] = ['home', 'temp'].map((name) => join(folder, name)) as [string, string];
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(temp);
  const workspace = repository(join(folder, 'ws'), { 'a.txt': 'a' });
  const env = { TMPDIR: temp };
  return {
    home,
    workspace,
    async drill(...args) {
      const ended = await runCli(['drill', ...args], { home, cwd: workspace, env });
      assert.deepEqual(readdirSync(temp), [], 'nothing stays behind');
      return ended;
    },
  };
}

const outcomes = (cases: readonly DrillCase[]) =>
  cases.map(({ case: name, seen }) => [name, seen?.kind, seen?.reason].filter((one) => one).join(' '));

test('each drill passes, leaves nothing behind, and is no session of the user', async (t) => {
  const { home, drill } = place(t);
  const seen: Record<string, string[]> = {};
  for (const name of ['paths', 'freeze', 'drift']) {
    const { code, stdout, stderr } = await drill(name, '--json');
    assert.equal(code, 0, stderr + stdout);
    const result = DrillResult.parse(JSON.parse(stdout));
    assert.deepEqual([result.drill, result.server, result.verdict], [name, null, 'passed']);
    seen[name] = outcomes(result.cases);
  }
  assert.deepEqual(seen.paths, [
    'inside allow',
    'write_inside allow',
    'sibling deny sibling_workspace',
    'parent deny parent_traversal',
    'outside deny read_outside_root',
    'symlink deny symlink_escape',
    'symlink_parent deny symlink_escape',
    'write_outside deny write_outside_root',
    'write_symlink deny symlink_escape',
    'write_dangling deny symlink_escape',
  ]);
  assert.deepEqual(seen.freeze, [
    'before allow',
    'frozen deny server_frozen',
    'restart deny server_frozen',
    'thawed allow',
    'others allow',
    'answered held',
    'recorded held',
  ]);
  assert.deepEqual(seen.drift, [
    'accepted allow',
    'held deny contract_changed',
    'hidden held',
    'others allow',
    'released allow',
    'told held',
  ]);
  assert.deepEqual(
    readdirSync(join(home, 'journal')).filter((name) => name.endsWith('.cgj')),
    [],
  );
  const text = await drill('paths');
  assert.match(text.stdout, /^ok {7}symlink_parent +deny symlink_escape +deny symlink_escape/m);
  assert.match(text.stdout, /All 10 as expected/);
});

test('it takes one of its names', async (t) => {
  const { drill } = place(t);
  const { code, stderr } = await drill('path');
  assert.equal(code, 2);
  assert.match(stderr, /did you mean callgrove drill paths/i);
});

/** A drill in process, on a place whose policy is tampered with. */
async function faulted(
  t: TestContext,
  drill: (run: DrillRun) => Promise<readonly DrillCase[]>,
  change: (place: DrillPlace) => Partial<DrillPlace>,
  mode: DrillRun['mode'] = 'enforce',
): Promise<Record<string, string>> {
  const made = makeDrillPlace('in a test');
  t.after(() => made.dispose());
  const run = { place: { ...made, ...change(made) }, server: ownServer(made.root), mode, serverIs() {} };
  const cases = await drill({ ...run, signal: t.signal });
  return Object.fromEntries(cases.map(({ case: name, verdict, note }) => [name, `${verdict} ${note ?? ''}`.trim()]));
}

test('where policy only observes, the drill says what came through', async (t) => {
  const found = await faulted(t, drillPaths, () => ({}), 'observe');
  assert.deepEqual(found, {
    inside: 'passed',
    write_inside: 'passed',
    sibling: 'failed what is outside came through',
    parent: 'failed what is outside came through',
    outside: 'failed what is outside came through',
    symlink: 'failed what is outside came through',
    symlink_parent: 'failed what is outside came through',
    write_outside: 'failed something was written outside',
    write_symlink: 'failed something was written outside',
    write_dangling: 'failed something was written outside',
  });
});

test('where a freeze does not reach the proxies, the drill says so', async (t) => {
  const found = await faulted(t, drillFreeze, ({ policy }) => ({ policy: (settings) => policy(settings) }));
  const failed = Object.entries(found).flatMap(([name, verdict]) => (verdict.startsWith('failed') ? [name] : []));
  assert.deepEqual(failed, ['frozen', 'restart']);
});

test('where a freeze reaches another server than the one that is meant, the drill says so', async (t) => {
  const found = await faulted(t, drillFreeze, ({ policy }) => ({
    policy: (settings, more) =>
      policy(settings, { freezes: more?.freezes?.map((freeze) => ({ ...freeze, target: 'drill-other' })) ?? [] }),
  }));
  const failed = Object.entries(found).flatMap(([name, verdict]) => (verdict.startsWith('failed') ? [name] : []));
  assert.deepEqual(failed, ['frozen', 'restart', 'others']);
});

test('where a changed tool is not held, the drill says so', async (t) => {
  const found = await faulted(t, drillDrift, ({ policy }) => ({
    policy: ({ mode }, more) => policy({ mode: mode ?? 'enforce' }, more),
  }));
  const failed = Object.entries(found).flatMap(([name, verdict]) => (verdict.startsWith('failed') ? [name] : []));
  assert.deepEqual(failed, ['held', 'hidden', 'told']);
});

const entryOf = (name: string, ...folders: string[]) => ({
  command: process.execPath,
  args: [scriptOf(name), ...folders],
});

for (const [line, name] of [
  ['2026.8.31', '@modelcontextprotocol/server-filesystem'],
  ['2.x', 'server-filesystem-fixed'],
] as const)
  test(`with the file server ${line} that an agent's file declares`, async (t) => {
    const { workspace, drill, home } = place(t);
    const elsewhere = join(home, 'mine');
    mkdirSync(elsewhere);
    writeFileSync(
      join(workspace, '.mcp.json'),
      JSON.stringify({ mcpServers: { files: entryOf(name, elsewhere, workspace) } }),
    );
    const asked = await drill('paths', '--server', 'files');
    assert.equal(asked.code, 3, asked.stdout);
    assert.match(asked.stderr, /files as .*\.mcp\.json declares it/);
    assert.ok(asked.stderr.includes(scriptOf(name)), 'its command line is shown');
    assert.match(asked.stderr, /files was not started/);
    for (const one of ['paths', 'freeze', 'drift']) {
      const { code, stdout, stderr } = await drill(one, '--server', 'files', '--yes', '--json');
      assert.equal(code, 0, stderr + stdout);
      const { server, command, cases } = DrillResult.parse(JSON.parse(stdout));
      assert.equal(server, 'files');
      assert.ok(!command.includes(elsewhere) && !command.includes(workspace), 'its own folders are not in reach');
      assert.ok(cases.every(({ verdict }) => verdict === 'passed'));
    }
    assert.deepEqual([readdirSync(elsewhere), existsSync(join(workspace, 'new.txt'))], [[], false]);
  });

test('a server that cannot be pointed at a throw-away folder is refused with the reason', async (t) => {
  const { workspace, drill } = place(t);
  writeFileSync(
    join(workspace, '.mcp.json'),
    JSON.stringify({
      mcpServers: {
        far: { type: 'http', url: 'https://example.invalid/mcp' },
        boxed: { command: 'docker', args: ['run', '-i', '--rm', 'mcp/filesystem', '/data'] },
        memory: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-memory'] },
        unheard: { command: 'nobody-knows-this-server' },
        texted: { command: 'bash', args: ['-c', 'npx -y @modelcontextprotocol/server-filesystem /w'] },
      },
    }),
  );
  const said: Record<string, string> = {};
  for (const name of ['far', 'boxed', 'memory', 'unheard', 'texted', 'missing']) {
    const { code, stderr } = await drill('paths', '--server', name, '--yes');
    assert.equal(code, 3);
    said[name] = stderr;
  }
  assert.match(said.far ?? '', /it is reached by URL/);
  assert.match(said.boxed ?? '', /it runs in a container/);
  assert.match(said.memory ?? '', /memory takes no folders/);
  assert.match(said.unheard ?? '', /the catalog does not know it/);
  assert.match(said.texted ?? '', /one text for a shell/);
  assert.match(said.missing ?? '', /no server is called missing\. Declared here: far, boxed/);
});

test('a server that does not start: could not run, and what it said', async (t) => {
  const { workspace, drill, home } = place(t);
  const script = join(workspace, 'server-filesystem', 'dist', 'index.js');
  mkdirSync(join(script, '..'), { recursive: true });
  writeFileSync(script, "process.stderr.write('no disk today\\n'); process.exit(4);\n");
  const args = [script, workspace];
  writeFileSync(
    join(workspace, '.mcp.json'),
    JSON.stringify({ mcpServers: { files: { command: process.execPath, args } } }),
  );
  const { code, stderr } = await drill('paths', '--server', 'files', '--yes');
  assert.equal(code, 3);
  assert.match(stderr, /the drill could not run: .*no disk today/s);
  assert.equal(existsSync(join(home, 'control', 'drills.json')), false, 'nothing was shown, so nothing is kept');
});

test('doctor knows where a drill passed, and calls it stale once that is another place', async (t) => {
  const { home, workspace, drill } = place(t);
  const doctor = async () => {
    const { stdout } = await runCli(['doctor', '--json'], { home, cwd: workspace });
    const { checks }: { checks: { name: string; state: string; detail: string; remedy: string | null }[] } =
      JSON.parse(stdout);
    return checks
      .filter(({ name }) => name === 'drill')
      .map(({ state, detail, remedy }) => ({ state, detail, remedy }));
  };
  const [none] = await doctor();
  assert.match(none?.remedy ?? '', /callgrove drill paths/);
  assert.equal((await drill('paths')).code, 0);
  const [passed] = await doctor();
  assert.equal(passed?.state, 'ok');
  assert.match(passed?.detail ?? '', /^paths passed .* ago$/);
  git(workspace, 'commit', '-q', '--allow-empty', '-m', 'second');
  const [moved] = await doctor();
  assert.equal(moved?.state, 'warn');
  assert.match(moved?.detail ?? '', /is stale: the commit was [0-9a-f]{8} and is [0-9a-f]{8}$/);
  assert.match(moved?.remedy ?? '', /callgrove drill paths runs it anew/);
  const file = join(home, 'control', 'drills.json');
  const { drills } = KeptDrills.parse(JSON.parse(readFileSync(file, 'utf8')));
  const before = drills.map((one) => ({
    ...one,
    environment: { ...one.environment, mounts: 'sha256:0', adapter: '0.0.1' },
  }));
  writeFileSync(file, JSON.stringify({ v: 1, drills: before }));
  const [other] = await doctor();
  assert.match(
    other?.detail ?? '',
    /Callgrove was 0\.0\.1 and is [^;]+; (?:what is mounted here has changed; )?the commit/,
  );
});

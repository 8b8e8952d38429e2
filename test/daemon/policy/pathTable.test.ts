/** FACTS 6.3, row by row, and its neighbours: what is asked for in `/ws`, where it leads, and what is said of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverFacts } from '../../../daemon/model/toolCatalog.ts';
import { decide } from '../../../daemon/policy/decide.ts';
import type { World, WorldFacts } from '../../../daemon/policy/world.ts';
import { inventedWorld, testPolicy, toolCall } from '../../support/policyWorld.ts';

interface Row {
  readonly row: string;
  readonly path: string;
  /** `in`, `unknown`, or the reason. */
  readonly verdict: string;
  readonly canonical?: string | null;
  readonly flags?: string;
  readonly write?: boolean;
  readonly roots?: readonly string[];
  readonly root?: string;
  readonly facts?: Partial<WorldFacts>;
  readonly insensitive?: boolean;
  readonly argv?: readonly string[];
}

const TREE = [
  '/ws/a.txt',
  '/ws/sub/b.txt',
  '/ws/l -> ../out',
  '/ws/f -> /etc/passwd',
  '/ws/new -> /etc/new',
  '/ws/deep -> /out/deep',
  '/ws/in -> sub',
  '/ws/store -> /home/ada/.local/share/pnpm/store/v10/links/x',
  '/ws/loop -> loop',
  '/ws/hard x2',
  '/ws/café/',
  '/ws/.git/config',
  '/ws/.github/workflows/ci.yml',
  '/ws/conf -> .git/config',
  '/ws/.env',
  '/ws/.env.example',
  '/ws/link.env -> .env',
  '/ws/tmp -> /tmp/x',
  '/ws/x -> sub/../../out',
  '/ws-evil/a',
  '/ws /a',
  '/ws"/a',
  '/out/s',
  '/out/deep/y',
  '/out/x',
  '/repo/.git/HEAD',
  '/etc/passwd',
  '/home/ada/.ssh/id_rsa',
  '/home/ada/.claude/CLAUDE.md',
  '/home/ada/.claude/settings.json',
  '/home/ada/.local/share/pnpm/store/v10/links/x/index.js',
  '/proc/77/cwd -> ',
  '/proc/77/root -> /',
  '/proc/77/fd/3 -> pipe:[1]',
  '/proc/77/environ',
  '/proc/self -> 4',
  '/proc/4/cwd -> /ours',
  '/dev/fd -> /proc/self/fd',
  '/dev/null',
  '/tmp/y',
];

const POSIX: readonly Row[] = [
  { row: '1', path: '/ws/a.txt', verdict: 'in', canonical: '/ws/a.txt' },
  { row: '2', path: 'a.txt', verdict: 'unknown', facts: { cwd: '/' } },
  { row: '2: no root at all', path: '/ws/a.txt', verdict: 'unknown', roots: [] },
  { row: '2: no root, yet a secret', path: '/home/ada/.ssh/id_rsa', verdict: 'credential_file', roots: [] },
  { row: '2: the folder is known', path: 'a.txt', verdict: 'in', canonical: '/ws/a.txt' },
  { row: '3', path: '../x', verdict: 'parent_traversal', canonical: '/x' },
  { row: '3', path: '/ws/../x', verdict: 'parent_traversal', canonical: '/x' },
  { row: '3: out and in again', path: '/ws/../ws/a.txt', verdict: 'in', canonical: '/ws/a.txt' },
  { row: '3: never inside', path: '/etc/../etc/passwd', verdict: 'read_outside_root', canonical: '/etc/passwd' },
  { row: '3: through what is not there', path: '/ws/no/../../etc/passwd', verdict: 'parent_traversal' },
  { row: '3: through a file', path: '/ws/a.txt/../../etc/passwd', verdict: 'parent_traversal' },
  { row: '4', path: '/ws-evil/a', verdict: 'sibling_workspace' },
  { row: '4: beside, a repository', path: '/repo/x', verdict: 'sibling_workspace' },
  { row: '4: beside, nothing of the kind', path: '/out/s', verdict: 'read_outside_root' },
  { row: '4: climbed to', path: '../ws-evil/a', verdict: 'parent_traversal' },
  { row: '5', path: '/ws', verdict: 'in', canonical: '/ws' },
  { row: '5', path: '/ws/', verdict: 'in', canonical: '/ws' },
  { row: '5', path: '//ws/./a.txt', verdict: 'in', canonical: '/ws/a.txt' },
  { row: '5', path: '', verdict: 'none' },
  { row: '6', path: '/ws/l/s', verdict: 'symlink_escape', canonical: '/out/s' },
  { row: '6: inside to inside', path: '/ws/in/b.txt', verdict: 'in', canonical: '/ws/sub/b.txt' },
  { row: '6: a link with dots of its own', path: '/ws/x/s', verdict: 'symlink_escape', canonical: '/out/s' },
  { row: '6: into a package store', path: '/ws/store/index.js', verdict: 'in' },
  { row: '6: into a package store, written', path: '/ws/store/index.js', verdict: 'symlink_escape', write: true },
  { row: '7', path: '/ws/f', verdict: 'symlink_escape', canonical: '/etc/passwd' },
  { row: '8', path: '/ws/new', verdict: 'symlink_escape', canonical: '/etc/new', write: true, flags: 'dangling_link' },
  { row: '8', path: '/ws/not/yet/there', verdict: 'in', canonical: '/ws/not/yet/there', write: true },
  { row: '8: a loop', path: '/ws/loop', verdict: 'invalid_path', canonical: null, flags: 'loop' },
  { row: '9', path: '/ws/deep/../x', verdict: 'symlink_escape', canonical: '/out/x' },
  {
    row: '9: the kernel stays, a normaliser does not',
    path: '/ws/in/../../x',
    verdict: 'parent_traversal',
    canonical: '/x',
  },
  { row: '10', path: '/ws/hard', verdict: 'in', flags: 'hard_link' },
  { row: '11', path: '/proc/self/root/etc/passwd', verdict: 'host_mount', canonical: '/etc/passwd' },
  { row: '11: by its number', path: '/proc/77/root/etc/passwd', verdict: 'host_mount', canonical: '/etc/passwd' },
  { row: '11', path: '/proc/self/environ', verdict: 'host_mount', canonical: '/proc/77/environ' },
  { row: '11: somebody else', path: '/proc/4/cwd/a', verdict: 'host_mount', canonical: '/proc/4/cwd' },
  { row: '11', path: '/dev/fd/3', verdict: 'host_mount' },
  { row: '11: nothing in it', path: '/dev/null', verdict: 'in' },
  { row: '11: the server is not known', path: '/proc/self/cwd/a', verdict: 'host_mount', facts: { serverPid: null } },
  { row: '13', path: '/WS/a.txt', verdict: 'in', flags: 'other_spelling', insensitive: true },
  { row: '13: on a volume that tells them apart', path: '/WS/a.txt', verdict: 'sibling_workspace' },
  { row: '14', path: '/ws/L/s', verdict: 'symlink_escape', insensitive: true },
  { row: '14', path: '/WS/L/../l/s', verdict: 'symlink_escape', insensitive: true },
  { row: '14: .git', path: '/ws/.GIT/config', verdict: 'hidden_config', insensitive: true },
  { row: '14: what HFS+ does not see', path: '/ws/.g\u200cit/config', verdict: 'hidden_config' },
  { row: '15', path: '/ws /a', verdict: 'sibling_workspace', canonical: '/ws /a' },
  { row: '15', path: '/ws"/a', verdict: 'sibling_workspace', canonical: '/ws"/a' },
  { row: '15', path: '/ws/a.txt ', verdict: 'in', canonical: '/ws/a.txt ' },
  { row: '15: for one that trims', path: ' /etc/passwd', verdict: 'read_outside_root', flags: 'trimmed' },
  { row: '15: for one that takes quotes off', path: '"/etc/passwd"', verdict: 'read_outside_root', flags: 'trimmed' },
  { row: '16', path: '/ws/cafe\u0301/x', verdict: 'in', canonical: '/ws/cafe\u0301/x' },
  { row: '26', path: 'file:///ws/a%2e%2e/..', verdict: 'in', canonical: '/ws', flags: 'file_uri' },
  { row: '26', path: 'file:///ws/%2e%2e/etc/passwd', verdict: 'parent_traversal', canonical: '/etc/passwd' },
  { row: '26', path: 'file:///etc/passwd', verdict: 'read_outside_root' },
  { row: '26: decoded once', path: 'file:///ws/%252e%252e/x', verdict: 'in', canonical: '/ws/%2e%2e/x' },
  { row: '26: no URI, not decoded', path: '/ws/%2e%2e/x', verdict: 'in', canonical: '/ws/%2e%2e/x' },
  { row: '26', path: 'file://host/share', verdict: 'invalid_path' },
  { row: '26', path: 'FILE:///etc/passwd', verdict: 'read_outside_root' },
  { row: '26', path: 'file:///ws/a%2Fb', verdict: 'invalid_path' },
  { row: '26', path: 'file:///ws/a%5cb', verdict: 'invalid_path' },
  { row: '26', path: 'file:///ws/a%00', verdict: 'invalid_path' },
  { row: '26', path: 'file:///ws/%zz', verdict: 'invalid_path' },
  { row: '26', path: 'file://localhost/ws/a.txt', verdict: 'in' },
  {
    row: '26: for one that takes only the scheme off',
    path: 'file:///ws/a?/../../etc/passwd',
    verdict: 'parent_traversal',
  },
  { row: '27', path: '/ws/a\0.txt', verdict: 'invalid_path' },
  { row: '28', path: '~', verdict: 'unknown' },
  { row: '28', path: '~/x', verdict: 'unknown' },
  { row: '28', path: '$HOME/x', verdict: 'unknown' },
  { row: '28', path: '%USERPROFILE%/x', verdict: 'unknown' },
  {
    row: '28: this server expands it',
    path: '~/x',
    verdict: 'read_outside_root',
    argv: ['npx', '@modelcontextprotocol/server-filesystem', '/ws'],
  },
  {
    row: '28: this server expands nothing else',
    path: '$HOME/x',
    verdict: 'in',
    canonical: '/ws/$HOME/x',
    argv: ['npx', '@modelcontextprotocol/server-filesystem', '/ws'],
  },
  {
    row: '28: climbed out of what is not expanded',
    path: '$HOME/../../home/x',
    verdict: 'parent_traversal',
    argv: ['npx', '@modelcontextprotocol/server-filesystem', '/ws'],
  },
  { row: '28: no home', path: '/ws/~backup.txt', verdict: 'in' },
  { row: '28: a route of a framework', path: 'app/routes/$id.tsx', verdict: 'in' },
  { row: '31', path: '/ws/pkg/a', verdict: 'in', roots: ['/ws', '/ws/pkg'], root: '/ws/pkg' },
  { row: '31', path: '/ws/b', verdict: 'in', roots: ['/ws/pkg', '/ws'], root: '/ws' },
  {
    row: '32: under Windows',
    path: 'C:\\ws\\a',
    verdict: 'in',
    canonical: '/mnt/c/ws/a',
    roots: ['/mnt/c/ws'],
    facts: { wsl: true },
  },
  { row: '32: without Windows a name', path: 'C:\\ws\\a', verdict: 'in', canonical: '/ws/C:\\ws\\a' },
  { row: 'lists', path: '/ws/.git/config', verdict: 'hidden_config' },
  { row: 'lists', path: '/ws/.git', verdict: 'hidden_config' },
  { row: 'lists: written', path: '/ws/.git/hooks/pre-commit', verdict: 'hidden_config', write: true },
  { row: 'lists: by a link', path: '/ws/conf', verdict: 'hidden_config' },
  { row: 'lists: through it and out', path: '/ws/.git/../a.txt', verdict: 'in' },
  { row: 'lists: the forge’s folder', path: '/ws/.github/workflows/ci.yml', verdict: 'in', write: true },
  { row: 'lists: ignored files', path: '/ws/.gitignore', verdict: 'in', write: true },
  { row: 'lists: deeper', path: '/ws/sub/.git/config', verdict: 'hidden_config' },
  { row: 'lists', path: '/ws/.mcp.json', verdict: 'hidden_config', write: true },
  { row: 'lists', path: '/ws/.claude/settings.json', verdict: 'hidden_config' },
  { row: 'lists', path: '/home/ada/.claude/settings.json', verdict: 'hidden_config' },
  { row: 'lists: instructions', path: '/home/ada/.claude/CLAUDE.md', verdict: 'in' },
  { row: 'lists: instructions', path: '/home/ada/.claude/CLAUDE.md', verdict: 'write_outside_root', write: true },
  { row: 'lists: instructions', path: '/ws/CLAUDE.md', verdict: 'in', write: true, flags: 'instruction_file' },
  { row: 'lists', path: '/ws/.env', verdict: 'credential_file' },
  { row: 'lists: an example', path: '/ws/.env.example', verdict: 'in', write: true },
  { row: 'lists', path: '/ws/.env.local', verdict: 'credential_file' },
  { row: 'lists: by a link', path: '/ws/link.env', verdict: 'credential_file' },
  { row: 'lists', path: '/home/ada/.ssh/id_rsa', verdict: 'credential_file' },
  { row: 'lists: Callgrove itself', path: '/home/ada/.local/state/callgrove/daemon.json', verdict: 'credential_file' },
  { row: 'temp', path: '/tmp/y', verdict: 'in', write: true },
  { row: 'temp: by a link', path: '/ws/tmp', verdict: 'symlink_escape', write: true },
  {
    row: 'temp: beside a root that lies there',
    path: '/tmp/run/out/x',
    verdict: 'write_outside_root',
    write: true,
    roots: ['/tmp/run/ws'],
  },
  { row: 'temp: elsewhere', path: '/tmp/other', verdict: 'in', write: true, roots: ['/tmp/run/ws'] },
  { row: 'plain', path: '/etc/passwd', verdict: 'read_outside_root' },
  { row: 'plain', path: '/etc/passwd', verdict: 'write_outside_root', write: true },
  { row: 'plain', path: '/', verdict: 'read_outside_root' },
  { row: 'plain: a header', path: '/usr/include/stdio.h', verdict: 'in' },
];

const WINDOWS_TREE = [
  'C:\\ws\\a.txt',
  'C:\\ws\\sub\\b.txt',
  'C:\\ws\\link -> C:\\out',
  'C:\\ws\\rel -> ..\\out',
  'C:\\ws\\.git\\config',
  'C:\\ws\\LONGNA~1\\x',
  'C:\\ws-evil\\a',
  'C:\\secret',
  'C:\\out\\s',
];
const WINDOWS: Partial<WorldFacts> = {
  paths: 'win32',
  platform: 'win32',
  cwd: 'C:\\ws',
  home: 'C:\\Users\\ada',
  tempFolders: ['C:\\Users\\ada\\AppData\\Local\\Temp'],
  ownFolders: [],
};

const WIN32: readonly Row[] = [
  { row: '17', path: 'C:\\ws\\..\\ws-evil\\a', verdict: 'parent_traversal', canonical: 'C:\\ws-evil\\a' },
  { row: '17', path: 'C:\\ws-evil\\a', verdict: 'sibling_workspace' },
  { row: '17', path: 'c:/WS/a.txt', verdict: 'in', flags: 'other_spelling' },
  { row: '17', path: 'a.txt', verdict: 'in', canonical: 'C:\\ws\\a.txt' },
  { row: '17', path: '..\\x', verdict: 'parent_traversal', canonical: 'C:\\x' },
  { row: '18', path: '\\\\?\\C:\\ws\\..\\secret', verdict: 'parent_traversal', flags: 'device' },
  { row: '18', path: '\\\\?\\C:\\ws\\a.txt', verdict: 'in' },
  { row: '19', path: '\\\\.\\C:\\x', verdict: 'host_mount', flags: 'device' },
  { row: '19', path: '\\\\localhost\\C$\\x', verdict: 'host_mount', flags: 'network' },
  { row: '19', path: '\\\\?\\UNC\\host\\share\\x', verdict: 'host_mount', flags: 'network' },
  { row: '19', path: '\\\\host\\share', verdict: 'host_mount', flags: 'network' },
  { row: '19', path: '//host/share/x', verdict: 'host_mount', flags: 'network' },
  { row: '19', path: '\\\\?\\GLOBALROOT\\Device\\x', verdict: 'host_mount', flags: 'device' },
  { row: '20', path: 'C:ws\\a', verdict: 'unknown' },
  { row: '21', path: '\\ws\\a', verdict: 'unknown' },
  { row: '21', path: '/c/ws/a', verdict: 'unknown' },
  { row: '22', path: 'a.txt::$DATA', verdict: 'in', flags: 'alternate_stream' },
  { row: '22', path: 'a.txt:evil', verdict: 'in', flags: 'alternate_stream' },
  { row: '22: around a list', path: 'C:\\ws\\.git::$INDEX_ALLOCATION\\config', verdict: 'hidden_config' },
  { row: '23', path: 'sub.\\b.txt', verdict: 'in', canonical: 'C:\\ws\\sub\\b.txt', flags: 'trailing_dots' },
  { row: '23', path: 'a.txt.', verdict: 'in', canonical: 'C:\\ws\\a.txt' },
  { row: '23', path: 'a.txt ', verdict: 'in', canonical: 'C:\\ws\\a.txt' },
  { row: '23: around a list', path: '.git. \\config', verdict: 'hidden_config' },
  { row: '24', path: 'LONGNA~1\\x', verdict: 'unknown', flags: 'short_name' },
  { row: '24: not there yet', path: 'new~1.txt', verdict: 'unknown' },
  { row: '25', path: 'CON', verdict: 'host_mount', flags: 'device' },
  { row: '25', path: 'sub\\NUL.txt', verdict: 'host_mount', flags: 'device' },
  { row: '25: only a name', path: 'console.txt', verdict: 'in' },
  { row: '26', path: 'file:///C:/ws/a.txt', verdict: 'in', canonical: 'C:\\ws\\a.txt' },
  { row: '26', path: 'file://host/share', verdict: 'host_mount', flags: 'network' },
  { row: '28', path: '%USERPROFILE%\\x', verdict: 'unknown' },
  { row: '32', path: '\\\\wsl$\\Ubuntu\\ws\\a', verdict: 'host_mount' },
  { row: '32: the root lies there', path: '\\\\wsl$\\Ubuntu\\ws\\a', verdict: 'in', roots: ['\\\\wsl$\\Ubuntu\\ws'] },
  { row: '6', path: 'link\\s', verdict: 'symlink_escape', canonical: 'C:\\out\\s' },
  { row: '6', path: 'rel\\s', verdict: 'symlink_escape', canonical: 'C:\\out\\s' },
  { row: '14', path: 'LINK\\s', verdict: 'symlink_escape' },
];

function check(rows: readonly Row[], worldOf: (row: Row) => World, roots: readonly string[]): void {
  for (const row of rows)
    test(`${row.row}: ${JSON.stringify(row.path)}${row.write ? ' written' : ''} is ${row.verdict}`, () => {
      const world = worldOf(row);
      const server = serverFacts('fs', row.argv ?? ['node', 'server.js'], null);
      const call = toolCall(row.write ? 'write_file' : 'read_file', { path: row.path }, { server });
      const decision = decide(testPolicy(world, row.roots ?? roots), call, world);
      const path = decision.paths[0];
      if (row.verdict === 'none') return assert.equal(decision.paths.length, 0);
      if (row.verdict === 'in') assert.equal(decision.decision, 'allow', `${decision.reason} ${decision.rule}`);
      else if (row.verdict === 'unknown') assert.equal(decision.decision, 'unknown');
      else assert.deepEqual([decision.decision, decision.reason], ['deny', row.verdict]);
      assert.ok(path);
      if (row.canonical !== undefined) assert.equal(path.canonical, row.canonical);
      if (row.flags !== undefined) assert.ok(path.flags.includes(row.flags), `${row.flags} in ${path.flags}`);
      if (row.root !== undefined) assert.equal(decision.input_summary.allowed_root, row.root);
    });
}

check(POSIX, (row) => inventedWorld(TREE, row.facts, row.insensitive), ['/ws']);
check(WIN32, (row) => inventedWorld(WINDOWS_TREE, { ...WINDOWS, ...row.facts }, true), ['C:\\ws']);

test('12: a root that is spelled through a link is the same root', () => {
  const world = inventedWorld(['/private/var/w/a', '/var -> private/var', '/ws/x'], { cwd: '/' });
  for (const [root, path] of [
    ['/var/w', '/private/var/w/a'],
    ['/private/var/w', '/var/w/a'],
    ['/var/w', '/var/w/a'],
  ] as const)
    assert.equal(decide(testPolicy(world, [root]), toolCall('read_file', { path }), world).decision, 'allow');
});

test('13: names that only look alike prove nothing where the volume does not say so', () => {
  // Two folders of a file system that numbers nothing.
  const world = inventedWorld(['/ws/a', '/WS/b'], {});
  const blind: World = { ...world, lstat: (path) => ({ ...world.lstat(path), ino: 0 }) };
  const decision = decide(testPolicy(blind, ['/ws']), toolCall('read_file', { path: '/WS/b' }), blind);
  assert.equal(decision.decision, 'deny');
});

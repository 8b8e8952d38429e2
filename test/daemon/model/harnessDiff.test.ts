import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSentence } from '../../../daemon/model/changeSentence.ts';
import { diffCaptures } from '../../../daemon/model/harnessDiff.ts';
import type { InstructionFile } from '../../../daemon/protocol/harness.ts';
import type { Capture } from '../../../daemon/protocol/workbench.ts';
import { blobOf, digestOf, EMPTY_GIT, fakeCapture, instruction, server, setting } from '../../support/fakeCapture.ts';

const tools = (text: string) => ({
  tool_contract: { fs: { contract: digestOf(text), tools: { read: digestOf(text), list: digestOf('list') } } },
});
const dirty = (path: string, text: string, status = ' M') => ({
  git: { ...EMPTY_GIT, dirty: [{ path, status, from: null, blob: blobOf(text) }], dirty_total: 1 },
});
const installed = (differing: { name: string; locked: string | null; installed: string | null }[]) => ({
  installed: [
    {
      manager: 'npm',
      lockfile: 'package-lock.json',
      state: differing.length > 0 ? ('differs' as const) : ('agrees' as const),
      differing,
      differing_total: differing.length,
      compared: 9,
    },
  ],
});
const envFile = (fingerprint: string) => ({
  ignored_present: [{ path: '.env', kind: 'file' as const, role: 'environment' as const, bytes: 20, fingerprint }],
  ignored_total: 1,
});

const cases: readonly [name: string, a: Capture, b: Capture, sentence: string][] = [
  ['nothing', fakeCapture(), fakeCapture(), 'same workbench'],
  [
    'an edited instruction file is told once, though git calls it dirty',
    fakeCapture({ instruction_source: [instruction('CLAUDE.md', 'a\n')] }, {}, ['a\n']),
    fakeCapture({ instruction_source: [instruction('CLAUDE.md', 'b\n')] }, dirty('CLAUDE.md', 'b\n'), ['b\n']),
    '1 change: CLAUDE.md edited',
  ],
  [
    'the same file read by two agents is one',
    fakeCapture({ instruction_source: [instruction('AGENTS.md', 'a')] }),
    fakeCapture({
      instruction_source: [instruction('AGENTS.md', 'b'), instruction('AGENTS.md', 'b', { agent: 'codex' })],
    }),
    '1 change: AGENTS.md edited',
  ],
  [
    "a parent's file by its kind of place",
    fakeCapture({ instruction_source: [instruction('CLAUDE.md', 'a', { place: 'parent' })] }),
    fakeCapture({ instruction_source: [instruction('CLAUDE.md', 'b', { place: 'parent' })] }),
    '1 change: ../CLAUDE.md edited',
  ],
  [
    'an upgraded server',
    fakeCapture({ servers: [server('server-filesystem', '2.3.0')] }),
    fakeCapture({ servers: [server('server-filesystem', '2.4.0')] }),
    '1 change: server-filesystem 2.3.0 → 2.4.0',
  ],
  [
    'a version that one side does not know',
    fakeCapture({ servers: [server('fs', null)] }),
    fakeCapture({ servers: [server('fs', '2.4.0')] }),
    'same workbench',
  ],
  ['a word of a tool', fakeCapture(tools('a')), fakeCapture(tools('b')), '1 change: fs/read edited'],
  ['tools that were never listed before', fakeCapture(), fakeCapture(tools('b')), 'same workbench'],
  [
    'two grants in one file, which is dirty, too',
    fakeCapture({ agent_settings: [setting('permissions.allow[Bash(ls)]', 'Bash(ls)')] }),
    fakeCapture(
      { agent_settings: [setting('permissions.allow[*]', '*'), setting('permissions.defaultMode', 'x')] },
      dirty('.claude/settings.json', 'x'),
    ),
    '3 changes: permissions.allow[*] (.claude/settings.json) new; permissions.allow[Bash(ls)] (.claude/settings.json) gone; permissions.defaultMode (.claude/settings.json) new',
  ],
  [
    'a variable gone',
    fakeCapture({}, { fingerprints: { GITHUB_TOKEN: 'aaaaaaaa', HOME: '1', SSH_TTY: '1' } }),
    fakeCapture({}, { fingerprints: { HOME: '2' } }),
    '1 change: GITHUB_TOKEN gone',
  ],
  [
    'a variable with another value, here and on another machine',
    fakeCapture({}, { fingerprints: { NODE_ENV: 'aaaaaaaa' } }),
    fakeCapture({}, { fingerprints: { NODE_ENV: 'bbbbbbbb' } }),
    '1 change: NODE_ENV value aaaa → value bbbb',
  ],
  [
    'fingerprints of two keys',
    fakeCapture({}, { fingerprints: { NODE_ENV: 'aaaaaaaa' } }),
    fakeCapture({}, { fingerprints: { NODE_ENV: 'bbbbbbbb' }, fingerprint_key: 'k2' }),
    'same workbench',
  ],
  [
    'a variable that an instruction newly names and nobody sets',
    fakeCapture(),
    fakeCapture({
      environment: { tools: [], variables: [{ name: 'API_URL', set: false, named_by: ['CLAUDE.md'] }] },
    }),
    'same workbench',
  ],
  [
    'a named variable that is set now',
    fakeCapture({ environment: { tools: [], variables: [{ name: 'A_KEY', set: false, named_by: ['x'] }] } }),
    fakeCapture(
      { environment: { tools: [], variables: [{ name: 'A_KEY', set: true, named_by: ['x'] }] } },
      { fingerprints: { A_KEY: 'cccccccc' } },
    ),
    '1 change: A_KEY new',
  ],
  ['an ignored .env', fakeCapture({}, envFile('1111')), fakeCapture(), '1 change: .env gone'],
  ['another .env', fakeCapture({}, envFile('1111')), fakeCapture({}, envFile('2222')), '1 change: .env changed'],
  [
    'a stale package',
    fakeCapture({}, installed([])),
    fakeCapture({}, installed([{ name: 'left-pad', locked: '1.3.0', installed: '1.1.0' }])),
    '1 change: left-pad as package-lock.json says → 1.1.0',
  ],
  [
    'an uncommitted fix',
    fakeCapture(),
    fakeCapture({}, dirty('src/a.ts', 'x')),
    '1 change: src/a.ts edited, not committed',
  ],
  [
    'another branch',
    fakeCapture(),
    fakeCapture({}, { git: { ...EMPTY_GIT, branch: 'fix', head: '2'.repeat(40) } }),
    '1 change: HEAD main, 11111111 → fix, 22222222',
  ],
  [
    'a rename in case only that git was not told of',
    fakeCapture(),
    fakeCapture(
      {},
      {
        git: { ...EMPTY_GIT, dirty: [{ path: 'Readme.md', status: ' D', from: null, blob: null }], dirty_total: 1 },
        untracked: [{ path: 'README.md', blob: blobOf('x'), bytes: 1 }],
        untracked_total: 1,
      },
    ),
    '1 change: README.md renamed from Readme.md',
  ],
  [
    'an instruction file renamed in case only',
    fakeCapture({ instruction_source: [instruction('agents.md', 'a')] }),
    fakeCapture({ instruction_source: [instruction('AGENTS.md', 'a')] }),
    '1 change: AGENTS.md renamed from agents.md',
  ],
  [
    'a fixture',
    fakeCapture({
      fixture_pack: {
        folders: [],
        files: [{ path: 'test/fixtures/a.json', blob: blobOf('1') }],
        files_total: 1,
        bytes_total: 1,
        digest: digestOf('1'),
      },
    }),
    fakeCapture(
      {
        fixture_pack: {
          folders: [],
          files: [{ path: 'test/fixtures/a.json', blob: blobOf('2') }],
          files_total: 1,
          bytes_total: 1,
          digest: digestOf('2'),
        },
      },
      dirty('test/fixtures/a.json', '2'),
    ),
    '1 change: test/fixtures/a.json edited',
  ],
  [
    'user, home, zone, locale, place',
    fakeCapture(),
    fakeCapture(
      {},
      {
        captured_at: '2026-11-21T10:00:00.000Z',
        workspace: { root: '/elsewhere', cwd: '/elsewhere', proof: 'git' },
        user_facts: {
          os: 'linux',
          arch: 'x64',
          user: 'bob',
          home: '/home/bob',
          locale: 'de_DE',
          zone: 'Europe/Berlin',
          path: ['/usr/bin'],
          path_of: 'agent',
        },
      },
    ),
    'same workbench',
  ],
  [
    'an entry that was wrapped',
    fakeCapture(
      { servers: [server('fs', '1.0.0')] },
      {
        servers: [{ agent: 'claude-code', name: 'fs', wrapped: false, file: null }],
      },
    ),
    fakeCapture(
      { servers: [server('fs', '1.0.0')] },
      {
        ...dirty('.mcp.json', 'wrapped'),
        servers: [{ agent: 'claude-code', name: 'fs', wrapped: true, file: null }],
      },
    ),
    'same workbench',
  ],
];

for (const [name, a, b, sentence] of cases)
  test(`what differs: ${name}`, () => {
    assert.equal(changeSentence(diffCaptures(a, b)), sentence);
    assert.deepEqual(diffCaptures(a, a), []);
    assert.equal(diffCaptures(b, a).length, diffCaptures(a, b).length);
  });

test('a server whose version is not known is told by what it starts', () => {
  const [found] = diffCaptures(fakeCapture({ servers: [] }), fakeCapture({ servers: [server('fs', null)] }));
  assert.deepEqual([found?.item, found?.before, found?.after], ['fs', null, 'npx fs']);
  const pinned = { ...server('fs', null), command: ['npx', 'fs@1'] };
  const [changed] = diffCaptures(fakeCapture({ servers: [server('fs', null)] }), fakeCapture({ servers: [pinned] }));
  assert.deepEqual([changed?.before, changed?.after], ['npx fs', 'npx fs@1']);
});

test('texts are compared where both were kept', () => {
  const a = fakeCapture({ instruction_source: [instruction('CLAUDE.md', 'one\ntwo\n')] }, {}, ['one\ntwo\n']);
  const b = fakeCapture({ instruction_source: [instruction('CLAUDE.md', 'one\n2\n')] }, {}, ['one\n2\n']);
  const [only] = diffCaptures(a, b);
  assert.match(only?.text_diff ?? '', /-two\n\+2\n/);
  assert.equal(only?.why_it_matters, 'The agent reads it before it plans.');
});

test('the likeliest comes first', () => {
  const a = fakeCapture({ servers: [server('fs', '1')] });
  const b = fakeCapture(
    { servers: [server('fs', '2')], instruction_source: [instruction('CLAUDE.md', 'x')] },
    { ...dirty('a.ts', 'x'), fingerprints: { NEW_ONE: '1' } },
  );
  assert.deepEqual(
    diffCaptures(a, b).map(({ group }) => group),
    ['instructions', 'servers', 'environment', 'files'],
  );
});

test('why it matters is said of what the agent makes of a file, and of a branch alone', () => {
  const file = (text: string, ...counts: InstructionFile['counts'][]) =>
    fakeCapture({
      instruction_source: counts.map((one, at) =>
        instruction('AGENTS.md', text, { agent: `a${at}`, counts: one, why: `It is ${one}.` }),
      ),
    });
  const whyOf = (a: Capture, b: Capture) => diffCaptures(a, b).map(({ why_it_matters }) => why_it_matters);
  const edited = (...counts: InstructionFile['counts'][]) => whyOf(file('a', ...counts), file('b', ...counts))[0];
  assert.equal(edited('shadowed', 'yes'), 'The agent reads it before it plans.');
  assert.equal(edited('excluded', 'on_touch'), 'The agent reads it when it touches files there.');
  assert.equal(edited('manual'), 'The agent reads it when it is asked for.');
  assert.equal(edited('unknown'), 'Whether the agent reads it is not known: It is unknown.');
  assert.equal(edited('shadowed'), 'The agent does not read it: It is shadowed.');
  const at = (branch: string, head: string) =>
    fakeCapture({}, { git: { ...EMPTY_GIT, branch, head: head.repeat(40) } });
  assert.deepEqual(whyOf(at('main', '1'), at('fix', '1')), [
    'It is the same commit on another branch: the files are the same.',
  ]);
  assert.deepEqual(whyOf(at('main', '1'), at('fix', '2')), ['The files are those of another commit.']);
});

test('an imported file that nothing imports any more is not called gone, unless git says so', () => {
  const a = fakeCapture({ instruction_source: [instruction('docs/a.md', 'x', { kind: 'import' })] });
  const without = (status: string) =>
    fakeCapture({ instruction_source: [] }, status === '' ? {} : dirty('docs/a.md', 'x', status));
  assert.equal(changeSentence(diffCaptures(a, without(''))), '1 change: docs/a.md no longer imported');
  assert.equal(changeSentence(diffCaptures(a, without(' D'))), '1 change: docs/a.md gone');
  assert.equal(changeSentence(diffCaptures(without(''), a)), '1 change: docs/a.md imported now');
});

test('another script behind the same test command is another test command', () => {
  const tested = (script: string) =>
    fakeCapture({ test_command: { command: 'npm test', source: `package.json scripts.test: ${script}`, also: [] } });
  const [only] = diffCaptures(tested('jest'), tested('vitest'));
  assert.deepEqual([only?.group, only?.after], ['test_command', 'package.json scripts.test: vitest']);
});

test('what is no longer so is not said in words that it still is', () => {
  const whyOf = (a: Capture, b: Capture) => diffCaptures(a, b).map(({ why_it_matters }) => why_it_matters);
  const both = (one: Capture) => [
    whyOf(fakeCapture({ servers: [] }), one)[0],
    whyOf(one, fakeCapture({ servers: [] }))[0],
  ];
  assert.deepEqual(both(fakeCapture({ servers: [] }, dirty('a.ts', 'x'))), [
    'It is not as the commit has it.',
    'It is as the commit has it again.',
  ]);
  assert.deepEqual(both(fakeCapture({ servers: [server('fs', '1')] })), [
    'The agent can call its tools now.',
    'The agent cannot call its tools any more.',
  ]);
  const stale = fakeCapture({}, installed([{ name: 'left', locked: '1.1.0', installed: '0.9.0' }]));
  const fine = fakeCapture({}, installed([]));
  assert.deepEqual(
    [whyOf(fine, stale)[0], whyOf(stale, fine)[0]],
    [
      'package-lock.json says 1.1.0, and 0.9.0 is installed (npm).',
      'What is installed is what package-lock.json says (npm).',
    ],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PathVerification } from '../../daemon/protocol/pathVerification.ts';
import { benchSections } from '../../webview/benchSections.ts';
import { harnessSections } from '../../webview/harnessSections.ts';
import type { Section } from '../../webview/sheet.ts';
import { fakeCapture } from '../support/fakeCapture.ts';
import { fullCapture, fullVerification } from '../support/fakeHarness.ts';

const { harness, workbench } = fullCapture();
const sections = [...harnessSections(harness, workbench), ...benchSections(workbench)];
const of = (key: string, from: readonly Section[] = sections) => {
  const found = from.find((one) => one.key === key);
  assert.ok(found, key);
  return found;
};
const tags = (key: string, title: string) =>
  of(key)
    .things.find((one) => one.title === title)
    ?.tags.map(({ text, tone }) => `${tone} ${text}`);

test('a file that several agents read is one line, and says of each whether it counts and why', () => {
  assert.deepEqual(
    of('instructions').things.map(({ title }) => title),
    ['CLAUDE.md', 'AGENTS.md', '.claude/rules/tests.md', 'docs/style.md', '~/.claude/CLAUDE.md', 'CLAUDE.local.md'],
  );
  assert.deepEqual(tags('instructions', 'CLAUDE.md'), ['good claude-code, copilot']);
  assert.deepEqual(tags('instructions', 'AGENTS.md'), ['warning codex: shadowed']);
  assert.deepEqual(tags('instructions', 'docs/style.md'), ['good claude-code', 'error 1 hidden character']);
  assert.ok(of('instructions').things[3]?.notes.includes('U+200B ZERO WIDTH SPACE in line 12, column 4'));
});

test('grants stand apart from guidance, and those of the repository are marked', () => {
  assert.deepEqual(tags('grants', 'hooks.PreToolUse'), ['plain hook', 'warning from the repository']);
  assert.deepEqual(tags('grants', 'permissions.allow[Read]'), ['plain permission']);
  assert.deepEqual(
    of('guidance').things.map(({ title }) => title),
    ['commands/review'],
  );
});

test('an entry that several agents read is one line that names them', () => {
  const [first, ...rest] = harness.servers ?? [];
  assert.ok(first);
  const shared = harnessSections(
    { ...harness, servers: [first, { ...first, agent: 'copilot-cli' }, ...rest] },
    workbench,
  );
  const things = of('servers', shared).things;
  assert.deepEqual(
    things.map(({ title }) => title),
    ['filesystem', 'github', 'docs'],
  );
  assert.ok(things[0]?.notes.some((note) => note.includes('for claude-code, copilot-cli')));
  // The same name with another command is another entry.
  const other = { ...first, agent: 'cursor', command: ['node', 'own.js'] };
  assert.equal(of('servers', harnessSections({ ...harness, servers: [first, other] }, workbench)).things.length, 2);
});

test('a server says what was found by trying it straight and through Callgrove, and when that is stale', () => {
  const one = (change: Partial<PathVerification>): PathVerification => ({
    ...fullVerification('filesystem'),
    ...change,
  });
  const cases = one({}).cases.map((each) =>
    each.case === 'timeout' ? { ...each, verdict: 'differs' as const } : each,
  );
  const shown = (verification: PathVerification, callgrove: string | null) => {
    const all = harnessSections(harness, workbench, { verifications: [verification], callgrove });
    const thing = of('servers', all).things.find(({ title }) => title === 'filesystem');
    return { tag: thing?.tags.at(-1), notes: thing?.notes.join('\n') ?? '' };
  };
  const good = shown(one({}), '0.1.0');
  assert.deepEqual([good.tag?.text, good.tag?.tone], ['verified', 'good']);
  assert.match(
    good.notes,
    /through Callgrove 0\.1\.0, 2026-11-20 .*: the same: a read, wrong arguments, a request given up, the one after it; kept away: a refused write; 0\.4 ms more/,
  );
  assert.deepEqual(shown(one({}), '0.2.0').tag?.text, 'verified, stale');
  assert.deepEqual(shown(one({}), null).tag?.text, 'verified');
  const bad = shown(one({ verdict: 'differs', cases, lane: { direct: 'a', mediated: 'b', same: false } }), '0.1.0');
  assert.deepEqual([bad.tag?.text, bad.tag?.tone], ['differs through Callgrove', 'error']);
  assert.match(bad.notes, /different: a request given up, the identity/);
  // What was tried of another server says nothing of this one.
  assert.equal(shown(one({ server: 'github' }), '0.1.0').tag?.text, 'traced');
});

test('a server says its package, whether it is pinned, and the trap', () => {
  assert.deepEqual(tags('servers', 'filesystem'), [
    'plain filesystem 2.4.0',
    'warning not pinned',
    'error version trap',
    'good traced',
  ]);
  assert.deepEqual(tags('servers', 'github'), ['plain @acme/github 1.0.3', 'good pinned']);
  assert.deepEqual(tags('servers', 'docs'), ['plain url']);
});

test('what is installed is held against the lockfile; a long list keeps its count', () => {
  assert.deepEqual(tags('dependencies', 'package-lock.json'), ['plain npm', 'error 1 package differs']);
  assert.deepEqual(of('dependencies').things[0]?.notes, ['left-pad: locked 1.3.0, installed 1.2.0']);
  assert.equal(of('ignored').total, 1312);
  assert.equal(of('fixtures').total, 213);
});

test('what was not captured is not called empty', () => {
  const empty = fakeCapture({ servers: null, instruction_source: [] }, { git: null });
  const all = [...harnessSections(empty.harness, empty.workbench), ...benchSections(empty.workbench)];
  assert.match(of('servers', all).none, /^Not captured/);
  assert.match(of('instructions', all).none, /^No file/);
  assert.match(of('changed', all).none, /^Not known/);
});

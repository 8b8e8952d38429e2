import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallFacts } from '../../../daemon/classify/callFacts.ts';
import { classifyEffects } from '../../../daemon/classify/classifyEffects.ts';
import { classifyOperation } from '../../../daemon/classify/classifyOperation.ts';
import { effectFindings } from '../../../daemon/classify/effectFindings.ts';
import { callFacts, hints } from '../../support/callFacts.ts';
import { ABSENT, file, looks, state } from '../../support/fileLooks.ts';

const FILESYSTEM = ['npx', '-y', '@modelcontextprotocol/server-filesystem', '/w'];
const judged = (facts: CallFacts) => classifyEffects(facts, classifyOperation(facts));
const writes = (over: Parameters<typeof callFacts>[0] = {}) => callFacts({ argv: FILESYSTEM, ...over });

test('seen, then said: a look replaces what the catalog would guess', () => {
  const seen = judged(writes({ files: looks([state('/w/a', ABSENT, file('a'))]) }));
  assert.deepEqual(seen.side_effects, ['file_created']);
  assert.deepEqual([seen.reversibility, seen.sources?.reversibility], ['reversible', 'verified']);
  const unseen = judged(writes({ args: { path: 'a' } }));
  assert.deepEqual([unseen.effects?.[0]?.evidence, unseen.effects?.[0]?.target], ['declared', 'a']);
  const again = judged(writes({ files: looks([state('/w/a', file('a'), file('a', { ctime_ms: 2000 }))]) }));
  assert.deepEqual([again.effects, again.reversibility, again.side_effect_class], [[], 'no_effect', 'none']);
  assert.deepEqual([again.sources?.side_effects, again.sources?.reversibility], ['verified', 'verified']);
  // It says that it wrote, and nothing is there: that may be to come.
  const nothing = judged(writes({ files: looks([state('/w/a', file('a'), file('a'))]) }));
  assert.deepEqual(
    [nothing.effects, nothing.reversibility, nothing.sources?.side_effects],
    [[], 'unknown', 'observed'],
  );
});

test('a failed call did what was seen, and where nobody looked nothing is known', () => {
  const failed = { outcome: 'error' } as const;
  assert.equal(judged(writes(failed)).effects, null);
  assert.equal(judged(writes(failed)).side_effect_class, 'unknown');
  const partial = judged(writes({ ...failed, files: looks([state('/w/a', ABSENT, file('ha'))]) }));
  assert.deepEqual([partial.side_effects, partial.retry_safe], [['file_created'], true]);
  const untouched = writes({ ...failed, tool: 'edit_file', files: looks([state('/w/a', file('a'), file('a'))]) });
  assert.deepEqual([judged(untouched).retry_safe, judged(untouched).sources?.retry_safe], [true, 'verified']);
  // With a doubt it is not known that nothing happened.
  const doubted = { ...untouched, files: looks([state('/w/a', file('a'), file('a'))], { shared: true }) };
  assert.deepEqual([judged(doubted).retry_safe, judged(doubted).effects], [false, null]);
  for (const outcome of ['timeout', 'lost', 'cancelled', 'running'] as const)
    assert.equal(judged(writes({ outcome, tool: 'move_file' })).effects, null);
  assert.deepEqual(judged(writes({ ...failed, tool: 'read_file' })).effects, []);
});

test('what was denied did nothing', () => {
  const denied = judged(writes({ outcome: 'denied' }));
  assert.deepEqual([denied.effects, denied.retry_safe, denied.sources?.retry_safe], [[], true, 'observed']);
});

test('the gravest effect gives the class; what nobody knows is unknown', () => {
  const classOf = (over: Parameters<typeof callFacts>[0]) => judged(callFacts(over)).side_effect_class;
  assert.equal(classOf({ tool: 'send_mail' }), 'message');
  assert.equal(classOf({ tool: 'execute_command' }), 'process');
  assert.equal(classOf({ tool: 'create_issue', argv: ['npx', '@modelcontextprotocol/server-github'] }), 'remote_write');
  assert.equal(classOf({ tool: 'get_issue', argv: ['npx', '@modelcontextprotocol/server-github'] }), 'none');
  assert.equal(classOf({ tool: 'frobnicate' }), 'unknown');
  assert.equal(
    classOf({ tool: 'create_entities', argv: ['npx', '@modelcontextprotocol/server-memory'] }),
    'local_write',
  );
});

test('an address is kept without what stands behind its question mark', () => {
  const facts = callFacts({
    tool: 'fetch',
    argv: ['uvx', 'mcp-server-fetch'],
    args: { url: 'https://h.test/a?key=1#x' },
  });
  assert.equal(judged(facts).effects?.[0]?.target, 'https://h.test/a');
});

test('findings: a success that changed nothing, unless it was so already; never with a doubt', () => {
  const found = (facts: CallFacts) => effectFindings(facts, classifyOperation(facts)).map(({ kind }) => kind);
  const unchanged = looks([state('/w/a', file('a'), file('a'))]);
  assert.deepEqual(found(writes({ files: unchanged, args: { path: 'a', content: 'b' } })), ['malformed_success']);
  const sha256 = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
  const same = looks([state('/w/a', file('a', { sha256 }), file('a', { sha256 }))]);
  assert.deepEqual(found(writes({ files: same, args: { path: 'a', content: 'a' } })), []);
  assert.deepEqual(found(writes({ files: { ...unchanged, shared: true } })), []);
  assert.deepEqual(found(writes({ files: unchanged, outcome: 'error' })), []);
  const dry = writes({ tool: 'edit_file', files: unchanged, args: { path: 'a', dryRun: true } });
  assert.deepEqual(found(dry), []);
  const gone = looks([state('/w/a', file('a'), ABSENT)]);
  const lies = (readOnlyHint: boolean, destructiveHint: boolean) =>
    found(callFacts({ tool: 'tidy', files: gone, listed: hints({ readOnlyHint, destructiveHint }) }));
  assert.deepEqual(lies(true, true), ['annotation_lie']);
  assert.deepEqual(lies(false, false), ['annotation_lie']);
  assert.deepEqual(lies(false, true), []);
});

test('what the catalog tells of a tool is no surprise, whatever its server says of it', () => {
  const facts = callFacts({
    tool: 'browser_take_screenshot',
    argv: ['npx', '@playwright/mcp'],
    listed: hints({ readOnlyHint: true }),
    files: looks([state('/w/shot.png', ABSENT, file('png'), { argument: 'filename' })]),
  });
  const [finding, ...more] = effectFindings(facts, classifyOperation(facts));
  assert.deepEqual([finding?.kind, finding?.severity, more], ['annotation_lie', 'info', []]);
  const [unknown] = effectFindings({ ...facts, connection: callFacts().connection }, classifyOperation(facts));
  assert.equal(unknown?.severity, 'error');
});

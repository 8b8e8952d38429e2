import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../../daemon/model/readSettings.ts';

const GOOD = `\uFEFF{
  // the user's own
  "policy": {
    "mode": "enforce",
    "servers": { "a/b": { "allow": [{ "path": "~/x", "access": "read" },] } },
  },
}`;

test('a policy is read with the place of every value in it', () => {
  const read = readSettings(GOOD);
  assert.equal(read.kind, 'read');
  if (read.kind !== 'read') return;
  assert.deepEqual(read.mistakes, []);
  assert.deepEqual(read.policy, {
    mode: 'enforce',
    servers: { 'a/b': { allow: [{ path: '~/x', access: 'read' }] } },
  });
  assert.deepEqual(read.places['/mode'], { line: 4, column: 5 });
  assert.deepEqual(read.places['/servers/a~1b/allow/0'], { line: 5, column: 37 });
});

test('a file that says nothing has an empty policy', () => {
  for (const text of ['', ' \n', '\uFEFF', '{}', '{"harness": {"test": "x"}}']) {
    const read = readSettings(text);
    assert.deepEqual(read.kind === 'read' && [read.policy, read.mistakes], [{}, []]);
  }
});

const WRONG: readonly (readonly [text: string, sentence: string, costsPolicy: boolean])[] = [
  ['{"polcy": {}}', '"polcy" is no setting of Callgrove; did you mean "policy"? (line 1, column 2)', true],
  [
    '{"policy": {\n "mod": "observe"}}',
    '"policy.mod" is no setting of Callgrove; did you mean "mode"? (line 2, column 2)',
    true,
  ],
  [
    '{"policy": {"rules": {"simlink_escape": "off"}}}',
    '"policy.rules.simlink_escape" is no setting of Callgrove; did you mean "symlink_escape"? (line 1, column 23)',
    true,
  ],
  [
    '{"policy": {"servers": {"fs": {"tolls": {}}}}}',
    '"policy.servers.fs.tolls" is no setting of Callgrove; did you mean "tools"? (line 1, column 32)',
    true,
  ],
  [
    '{"policy": {"mode": "on"}}',
    '"policy.mode" is wrong: Invalid option: expected one of "observe"|"enforce" (line 1, column 13)',
    true,
  ],
  ['{"policy": {"allow": [{"path": "/a"}]}}', '"policy.allow.0.access" is wrong', true],
  ['{"policy": {"mode": "observe", "mode": "enforce"}}', '"policy.mode" stands there twice (line 1, column 32)', true],
  ['{"harness": {"tests": "x"}}', '"harness.tests" is no setting of Callgrove; did you mean "test"?', false],
  [
    '{"redact": {\n "rules": [{"name": "a", "pattern": "("}]}}',
    '"redact.rules.0.pattern" is wrong: Invalid regular expression: /(/: Unterminated group (line 2, column 26)',
    false,
  ],
  ['{"redact": {"rules": [{"name": "A B", "pattern": "x"}]}}', '"redact.rules.0.name" is wrong', false],
  [
    '{"redact": {"rules": [{"name": "a", "pattern": "x*"}]}}',
    '"redact.rules.0.pattern" is wrong: it matches where there is nothing',
    false,
  ],
  ['[]', 'The file is wrong', true],
];
for (const [text, sentence, costsPolicy] of WRONG)
  test(`a mistake is told with its place: ${text}`, () => {
    const read = readSettings(text);
    assert.ok(read.kind === 'read');
    assert.equal(read.mistakes[0]?.sentence.slice(0, sentence.length), sentence);
    assert.equal(read.policy === null, costsPolicy);
  });

test('what is no JSON is named with its place; nothing makes it throw', () => {
  const read = readSettings('{\n  "policy": {,}\n}');
  assert.match(read.kind === 'broken' ? read.reason : '', /in line 2, column \d+$/);
  for (const hostile of [
    '['.repeat(300_000),
    '{"a":'.repeat(300_000),
    '{"__proto__": {"policy": {}}}',
    `{"policy": ${'[1,'.repeat(100)}`,
  ])
    assert.doesNotThrow(() => readSettings(hostile));
});

test('rules for bundles, null where one is wrong, and none where the file says nothing of them', () => {
  const rules = (text: string) => {
    const read = readSettings(text);
    return read.kind === 'read' ? read.redact : undefined;
  };
  assert.deepEqual(rules(''), []);
  assert.deepEqual(rules('{"policy": {"mode": "loud"}}'), []);
  assert.deepEqual(rules('{"redact": {"rules": [{"name": "ticket", "pattern": "ACME-\\\\d+"}]}}'), [
    { name: 'ticket', pattern: 'ACME-\\d+' },
  ]);
  assert.equal(rules('{"redact": {"rules": [{"name": "ticket", "pattern": "("}]}}'), null);
});

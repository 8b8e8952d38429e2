import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { settingKey, settingText } from '../../../daemon/harness/settingText.ts';
import type { Plain } from '../../../daemon/model/configTree.ts';

const asked = { root: '/home/me/work/repo', home: '/home/me' };
const TOKEN = `ghp_${'Ab3'.repeat(12)}`;

const VALUES: readonly (readonly [what: string, value: Plain, shown: string])[] = [
  ['a text', 'opus', 'opus'],
  ['flags and numbers', [true, 3, null], '[true,3,null]'],
  ['a command with a credential', 'curl --token abc123 x', 'curl --token <secret:credential> x'],
  ['its blanks as they were', 'a   b\n c', 'a   b\n c'],
  [
    'a header',
    'Bash(curl -H "Authorization: Bearer abc123def456" x)',
    'Bash(curl -H "Authorization: Bearer <secret:authorization>" x)',
  ],
  ['an assignment in brackets', 'Bash(API_KEY=abcdef123456 npm test)', 'Bash(API_KEY=<secret:credential> npm test)'],
  ['a user with a password', 'curl -u me:hunter22 x', 'curl -u me:<secret:password> x'],
  ['a rule that only looks like one', 'Bash(vault token:*)', 'Bash(vault token:*)'],
  ['a variable is no secret', 'X --token $TOKEN API_KEY=$API_KEY', 'X --token $TOKEN API_KEY=$API_KEY'],
  ['words with a credential', ['x', '--password', 'hunter2'], '["x","--password","<secret:password>"]'],
  ['a token anywhere', `echo ${TOKEN} > x`, 'echo <secret:github-token> > x'],
  ['a URL with a password', 'https://me:hunter2@example.org/x', 'https://me:<secret:url-password>@example.org/x'],
  ['members that are credentials', { apiKey: 'abc', name: 'x' }, '{"apiKey":"<secret:credential>","name":"x"}'],
  ['names of variables, no values', { env: { B: 'abc', A: 'def' } }, '{"env":["A","B"]}'],
  ['folders', '/home/me/work/repo/x and /home/me/y and /home/merry', './x and ~/y and /home/merry'],
];
for (const [what, value, shown] of VALUES) test(`${what}`, () => assert.equal(settingText(value, asked), shown));

test('a key is masked, too', () => {
  assert.equal(
    settingKey('permissions.allow', `Bash(echo ${TOKEN})`, asked),
    'permissions.allow[Bash(echo <secret:github-token>)]',
  );
});

test('at most 500 characters, whatever the value is', () => {
  assert.equal(settingText('x '.repeat(5000), asked).length, 500);
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => settingText(value as Plain, asked).length <= 500));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternList } from '../../../daemon/policy/pathPattern.ts';

const fits = (patterns: string[], path: string, rules: 'posix' | 'win32' = 'posix') =>
  patternList(
    patterns,
    [rules === 'posix' ? '/ws' : 'C:\\ws'],
    rules === 'posix' ? '/home/ada' : 'C:\\Users\\ada',
    rules,
  ).fits(path);

test('patterns fit as in .gitignore', () => {
  const rows: [patterns: string[], path: string, fits: string | null][] = [
    [['secret'], '/anywhere/secret/x', 'secret'],
    [['secret/'], '/ws/a/secret/x', 'secret/'],
    [['/ws/secret'], '/ws/secret', '/ws/secret'],
    [['/ws/secret'], '/ws/secret/deep/er', '/ws/secret'],
    [['/ws/secret'], '/ws/secrets', null],
    [['a/b'], '/ws/a/b', 'a/b'],
    [['a/b'], '/other/a/b', null],
    [['./a/b'], '/ws/a/b', './a/b'],
    [['*.pem'], '/x/y.pem', '*.pem'],
    [['*.pem'], '/x/y.pem.txt', null],
    [['a*b*c'], '/x/aXbYc', 'a*b*c'],
    [['a*b*c'], '/x/abc', 'a*b*c'],
    [['a*bc*c'], '/x/abc', null],
    [['/ws/**'], '/ws/x/y', '/ws/**'],
    [['/ws/**'], '/ws', null],
    [['/ws/*'], '/ws/x/y', '/ws/*'],
    [['**/a/**/b'], '/a/b', '**/a/**/b'],
    [['**/**/**/a'], '/x/a', '**/**/**/a'],
    [['/ws/**/b'], '/ws/b', '/ws/**/b'],
    [['~/x'], '/home/ada/x/y', '~/x'],
    [['~'], '/home/ada/x', '~'],
    [['~'], '/home/adam/x', null],
    // The last that fits counts.
    [['*.env', '!a.env'], '/ws/a.env', null],
    [['*.env', '!a.env', 'a.*'], '/ws/a.env', 'a.*'],
    [['!a.env', '*.env'], '/ws/a.env', '*.env'],
    // Spellings that some volume takes for one.
    [['.git'], '/ws/.GIT/x', '.git'],
    [['café'], '/ws/cafe\u0301', 'café'],
    [['/'], '/ws', null],
    [[''], '/ws', null],
    [['!'], '/ws', null],
    [['constructor'], '/ws/constructor', 'constructor'],
    [['constructor'], '/ws/x', null],
  ];
  for (const [patterns, path, expected] of rows) assert.equal(fits(patterns, path), expected, `${patterns} ${path}`);
});

test('on Windows either slash', () => {
  assert.equal(fits(['a\\b'], 'C:\\ws\\a\\b', 'win32'), 'a\\b');
  assert.equal(fits(['c:/ws/x'], 'C:\\WS\\X\\y', 'win32'), 'c:/ws/x');
  assert.equal(fits(['~/x'], 'C:\\Users\\ada\\x', 'win32'), '~/x');
  assert.equal(fits(['\\\\host\\share'], '\\\\host\\share\\x', 'win32'), null, 'a share is no pattern');
});

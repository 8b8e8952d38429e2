import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellWords } from '../../../daemon/model/shellWords.ts';

test('plain words stay, others are quoted, the home folder is the reader’s own', () => {
  assert.equal(shellWords(['npx', '-y', '@a/b@1.2', 'x=y']), 'npx -y @a/b@1.2 x=y');
  assert.equal(shellWords(['', "it's", '$HOME', '`id`', 'a\nb']), `'' 'it'\\''s' '$HOME' '\`id\`' 'a\nb'`);
  const said = execFileSync('/bin/sh', ['-c', `printf '%s|' ${shellWords(['~', '~/a b', 'x~', '~root'])}`], {
    encoding: 'utf8',
  });
  assert.equal(said, `${homedir()}|${homedir()}/a b|x~|~root|`);
});

test('a shell reads every word as it was', () => {
  const word = fc.string({ unit: 'grapheme-ascii' }).filter((text) => !text.startsWith('~') && !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellWords(words)}`], { encoding: 'utf8' });
      assert.deepEqual(said.split('\0').slice(0, -1), words);
    }),
    { numRuns: 40 },
  );
});

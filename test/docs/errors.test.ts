/** docs/errors.md states what the rules do today, and they do not get worse unnoticed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readCorpus } from '../support/errorCorpus.ts';
import { scoreErrors } from '../support/scoreErrors.ts';
import { ERRORS_DOC, withComputedParts } from '../support/writeErrorsDoc.ts';

test('figures and rules in the document are those of the rules; `node node24.mjs test/support/writeErrorsDoc.ts` writes them', () => {
  const text = readFileSync(ERRORS_DOC, 'utf8');
  assert.equal(text, withComputedParts(text));
});

test('what was held out, and what no rule names, is not classified worse than it was', () => {
  const floors = [
    { part: 'heldOut', rightClass: 190, rightWhole: 190, wrong: 3 },
    { part: 'unnamed', rightClass: 25, rightWhole: 24, wrong: 0 },
    { part: 'unnamedLater', rightClass: 19, rightWhole: 14, wrong: 1 },
  ] as const;
  for (const { part, ...floor } of floors) {
    const { rightClass, rightWhole, errors, leftOpen, falseAlarms } = scoreErrors(readCorpus(part));
    assert.ok(rightClass >= floor.rightClass, `${part}: ${rightClass} classes`);
    assert.ok(rightWhole >= floor.rightWhole, `${part}: ${rightWhole} whole`);
    assert.ok(errors - rightClass - leftOpen <= floor.wrong, `${part}: ${errors - rightClass - leftOpen} wrong`);
    assert.equal(falseAlarms, 0, `${part}: no success is taken for an error`);
  }
});

test('no rule is written for the servers that none may name', () => {
  const unnamed = [...readCorpus('unnamed'), ...readCorpus('unnamedLater')];
  const names = new Set(unnamed.map(({ from }) => from.name.replace(/^.*\//, '')));
  const text = readFileSync(ERRORS_DOC, 'utf8').toLowerCase();
  for (const name of names) assert.doesNotMatch(text, new RegExp(`\\b${name.replace(/-mcp-server$/, '')}\\b`));
});

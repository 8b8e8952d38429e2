import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorClass } from '../../daemon/protocol/record.ts';
import { isHeldOut, readCorpus } from './errorCorpus.ts';

const shown = readCorpus('shown');
const heldOut = readCorpus('heldOut');
const all = [...shown, ...heldOut, ...readCorpus('unnamed'), ...readCorpus('unnamedLater')];

test('the hash of what was answered says which part an entry stands in', () => {
  assert.deepEqual(
    shown.filter(isHeldOut).map(({ id }) => id),
    [],
  );
  assert.deepEqual(
    heldOut.filter((entry) => !isHeldOut(entry)).map(({ id }) => id),
    [],
  );
  const share = heldOut.length / (shown.length + heldOut.length);
  assert.ok(share > 0.28 && share < 0.39, `a third is held out, not ${share}`);
});

test('each entry has an id of its own, says where it is from, and is judged with the words of the records', () => {
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  const drawn = [...shown, ...heldOut];
  assert.equal(new Set(drawn.map(({ facts }) => JSON.stringify(facts))).size, drawn.length);
  const classes = new Set<string>(ErrorClass.options);
  for (const { id, from, label } of all) {
    assert.ok(from.name.length > 3, `${id} says where it is from`);
    if (label) assert.ok(classes.has(label.error_class), `${id}: ${label.error_class}`);
  }
});

test('there are enough errors, and enough successes that only speak of errors', () => {
  const drawn = [...shown, ...heldOut];
  const errors = drawn.filter(({ label }) => label !== null);
  assert.ok(errors.length >= 250, `${errors.length} errors`);
  assert.ok(errors.filter(({ from }) => from.kind === 'run').length >= 150);
  assert.ok(drawn.length - errors.length >= 60);
});

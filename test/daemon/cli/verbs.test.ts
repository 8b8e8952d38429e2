import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERB_NAMES, verbGroups, verbOf } from '../../../daemon/cli/verbs.ts';

test('every verb is loaded under its own name, and stands in the overview once', async () => {
  const listed = (await verbGroups()).flatMap(([, verbs]) => verbs.map(({ name }) => name));
  assert.deepEqual(listed.toSorted(), [...VERB_NAMES].sort());
  for (const name of VERB_NAMES) {
    const verb = await verbOf(name);
    assert.equal(verb?.spec.name ?? null, name === 'run' || name === 'help' ? null : name);
  }
  assert.equal(await verbOf('constructor'), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectFindings } from '../../../daemon/classify/effectFindings.ts';
import type { CallFiles } from '../../../daemon/classify/fileChanges.ts';
import { callFacts, hints } from '../../support/callFacts.ts';
import { ABSENT, file, looks, state } from '../../support/fileLooks.ts';

const PLACE = '/w/a.txt';
/** The reference file server, of which the catalog says that its `write_file` changes a file. */
const KNOWN = ['npx', '-y', '@modelcontextprotocol/server-filesystem@2026.7.10', '/w'];
const kindsOf = (files: CallFiles, over: Parameters<typeof callFacts>[0] = {}) =>
  effectFindings(callFacts({ argv: KNOWN, files, ...over }), { input_summary: { operation_class: 'write' } }).map(
    ({ kind, severity }) => `${kind} ${severity}`,
  );

test('a success after which the file is as it was is held against the server; a failure is not', () => {
  const same = looks([state(PLACE, file('old'), file('old'))]);
  assert.deepEqual(kindsOf(same), ['malformed_success warning']);
  assert.deepEqual(kindsOf(same, { outcome: 'error' }), []);
  assert.deepEqual(kindsOf(looks([state(PLACE, ABSENT, ABSENT)])), ['malformed_success warning']);
  assert.deepEqual(kindsOf(looks([state(PLACE, file('old'), file('new'))])), []);
});

test('a file that was written anew with the same bytes was written', () => {
  const written: readonly Parameters<typeof file>[1][] = [{ mtime_ms: 2000, ctime_ms: 2000 }, { id: '1:8' }];
  for (const over of [...written, { ctime_ms: 2000 }])
    assert.deepEqual(kindsOf(looks([state(PLACE, file('old'), file('old', over))])), []);
});

test('with a doubt nothing is held against the server, nor where the file holds what was asked for', () => {
  const same = [state(PLACE, file('old'), file('old'))];
  assert.deepEqual(kindsOf(looks(same, { doubts: ['late'] })), []);
  assert.deepEqual(kindsOf(looks(same, { shared: true })), []);
  const digest = 'cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4';
  const asked = file('old', { sha256: digest });
  assert.deepEqual(kindsOf(looks([state(PLACE, asked, asked)]), { args: { content: 'old' } }), []);
  assert.deepEqual(kindsOf(looks([state(PLACE, asked, asked)]), { args: { content: 'new' } }), [
    'malformed_success warning',
  ]);
});

test('a tool that says that it only reads, and one that says that it destroys nothing', () => {
  const changed = [state(PLACE, file('old'), file('new'))];
  const gone = [state(PLACE, file('old'), ABSENT)];
  const argv = ['some-server'];
  const reads = { argv, tool: 'look_at', listed: hints({ readOnlyHint: true }) };
  const adds = { argv, tool: 'tidy', listed: hints({ destructiveHint: false }) };
  assert.deepEqual(kindsOf(looks(changed), reads), ['annotation_lie error']);
  assert.deepEqual(kindsOf(looks(changed, { doubts: ['late'] }), reads), ['annotation_lie warning']);
  assert.deepEqual(kindsOf(looks(gone), adds), ['annotation_lie error']);
  assert.deepEqual(kindsOf(looks(changed), adds), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../../../daemon/protocol/effect.ts';
import { putEvidence } from '../../../daemon/store/evidenceRows.ts';
import { openStore } from '../../../daemon/store/openStore.ts';

const effect = (kind: Effect['kind'], evidence: Effect['evidence']): Effect => ({
  kind,
  target: '/w/a',
  evidence,
  bytes: null,
  visibility: 'durable',
  note: null,
});

test('columns that sums add up follow from the document, and judging again replaces it', (t) => {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  putEvidence(database, 7, 1, {
    effects: [
      effect('file_created', 'verified'),
      effect('file_created', 'verified'),
      effect('api_call', 'declared'),
      effect('record_created', 'inferred'),
    ],
    retry_safe: false,
    output: { tokens: 31 },
  });
  const row = database.sql('SELECT * FROM call_evidence').get();
  assert.deepEqual(
    [row?.effect, row?.proof, row?.files_created, row?.api_calls, row?.other_effects, row?.unproven, row?.tokens],
    ['file_created', 'verified', 2, 1, 1, 2, 31],
  );
  assert.deepEqual([row?.retry_safe, row?.idempotent, row?.lane], [0, null, null]);
  putEvidence(database, 7, 1, { retry_safe: true });
  const again = database.sql('SELECT * FROM call_evidence').all();
  assert.equal(again.length, 1);
  assert.deepEqual([again[0]?.effect, again[0]?.files_created, again[0]?.retry_safe], [null, 0, 1]);
});

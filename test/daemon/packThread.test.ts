/** The daemon makes a bundle in a thread of its own, and leaves nothing of it behind. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { createPackThreads } from '../../daemon/packThread.ts';
import { WHOLE } from '../support/exportedBundle.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const SCRIPT = new URL('../../daemon/pack.ts', import.meta.url);

test('a bundle in a folder of its own, read again, and gone', async (t) => {
  const place = await ingested(t, (journal) => {
    journalScript(journal, 'con_01jd3e8k9mq7r5t2v4w6x8y0zz')
      .open()
      .c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read', arguments: {} } })
      .s2c({ jsonrpc: '2.0', id: 1, result: { content: [] } })
      .exit();
  });
  const session = String(place.database.sql('SELECT session_id FROM sessions').get()?.session_id);
  const packs = createPackThreads(SCRIPT, place.folder);
  const never = new AbortController().signal;
  const packed = await packs.pack(session, WHOLE, never);
  const bundle = await readBundle(packed.file);
  assert.deepEqual(bundle.manifest, packed.manifest);
  assert.equal(bundle.manifest.counts.calls, 1);
  bundle.dispose();
  packed.dispose();
  assert.ok(!existsSync(dirname(packed.file)));
  await assert.rejects(packs.pack('ses_none', WHOLE, never), { code: 'not_found' });
  const gone = new AbortController();
  const unwanted = packs.pack(session, WHOLE, gone.signal);
  gone.abort();
  await assert.rejects(unwanted, { code: 'failed' });
});

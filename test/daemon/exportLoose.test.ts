/** Frames of no call: they stand in a bundle as well, masked, with the session that they go with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { verifyBundle } from '../../daemon/bundle/verifyBundle.ts';
import { bundleScan } from '../../daemon/bundleScan.ts';
import type { BundleOptions, FrameLine } from '../../daemon/protocol/bundle.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { type Ingested, ingested } from '../support/ingested.ts';
import { type JournalScript, journalScript } from '../support/journalScript.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
const SECRET = `ghp_${'aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zAc4Ef'}`;

const opening = (journal: string): JournalScript =>
  journalScript(journal, CONNECTION)
    .open({ plain: { HOME: '/home/ada' } })
    .raw('stderr', 'listening')
    .raw('stderr', ` with ${SECRET.slice(0, 20)}`)
    .raw('stderr', `${SECRET.slice(20)}\n`)
    .c2s({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'agent', version: '1' } },
    })
    .s2c({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-06-18', capabilities: {} } })
    .c2s({ jsonrpc: '2.0', method: 'notifications/initialized' })
    .c2s({ jsonrpc: '2.0', id: 'list', method: 'tools/list' })
    .s2c({ jsonrpc: '2.0', id: 'list', result: { tools: [] } });

function called(script: JournalScript, id: number, conversation: string | null = null): JournalScript {
  const _meta = conversation === null ? {} : { _meta: { 'vscode.conversationId': conversation } };
  return script
    .c2s({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'read', arguments: {}, ..._meta } })
    .s2c({ jsonrpc: '2.0', id, result: { content: [] } });
}

async function framesIn(place: Ingested, session: string, options: Partial<BundleOptions> = {}) {
  const { file, manifest } = await exportedBundle(place, session, options);
  const bundle = await readBundle(file);
  try {
    const { problems } = await verifyBundle(bundle, bundleScan(null, []));
    assert.deepEqual(problems, []);
    const frames: FrameLine[] = [];
    for await (const frame of bundle.frames()) frames.push(frame);
    return { frames, manifest };
  } finally {
    bundle.dispose();
  }
}

const sessions = (place: Ingested) =>
  place.database
    .sql('SELECT session_id FROM sessions ORDER BY n')
    .all()
    .map((row) => String(row.session_id));

const loose = (frames: readonly FrameLine[]) => frames.filter(({ call_id }) => call_id === null);
const told = (frames: readonly FrameLine[]) =>
  loose(frames).map(({ role, body }) => `${role} ${/"method":"([^"]+)"/.exec(body ?? '')?.[1] ?? body}`);

test('notifications, noise, answers that nobody asked for, and stderr', async (t) => {
  const place = await ingested(t, (journal) => {
    const script = opening(journal).raw('s2c', `no JSON at all, ${SECRET}\n`);
    called(script, 1)
      .s2c({ jsonrpc: '2.0', id: 77, result: {} })
      .wait(100)
      .raw('stderr', 'first line\nsecond ')
      .wait(200)
      .raw('stderr', 'line\n')
      .wait(200)
      .raw('stderr', 'last words without an end')
      .exit(1);
  });
  const [session = ''] = sessions(place);
  const { frames, manifest } = await framesIn(place, session);
  const placeholder = /<secret:github-token#[0-9a-f]{8}>/.exec(JSON.stringify(frames))?.[0];
  assert.deepEqual(told(frames), [
    `stderr listening with ${placeholder}\n`,
    'notification notifications/initialized',
    `noise no JSON at all, ${placeholder}`,
    'unasked_answer {"jsonrpc":"2.0","id":77,"result":{}}',
    // What belongs together is one piece, whatever the chunks were.
    'stderr first line\nsecond line\n',
    'stderr last words without an end',
  ]);
  // Before those of the calls, and counted with them.
  assert.equal(
    frames.findLastIndex(({ call_id }) => call_id === null),
    5,
  );
  assert.equal(manifest.counts.frames, 6 + 6);
  const short = await framesIn(place, session, { bodies: 'none' });
  assert.deepEqual(
    loose(short.frames).map(({ kept, body, bytes }) => [kept, body, bytes > 0]),
    Array.from({ length: 6 }, () => ['none', null, true]),
  );
  const shape = await framesIn(place, session, { bodies: 'shape' });
  assert.deepEqual(loose(shape.frames)[1]?.body, '{"jsonrpc":"string(3)","method":"string(25)"}');
});

test('the calls around one come with the handshake of their connection', async (t) => {
  const place = await ingested(t, (journal) => {
    const script = opening(journal);
    for (let id = 1; id <= 9; id++)
      called(script, id).s2c({ jsonrpc: '2.0', method: 'notifications/message', params: { data: `after ${id}` } });
    script.exit();
  });
  const [session = ''] = sessions(place);
  const fifth = place.database.sql('SELECT ordinal FROM calls WHERE folded = 0 ORDER BY n LIMIT 1 OFFSET 4').get();
  const call_id = `call_${CONNECTION.slice(4)}_${fifth?.ordinal}`;
  const { frames } = await framesIn(place, session, { around: { call_id, calls: 1 } });
  assert.deepEqual(told(frames).slice(1), [
    'request initialize',
    `response ${JSON.stringify({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-06-18', capabilities: {} } })}`,
    'notification notifications/initialized',
    'request tools/list',
    'response {"jsonrpc":"2.0","id":"list","result":{"tools":[]}}',
    ...[4, 5, 6].map(() => 'notification notifications/message'),
  ]);
  assert.deepEqual(
    loose(frames)
      .slice(-3)
      .map(({ body }) => JSON.parse(body ?? '').params.data),
    ['after 4', 'after 5', 'after 6'],
  );
});

test('of a connection with several sessions each has what followed its own calls, and the handshake', async (t) => {
  const place = await ingested(t, (journal) => {
    const script = opening(journal);
    for (const [id, conversation] of ['one', 'two', 'one'].entries())
      called(script, id + 1, conversation)
        .raw('stderr', `during ${id + 1} of ${conversation}\n`)
        .wait(100);
    script.exit();
  });
  const found = new Map<string, string[]>();
  for (const session of sessions(place)) {
    const { frames } = await framesIn(place, session);
    const said = told(frames).filter((one) => one.startsWith('stderr during'));
    if (said.length > 0)
      found.set(
        said.join(''),
        told(frames).filter((one) => /initialize/.test(one)),
      );
  }
  assert.deepEqual([...found.keys()].sort(), [
    'stderr during 1 of one\nstderr during 3 of one\n',
    'stderr during 2 of two\n',
  ]);
  // Whose call the handshake is has it among its calls; the other one has it beside them.
  assert.ok([...found.values()].every((handshake) => handshake.includes('notification notifications/initialized')));
  assert.ok([...found.values()].some((handshake) => handshake.includes('request initialize')));
});

test('too many of them for the size go before calls do', async (t) => {
  const place = await ingested(t, (journal) => {
    const script = called(opening(journal), 1);
    for (let n = 0; n < 3000; n++)
      script.raw(
        's2c',
        `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { n, w: Math.sin(n) } })}\n`,
      );
    script.exit();
  });
  const [session = ''] = sessions(place);
  const { frames, manifest } = await framesIn(place, session, { max_bytes: 25_000, bodies: 'none' });
  assert.equal(loose(frames).length, 100);
  assert.deepEqual(
    manifest.cut.map(({ what, count }) => [what, count]),
    [['frames', 2902]],
  );
  assert.equal(manifest.counts.calls, 3);
});

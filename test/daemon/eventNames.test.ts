import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantEventNames, withStoredNames } from '../../daemon/eventNames.ts';
import { createNames } from '../../daemon/names.ts';
import type { CallStarted, FrameEvent, FrameRef, JoinKeys } from '../../daemon/protocol/events.ts';

/** Masks what says it is secret. */
const redactor = {
  redact: async (texts: readonly string[]) =>
    texts.map((text) => ({ text: text.replaceAll('secret', '***'), count: 0, rules: [] })),
};
const frame: FrameRef = { key: '1', direction: 'c2s', at: 1, mono: 1, byteLength: 1, spans: [], artifact: null };
const NO_KEYS: JoinKeys = { conversation_id: null, turn_id: null, trace_id: null, span_id: null, raw: {} };

function started(over: Partial<CallStarted> = {}): CallStarted {
  return {
    type: 'call.started',
    call_id: 'call_1',
    event: 'tool_call',
    direction: 'c2s',
    method: 'tools/call',
    tool: 'read_file',
    parent_call_id: null,
    parent_candidates: [],
    join: NO_KEYS,
    client: null,
    protocol_version: '2025-06-18',
    request: frame,
    ...over,
  };
}

async function stored(event: FrameEvent): Promise<FrameEvent> {
  const names = createNames(redactor);
  wantEventNames(names, event);
  await names.look();
  return withStoredNames(names, event);
}

test('an event whose names are fine is stored as it is, and is no copy', async () => {
  const ended = {
    type: 'call.ended',
    call_id: 'c',
    at: 1,
    duration_ms: 1,
    outcome: 'lost',
    note: 'no answer',
  } as const;
  const layers = { transport: null, rpc: null, tool: null };
  const end: FrameEvent = { ...ended, layers, error: null, response: null };
  for (const event of [started(), end]) assert.equal(await stored(event), event);
});

test('every name of every event is looked at', async () => {
  const keys: JoinKeys = {
    ...NO_KEYS,
    conversation_id: 'c secret',
    turn_id: 't secret',
    raw: { sessionId: 'r secret' },
  };
  const events: FrameEvent[] = [
    started({ method: 'a secret', tool: 'b secret', protocol_version: 'c secret' }),
    started({ join: keys }),
    { type: 'stray', kind: 'noise', method: 'a secret', reason: 'b secret', frame },
    {
      type: 'connection.described',
      client: null,
      server: { name: 'secret', version: 'secret' },
      protocol_version: 'secret',
    },
    {
      type: 'call.ended',
      call_id: 'c',
      at: 1,
      duration_ms: null,
      outcome: 'lost',
      note: 'a secret',
      layers: { transport: null, rpc: null, tool: null },
      error: null,
      response: null,
    },
  ];
  for (const event of events) {
    const text = JSON.stringify(await stored(event));
    assert.ok(!text.includes('secret') && text.includes('***'), event.type);
  }
});

test('a name that nobody looked at is not stored', () => {
  assert.throws(() => withStoredNames(createNames(redactor), started()), /nobody looked at/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callSentence } from '../../../daemon/model/callSentence.ts';
import type { Effect } from '../../../daemon/protocol/effect.ts';
import type { Call } from '../../../daemon/protocol/record.ts';
import { fakeCall } from '../../support/fakeCall.ts';

const effect = (said: Partial<Effect> = {}): Effect => ({
  ...{
    kind: 'file_created',
    target: '/w/src/a.ts',
    evidence: 'verified',
    bytes: 4096,
    visibility: 'durable',
    note: null,
  },
  ...said,
});

test('what a call did, in one sentence, with how that is known', () => {
  const table: [said: Partial<Call>, sentence: string | null][] = [
    [{ outcome: 'running' }, null],
    [{ outcome: 'denied' }, null],
    [{ event: 'request' }, null],
    [
      { effects: [effect()], reversibility: 'reversible', retry_safe: false, sources: { retry_safe: 'catalog' } },
      'Created src/a.ts (4.1 kB), verified; it can be undone; not safe to repeat: that is known of this tool.',
    ],
    [
      {
        effects: [],
        side_effect_class: 'none',
        reversibility: 'no_effect',
        retry_safe: true,
        sources: { retry_safe: 'annotation' },
      },
      'Changed nothing; safe to repeat: the server says so.',
    ],
    [
      {},
      'What it changed is not known; whether it can be undone is not known; whether it may be repeated is not known.',
    ],
    [
      { outcome: 'lost' },
      'Whether it changed anything is not known; whether it can be undone is not known; whether it may be repeated is not known.',
    ],
    [
      {
        effects: [effect({ kind: 'message_sent', target: null, evidence: 'inferred', bytes: null })],
        reversibility: 'permanent',
        retry_safe: false,
        sources: { retry_safe: 'inferred' },
      },
      'Sent a message, presumably; it cannot be undone; not safe to repeat: its name suggests so.',
    ],
    [
      {
        effects: [effect(), effect({ target: '/elsewhere/b' }), effect(), effect()],
        reversibility: 'reversible',
        retry_safe: true,
      },
      'Created src/a.ts (4.1 kB), verified, created /elsewhere/b (4.1 kB), verified and 2 more; it can be undone; safe to repeat.',
    ],
  ];
  for (const [said, sentence] of table) assert.equal(callSentence(fakeCall(1, said)), sentence);
});

test('a path beside the workspace whose name begins alike stays whole', () => {
  const call = fakeCall(1, { workspace: '/w', effects: [effect({ target: '/w-other/a' })] });
  assert.match(callSentence(call) ?? '', /^Created \/w-other\/a /);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewFrame } from '../../daemon/frameText.ts';
import type { FrameRef } from '../../daemon/protocol/events.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';

const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
const SECRET = `ghp_${'aB3dE5fG7h'.repeat(4).slice(0, 36)}`;

function frame(text: string) {
  const bytes = Buffer.from(text);
  const ref: FrameRef = {
    key: '3',
    direction: 'c2s',
    at: 1,
    mono: 1,
    byteLength: bytes.length,
    spans: [],
    artifact: null,
  };
  const view = (options: { raw?: boolean; offset?: number; limit?: number }) =>
    viewFrame({ role: 'request', frame: ref }, (at, limit) => bytes.subarray(at, at + limit), redactor, {
      raw: false,
      offset: 0,
      limit: 1000,
      ...options,
    });
  return { ref, view };
}

test('a frame is masked, unless its raw bytes were asked for', async () => {
  const { view } = frame(`{"token":"${SECRET}"}`);
  const shown = await view({});
  assert.ok(!shown.text?.includes(SECRET));
  assert.equal(shown.redactions, 1);
  assert.equal(shown.truncated, false);
  const raw = await view({ raw: true });
  assert.equal(raw.text, `{"token":"${SECRET}"}`);
  assert.deepEqual([raw.raw, raw.redactions], [true, 0]);
});

test('pieces of a frame fit together to the character, and no piece shows half a secret', async () => {
  const { view } = frame(`${'ü'.repeat(50)} ${SECRET} ${'€'.repeat(50)}`);
  const whole = (await view({})).text!;
  let joined = '';
  for (let offset = 0; ; offset += 7) {
    const piece = await view({ offset, limit: 7 });
    assert.equal(piece.total_chars, whole.length);
    joined += piece.text;
    if (!piece.truncated) break;
  }
  assert.equal(joined, whole);
  assert.ok(!joined.includes(SECRET.slice(0, 20)));
});

test('of a huge frame a piece is read with what stands around it, so that a secret at its edge is masked', async () => {
  const before = 'word '.repeat(500_000);
  const text = `${before}${SECRET} ${'more '.repeat(600_000)}`;
  assert.ok(text.length > 4 * 1024 * 1024);
  const { view } = frame(text);
  for (const cut of [0, 4, 20, 39]) {
    const left = await view({ offset: before.length - 100, limit: 100 + cut });
    const right = await view({ offset: before.length + cut, limit: 200 });
    for (const piece of [left, right]) {
      assert.ok(!piece.text?.includes(SECRET.slice(4, 16)) && !piece.text?.includes(SECRET.slice(24)), `cut at ${cut}`);
      assert.equal(piece.total_chars, null);
      assert.equal(piece.truncated, true);
    }
  }
  assert.equal((await view({ raw: true, offset: before.length, limit: 40 })).text, SECRET);
});

test('a frame whose bytes are gone has no text', async () => {
  for (const byteLength of [10, 10_000_000]) {
    const ref = { ...frame('').ref, byteLength };
    const view = await viewFrame({ role: 'response', frame: ref }, () => null, redactor, {
      raw: false,
      offset: 0,
      limit: 10,
    });
    assert.deepEqual([view.text, view.total_chars, view.truncated], [null, null, false]);
    assert.equal(view.byte_length, byteLength);
  }
});

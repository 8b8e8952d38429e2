/** Every other way in which bytes are written is undone, wherever it stands and whatever stands around it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWith } from '../../../daemon/redact/escapes.ts';
import { mayHoldList, undoCodeList, undoHexList } from '../../../daemon/redact/views.ts';

const ascii = fc.string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 60 });
const around = fc.string({ unit: fc.constantFrom(...'xyz ,:-09af"\n\\é😀'), maxLength: 60 });

test('a list of bytes is found behind any text: looking at few characters misses none', () => {
  const bytes = (text: string) => [...Buffer.from(text)];
  const hex = (text: string, sign: string, prefix: string) =>
    bytes(text)
      .map((byte) => `${prefix}${byte.toString(16).padStart(2, '0')}`)
      .join(sign);
  fc.assert(
    fc.property(ascii, around, around, fc.constantFrom(', ', ',', ' ', ':', '-'), (text, before, after, sign) => {
      for (const [list, undo] of [
        [hex(text, sign, ''), undoHexList],
        [hex(text, sign, '0x'), undoHexList],
        [bytes(text).join(', '), undoCodeList],
        [bytes(text).join(' '), undoCodeList],
      ] as const) {
        const whole = `${before}"${list}"${after}`;
        assert.ok(mayHoldList(whole), whole);
        assert.ok(undo(whole)?.text.includes(text), whole);
      }
    }),
    { numRuns: 300 },
  );
});

test('the shortest lists are found at any place', () => {
  for (let before = 0; before < 120; before++) {
    const prose = 'x'.repeat(before);
    assert.ok(undoCodeList(`${prose};${Array(12).fill('9').join(' ')};`)?.text.includes('\t'.repeat(12)), prose);
    assert.ok(undoHexList(`${prose};${Array(12).fill('61').join(':')};`)?.text.includes('a'.repeat(12)), prose);
  }
});

test('where something was undone, each character says where it came from', () => {
  const undone = decodeWith('a\\b\\cd', /\\(?<one>.)/g, ({ groups }) =>
    groups?.one === 'b' ? 'B' : groups?.one === 'c' ? '' : null,
  );
  assert.deepEqual(undone, { text: 'aBd', offsets: [0, 1, 5, 6] });
  assert.equal(
    decodeWith('nothing', /x/g, () => 'y'),
    null,
  );
  assert.equal(
    decodeWith('axb', /x/g, () => null),
    null,
  );
});

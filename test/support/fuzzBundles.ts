/** Bundles with something wrong in them, made from a good one: bytes of the file, or texts of its members with hashes that fit. */

import { goodEntries, goodTexts, looseTexts, type Texts } from './goodBundle.ts';
import { rawZip } from './rawZip.ts';

const PIECES = [
  '"',
  '{',
  '}',
  '[',
  '\\',
  '\n',
  ',',
  ':',
  'null',
  '1e400',
  '-',
  '\u0000',
  '"__proto__":',
  '../',
  '\ud800',
  '</script>',
  ' ',
  '0',
];

/** @param random numbers from 0 to 1 */
export function mutatedBundle(random: () => number): Buffer {
  const texts = random() < 0.5 ? goodTexts() : looseTexts();
  return random() < 0.5 ? mutatedBytes(texts, random) : mutatedTexts(texts, random);
}

function mutatedBytes(texts: Texts, random: () => number): Buffer {
  let bytes = rawZip(goodEntries(texts));
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const at = Math.floor(random() * bytes.length);
    const kind = random();
    if (kind < 0.5) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.7)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + Math.floor(random() * 40))]);
    else if (kind < 0.85) bytes = bytes.subarray(0, Math.max(1, at));
    else {
      const from = Math.floor(random() * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + 60), bytes.subarray(at)]);
    }
  }
  return bytes;
}

function mutatedTexts(good: Texts, random: () => number): Buffer {
  const texts = { ...good };
  const names = Object.keys(texts);
  const change = (text: string): string => {
    const at = Math.floor(random() * (text.length + 1));
    const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
    return text.slice(0, at) + piece.repeat(random() < 0.1 ? 300 : 1) + text.slice(at + Math.floor(random() * 4));
  };
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const name = names[Math.floor(random() * names.length)] ?? 'calls.ndjson';
    const text = texts[name] ?? '';
    texts[name] = random() < 0.2 ? moved(text, random) : change(text);
  }
  const entries = goodEntries(texts);
  if (random() < 0.3)
    return rawZip(
      entries.map((one) => (one.name === 'manifest.json' ? { ...one, content: change(String(one.content)) } : one)),
    );
  return rawZip(entries);
}

/** One line stands somewhere else, now and then twice: frames of no call among those of calls, calls out of order. */
function moved(text: string, random: () => number): string {
  const lines = text.split('\n').slice(0, -1);
  const at = Math.floor(random() * lines.length);
  const [line] = random() < 0.3 ? lines.slice(at, at + 1) : lines.splice(at, 1);
  if (line !== undefined) lines.splice(Math.floor(random() * (lines.length + 1)), 0, line);
  return lines.map((one) => `${one}\n`).join('');
}

/**
 * Finds the runs of base64 or hex in a text that can hold readable words, without decoding them: in base64 of ASCII three
 * of every 24 bits are zero, in hex of ASCII every second digit is below 8. Hashes, images and paths are passed over,
 * and words that are shorter than a run cost next to nothing.
 */
import { charKind, longRuns } from '../model/longRuns.ts';

export interface Run {
  readonly start: number;
  readonly end: number;
  readonly encoding: 'base64' | 'hex';
  /** Offset within the run from which on its groups of four (two in hex) are counted. */
  readonly shift: number;
}

/** Shorter runs hold no secret that would be looked for. */
const RUN_CHARS = 16;
const HEX_CHARS = 24;
/** So many groups of ASCII in a row make a run worth decoding, whatever stands around them. */
const GROUPS = 5;

/** The six bits of each base64 and base64url character, 255 for every other. */
function sextets(): Uint8Array {
  const table = new Uint8Array(128).fill(255);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < letters.length; i++) table[letters.charCodeAt(i)] = i;
  table['-'.charCodeAt(0)] = 62;
  table['_'.charCodeAt(0)] = 63;
  return table;
}

const SEXTETS = sextets();
const SIXBIT = charKind(/[A-Za-z0-9+/_-]/);

function sextetAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? SEXTETS[code]! : 255;
}

/** Can these groups hold ASCII: all of them, or enough in a row? */
function holdsAscii(text: string, start: number, end: number): boolean {
  let row = 0;
  let all = true;
  for (let at = start; at + 4 <= end; at += 4) {
    const isAscii = sextetAt(text, at) < 32 && (sextetAt(text, at + 1) & 8) === 0 && (sextetAt(text, at + 2) & 2) === 0;
    row = isAscii ? row + 1 : 0;
    all &&= isAscii;
    if (row >= GROUPS) return true;
  }
  return all;
}

function isHexAscii(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    const isDigit = code >= 48 && code <= 57;
    if (!isDigit && !((code >= 65 && code <= 70) || (code >= 97 && code <= 102))) return false;
    if ((at - start) % 2 === 0 && !(isDigit && code < 56)) return false;
  }
  return true;
}

/** @param continued the text is the later piece of a longer one, so that a run at its start may begin anywhere */
export function encodedRuns(text: string, continued: boolean): Run[] {
  const runs: Run[] = [];
  for (const { start, end } of longRuns(text, SIXBIT, RUN_CHARS))
    addRun(runs, text, start, end, continued && start === 0 ? 4 : 1);
  return runs;
}

function addRun(runs: Run[], text: string, start: number, end: number, shifts: number): void {
  for (let shift = 0; shift < shifts; shift++) {
    if (end - start >= HEX_CHARS && shift < 2 && isHexAscii(text, start + shift, end)) {
      runs.push({ start, end, encoding: 'hex', shift });
    } else if (holdsAscii(text, start + shift, end)) runs.push({ start, end, encoding: 'base64', shift });
  }
}

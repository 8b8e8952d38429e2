/**
 * What two runs' calls are compared by: keyed hashes of what they asked and of what they were answered, with chance
 * taken out. The hashes are keyed because they leave the journal, and content can be guessed.
 */
import { keyedHash } from './keyedHash.ts';
import { canonicalJson } from './model/canonicalJson.ts';
import { neutralJson, neutralText } from './model/neutral.ts';

export interface ComparisonKeys {
  /** 16 hex digits. @param root the folder that the call's session works in; null where none is proven */
  of(value: unknown, root: string | null): string;
  /** Of an answer that is too large to be parsed: of its size and its first piece. */
  ofPiece(text: string, byteLength: number, root: string | null): string;
  /** Of a tool call as it is, chance and all: equal calls of one session are repetitions. */
  exact(server: string, tool: string, args: unknown): string;
}

/** Longer texts are neutral in their first piece only: the rest is compared as it stands. */
const NEUTRAL_CHARS = 32 * 1024;
const DEPTH = 100;

/** @param machineKey where there is none hashes are not keyed, as nothing of this machine's is */
export function comparisonKeys(machineKey: Uint8Array | null): ComparisonKeys {
  const whole = keyedHash(machineKey, 'compare');
  const hash = (text: string): string => whole(text).slice(0, 16);
  const exact = keyedHash(machineKey, 'exact');
  const rootsOf = (root: string | null) => (root === null ? [] : [root]);
  return {
    of: (value, root) => hash(neutralJson(shortened(value, hash, 0), rootsOf(root))),
    ofPiece: (text, byteLength, root) =>
      hash(`${byteLength} ${neutralText(text.slice(0, NEUTRAL_CHARS), rootsOf(root))}`),
    exact: (server, tool, args) => exact(`${server}\0${tool}\0${canonicalJson(args)}`).slice(0, 16),
  };
}

/** Long texts as their first piece and a hash of the rest; the value itself where there are none. */
function shortened(value: unknown, hash: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') {
    if (value.length <= NEUTRAL_CHARS) return value;
    return `${value.slice(0, NEUTRAL_CHARS)}#${hash(value.slice(NEUTRAL_CHARS))}`;
  }
  if (typeof value !== 'object' || value === null || depth > DEPTH) return value;
  const items: readonly unknown[] = Object.values(value);
  const short = items.map((item) => shortened(item, hash, depth + 1));
  if (short.every((item, at) => item === items[at])) return value;
  if (Array.isArray(value)) return short;
  return Object.fromEntries(Object.keys(value).map((name, at) => [name, short[at]]));
}

/**
 * Names as they may be stored: bounded, and without what looks like a secret. Each distinct name is looked at once per
 * connection, because a connection says the same few over and over.
 */
import type { Redactor } from './redact/redactor.ts';

export interface Names {
  /** Notes a name that will be asked for after the next `look`. */
  want(name: string | null | undefined): void;
  look(): Promise<void>;
  /** A batch is written: from here on names may be forgotten, and have to be wanted again. */
  settle(): void;
  /** The name as it may be stored. @throws when it was never wanted: a name must not slip through */
  of(name: string): string;
  of(name: string | null): string | null;
}

const NAME_CHARS = 200;
const KNOWN_LIMIT = 5000;
/** Secrets shorter than this are not looked for anywhere. */
const PART_CHARS = 8;
const JOINTS_LIMIT = 12;

export function createNames(redactor: Pick<Redactor, 'redact'>): Names {
  let known = new Map<string, string>();
  const wanted = new Set<string>();
  function of(name: string): string;
  function of(name: string | null): string | null;
  function of(name: string | null): string | null {
    if (name === null) return null;
    const found = known.get(name);
    if (found === undefined) throw new Error('a name was asked for that nobody looked at');
    return found;
  }
  /** `tool_hunter2-Xk92`: a secret that was made part of a name is no word of its own, so its parts are tried. */
  async function maskParts(texts: readonly string[]): Promise<string[]> {
    const parts = texts.map(partsOf);
    const results = await redactor.redact(parts.flat());
    let at = 0;
    return texts.map((text, index) => {
      let masked = text;
      for (const part of parts[index]!) {
        const result = results[at++];
        if (result && result.count > 0) masked = masked.replaceAll(part, result.text);
      }
      return masked;
    });
  }
  return {
    want(name) {
      if (name !== null && name !== undefined && !known.has(name)) wanted.add(name);
    },
    async look() {
      if (wanted.size === 0) return;
      const list = [...wanted];
      wanted.clear();
      // Cut after masking: half a secret is not recognised as one.
      const whole = await redactor.redact(list.map((name) => name.slice(0, 10 * NAME_CHARS)));
      const masked = await maskParts(whole.map(({ text }) => text));
      for (const [index, name] of list.entries()) known.set(name, (masked[index] ?? '').slice(0, NAME_CHARS));
    },
    of,
    settle() {
      if (known.size > KNOWN_LIMIT) known = new Map();
    },
  };
}

/** What stands between the joints of a name, longest first; of a name with many joints, the first of them count. */
function partsOf(name: string): string[] {
  const joints = [...name.matchAll(/[-_.\s]+/g)].slice(0, JOINTS_LIMIT);
  const starts = [0, ...joints.map((joint) => joint.index + joint[0].length)];
  const ends = [...joints.map((joint) => joint.index), name.length];
  const parts = starts.flatMap((start) => ends.map((end) => name.slice(start, Math.max(start, end))));
  return parts
    .filter((part) => part.length >= PART_CHARS && part !== name)
    .sort((one, other) => other.length - one.length);
}

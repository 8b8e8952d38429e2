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
  return {
    want(name) {
      if (name !== null && name !== undefined && !known.has(name)) wanted.add(name);
    },
    async look() {
      if (wanted.size === 0) return;
      const list = [...wanted];
      wanted.clear();
      // Cut after masking: half a secret is not recognised as one.
      const results = await redactor.redact(list.map((name) => name.slice(0, 10 * NAME_CHARS)));
      for (const [index, name] of list.entries()) known.set(name, (results[index]?.text ?? '').slice(0, NAME_CHARS));
    },
    of,
    settle() {
      if (known.size > KNOWN_LIMIT) known = new Map();
    },
  };
}

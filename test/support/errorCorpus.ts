/**
 * The corpus of error texts in test/fixtures/errors: what was answered, where it comes from, and what a reader says it
 * is. A third of it, drawn by the hash of what was answered, is held out: no rule may be written from it.
 *
 *   node node24.mjs test/support/errorCorpus.ts    draws anew, after entries were added to either part
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../daemon/model/json.ts';

/** What stood on the wire, or beside it. */
export interface CorpusFacts {
  readonly method: string;
  readonly tool?: string;
  /** The answer's result, or its JSON-RPC error; both absent where none came. */
  readonly result?: Json;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Json };
  /** The HTTP answer where it was a refusal. */
  readonly http?: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  /** How the server ended, with the last lines of its stderr. */
  readonly exit?: { readonly code: number | null; readonly signal: string | null; readonly error: string | null };
  readonly stderr?: string;
  /** When the call was answered, where that matters. */
  readonly at?: string;
}

/** A reader's judgement; `retry_safe` with nothing known of the call itself. */
export interface CorpusLabel {
  readonly error_class: string;
  readonly auth_cause: string | null;
  readonly recovery_action: string | null;
  readonly recoverable: boolean | null;
  readonly retry_safe: boolean | null;
  readonly retry_after_ms: number | null;
}

export interface CorpusEntry {
  readonly id: string;
  readonly from: {
    readonly kind: 'run' | 'issue' | 'specification' | 'documentation' | 'source' | 'made';
    readonly name: string;
    readonly version: string | null;
    readonly how: string;
  };
  readonly facts: CorpusFacts;
  /** Null where nothing went wrong. */
  readonly label: CorpusLabel | null;
}

/**
 * `shown`: rules may be written from it. `heldOut`: they may not. `unnamed`: of two servers that no rule names;
 * `unnamedLater`: of two others, drawn when the rules had been finished.
 */
export type CorpusPart = 'shown' | 'heldOut' | 'unnamed' | 'unnamedLater';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'errors');

export function readCorpus(part: CorpusPart): CorpusEntry[] {
  return readFileSync(join(FOLDER, `${part}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Every third, by the first 32 bits of SHA-256 over the facts. */
export function isHeldOut({ facts }: CorpusEntry): boolean {
  return createHash('sha256').update(JSON.stringify(facts)).digest().readUInt32BE(0) % 3 === 0;
}

if (process.argv[1] === import.meta.filename) {
  const all = [...readCorpus('shown'), ...readCorpus('heldOut')];
  for (const part of ['shown', 'heldOut'] as const) {
    const drawn = all.filter((entry) => isHeldOut(entry) === (part === 'heldOut'));
    writeFileSync(join(FOLDER, `${part}.jsonl`), drawn.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
}

/** What is on file when bytes reach the receiver: the relay with a journal of its own, between a scripted source and sink. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SegmentReader } from '../../../daemon/journal/segmentReader.ts';
import { SegmentWriter } from '../../../daemon/journal/segmentWriter.ts';
import type { SourceListener } from '../../../daemon/proxy/byteSource.ts';
import { type RelayGate, relay } from '../../../daemon/proxy/relay.ts';

/** @returns what was on file each time when something reached the receiver */
function relayed(t: TestContext, gate: (journal: SegmentWriter) => RelayGate, chunks: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-relay-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const journal = new SegmentWriter({ folder, connectionId: 'con_00000000000000000000000000', onTrouble: assert.fail });
  const onFile = () =>
    readdirSync(folder).flatMap((name) =>
      new SegmentReader()
        .push(readFileSync(join(folder, name)))
        .map(({ head, payload }) => `${head.k} ${Buffer.from(payload).toString()}`),
    );
  const seen: string[][] = [];
  let source: SourceListener | null = null;
  relay({
    open(listener) {
      source = listener;
      return { resume() {}, destroy() {} };
    },
    sink: { write: () => seen.push(onFile()) > 0, onFree() {}, onBroken() {}, busy: false, end: (done) => done() },
    record: (bytes) => journal.chunk('c2s', bytes),
    held: { hold: (bytes) => journal.hold('c2s', bytes), release: () => journal.release() },
    gate: gate(journal),
    onEnd() {},
    onDone() {},
    onBroken() {},
  });
  for (const chunk of chunks) source!.onBytes(Buffer.from(chunk));
  journal.close();
  return seen;
}

test('a held chunk and what was said of it are on file before anything passes', (t) => {
  const seen = relayed(
    t,
    (journal) => ({
      holds: true,
      before(bytes, ordinal) {
        journal.factSoon('decision', { of: ordinal });
        return bytes;
      },
      end: () => null,
    }),
    ['a\n', 'b\n'],
  );
  assert.deepEqual(seen, [
    ['chunk a\n', 'decision {"of":0}'],
    ['chunk a\n', 'decision {"of":0}', 'chunk b\n', 'decision {"of":2}'],
  ]);
});

test('a gate that says nothing, or is broken by now, leaves the chunk on file as well', (t) => {
  let isBroken = false;
  const seen = relayed(
    t,
    () => ({
      get holds() {
        return !isBroken;
      },
      before(bytes) {
        isBroken = true;
        return bytes;
      },
      end: () => null,
    }),
    ['a\n', 'b\n'],
  );
  assert.deepEqual(seen, [['chunk a\n'], ['chunk a\n', 'chunk b\n']]);
});

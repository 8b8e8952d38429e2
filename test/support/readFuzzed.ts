/** Reads very many bad bundles, and says of the first that does something else than being read or refused which it was. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BundleError } from '../../daemon/bundle/bundleError.ts';
import { callsWithFrames, looseFrames } from '../../daemon/bundle/callsWithFrames.ts';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { verifyBundle } from '../../daemon/bundle/verifyBundle.ts';
import { mutatedBundle } from './fuzzBundles.ts';
import { seededRandom } from './seededRandom.ts';

export async function readFuzzed(seed: number, count: number): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'callgrove-fuzz-'));
  const folder = join(place, 'in');
  mkdirSync(folder);
  const file = join(folder, 'b.zip');
  const chance = seededRandom(seed);
  const random = () => chance.below(2 ** 30) / 2 ** 30;
  const codes = new Map<string, number>();
  let loose = 0;
  try {
    for (let n = 0; n < count; n++) {
      const bytes = mutatedBundle(random);
      writeFileSync(file, bytes);
      let code = 'fine';
      try {
        const bundle = await readBundle(file);
        try {
          const { problems } = await verifyBundle(bundle, { value: () => [], text: () => [] });
          code = problems[0]?.code ?? 'fine';
          // As an import and the report read it: what belongs to no call, then each call with its own.
          for await (const { call_id } of looseFrames(bundle)) {
            assert.equal(call_id, null);
            loose++;
          }
          for await (const { call, frames } of callsWithFrames(bundle))
            assert.ok(frames.every(({ call_id }) => call_id === call.call_id));
        } finally {
          bundle.dispose();
        }
      } catch (error) {
        if (!(error instanceof BundleError))
          throw new Error(`seed ${seed}, bundle ${n}: ${bytes.toString('base64')}`, { cause: error });
        code = error.code;
      }
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    assert.deepEqual([readdirSync(place), readdirSync(folder)], [['in'], ['b.zip']]);
    // A fuzz run in which nearly all fail alike, or none, tries nothing.
    assert.ok(codes.size >= 5, JSON.stringify([...codes]));
    assert.ok((codes.get('fine') ?? 0) < count / 2);
    assert.ok(loose > count / 4, `${loose} frames of no call`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

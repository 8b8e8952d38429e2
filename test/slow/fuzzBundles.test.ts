/** The same as in the normal run, with very many more of them. */
import { test } from 'node:test';
import { importFuzzed } from '../support/importFuzzed.ts';
import { readFuzzed } from '../support/readFuzzed.ts';

for (const seed of [1, 2, 3, 4, 5]) test(`mutated bundles, seed ${seed}`, async () => readFuzzed(seed, 4000));

for (const seed of [6, 7]) test(`mutated bundles imported, seed ${seed}`, async (t) => importFuzzed(t, seed, 2000));

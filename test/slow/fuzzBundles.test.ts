/** The same as in the normal run, with very many more of them. */
import { test } from 'node:test';
import { readFuzzed } from '../support/readFuzzed.ts';

for (const seed of [1, 2, 3, 4, 5]) test(`mutated bundles, seed ${seed}`, async () => readFuzzed(seed, 4000));

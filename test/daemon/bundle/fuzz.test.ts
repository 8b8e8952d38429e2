/** Whatever is done to a bundle: it is read, or refused as one; nothing else is thrown, and nothing is written. */
import { test } from 'node:test';
import { readFuzzed } from '../../support/readFuzzed.ts';

test('mutated bundles', async () => readFuzzed(7, 250));

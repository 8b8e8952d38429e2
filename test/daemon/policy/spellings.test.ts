/** On a volume that takes several spellings for one name, all spellings of a path get one verdict. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePath } from '../../../daemon/policy/judgePath.ts';
import type { WorldFacts } from '../../../daemon/policy/world.ts';
import { inventedWorld, testPolicy } from '../../support/policyWorld.ts';
import { type Chance, seededRandom } from '../../support/seededRandom.ts';

const NAMES = ['a', 'b', 'ca\u0301', 'git', '.git', '.env', 'sub'];
const RUNS = 400;

function respelled(text: string, chance: Chance): string {
  const cased = [...text].map((one) => (chance.below(2) === 0 ? one.toUpperCase() : one.toLowerCase())).join('');
  return chance.below(2) === 0 ? cased.normalize('NFC') : cased.normalize('NFD');
}

function verdicts(facts: Partial<WorldFacts>, base: string, separator: string): void {
  let refused = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const chance = seededRandom(seed);
    const at = (...names: string[]) => [base, ...names].join(separator);
    const folders = [at('ws'), at('ws-b'), at('out')];
    const entries = Array.from({ length: 12 }, () => {
      const here = `${chance.pick(folders)}${separator}${chance.pick(NAMES)}`;
      const to = respelled(chance.pick(folders), chance);
      if (chance.below(3) === 0) return `${here} -> ${to}`;
      if (chance.below(2) === 0) return here;
      folders.push(here);
      return `${here}${separator}`;
    });
    entries.push(`${at('ws')}${separator}`);
    const world = inventedWorld(entries, { cwd: at('ws'), tempFolders: [], ...facts }, true);
    const { paths } = testPolicy(world, [at('ws')]);
    const judge = (requested: string) =>
      judgePath({ requested, access: 'read', bases: [], expandsHome: false, isCheckout: false }, paths, world);
    for (let request = 0; request < 10; request++) {
      const steps = Array.from({ length: chance.below(4) }, () => chance.pick(['..', ...NAMES]));
      const path = [chance.pick(folders), ...steps].join(separator);
      const plain = judge(path);
      const other = respelled(path, chance);
      assert.equal(judge(other).faults[0]?.reason, plain.faults[0]?.reason, `seed ${seed}: ${path} and ${other}`);
      if (plain.faults.length > 0) refused++;
    }
  }
  assert.ok(refused > RUNS && refused < RUNS * 9, `${refused} of ${RUNS * 10} were refused`);
}

test('posix rules, a volume as of macOS', () => {
  verdicts({ platform: 'darwin' }, '/Users/x', '/');
});

test('win32 rules', () => {
  verdicts({ paths: 'win32', platform: 'win32', home: 'C:\\Users\\ada' }, 'C:\\x', '\\');
});

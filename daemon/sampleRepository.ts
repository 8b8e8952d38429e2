/**
 * The sample's temporary repository: a small shop cart with a bug, a test that shows it, and a catalogue of 2 MB. Made
 * in the system's temporary folder and removed by whoever made it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Disposable, toDisposable } from './base/lifecycle.ts';

export interface SampleRepository extends Disposable {
  /** Absolute, without symbolic links. */
  readonly root: string;
  /** False where no git is installed: then it is a plain folder. */
  readonly git: boolean;
}

/** The line with the bug, and what it should be: the discount is taken once for each line instead of once. */
export const BUG =
  '  return lines.reduce((sum, line) => sum + line.price * line.quantity * (1 - discount), 0) * (1 - discount);';
export const FIX = '  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0) * (1 - discount);';

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "cart", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }\n',
  'README.md': '# cart\n\nThe total of a shopping cart. `npm test` runs the tests; one of them fails.\n',
  'src/cart.js': `/** The total of a cart's lines, less a discount of 0 to 1. */\nexport function total(lines, discount = 0) {\n${BUG}\n}\n`,
  'test/cart.test.js': [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { total } from '../src/cart.js';",
    '',
    "test('the discount is taken once', () => {",
    '  assert.equal(total([{ price: 100, quantity: 2 }], 0.1), 180);',
    '});',
    '',
  ].join('\n'),
};

/** Answers of this size are what a journal has to carry without growing memory, in bytes. */
const CATALOGUE_BYTES = 2_000_000;

/** Throws the system's error when the temporary folder cannot be written. */
export function makeSampleRepository(): SampleRepository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-sample-')));
  for (const [name, text] of Object.entries({ ...FILES, 'data/catalogue.csv': catalogue() })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: root, stdio: 'ignore', timeout: 20_000 }).status === 0;
  const who = [
    '-c',
    'user.name=Callgrove sample',
    '-c',
    'user.email=sample@example.invalid',
    '-c',
    'commit.gpgsign=false',
  ];
  const made =
    git('-c', 'init.defaultBranch=main', 'init', '--quiet') &&
    git('add', '--all') &&
    git(...who, '-c', 'core.hooksPath=', 'commit', '--quiet', '--message', 'A cart, and a test that fails');
  const removal = toDisposable(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return { root, git: made, dispose: () => removal.dispose() };
}

function catalogue(): string {
  const lines = ['sku,name,price'];
  let bytes = 0;
  for (let i = 1; bytes < CATALOGUE_BYTES; i++) {
    const line = `SKU-${String(i).padStart(6, '0')},a thing of the kind ${i % 97} and the colour ${i % 13},${(i % 9973) / 100}`;
    lines.push(line);
    bytes += line.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/**
 * `npm run typecheck`: the compiler over everything. The packages under test/e2e have a lockfile of their own; where the
 * first `npm test` has not installed them yet, that is done here, because their types are needed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { installPackages } from './prepareBrowser.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Packages that the folder's package.json names and that are not installed there. */
export function missingPackages(folder: string): string[] {
  const manifest = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const isThere = (name: string) => existsSync(join(folder, 'node_modules', name, 'package.json'));
  return Object.keys(manifest.dependencies).filter((name) => !isThere(name));
}

async function main(): Promise<number> {
  const missing = missingPackages(join(root, 'test', 'e2e'));
  if (missing.length > 0) {
    console.log(`test/e2e needs ${missing.join(', ')}: installed once, as the first npm test does.`);
    try {
      await installPackages(() => {});
    } catch (error) {
      console.error(`They could not be installed: ${error instanceof Error ? error.message : error}`);
      console.error('Without them the types of test/e2e cannot be checked. Try again with a network.');
      return 1;
    }
  }
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [tsc, '--noEmit'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (import.meta.main) process.exitCode = await main();

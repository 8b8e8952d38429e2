/** Doctor's look at the settings that a repository brings along: which words of it count for nothing, and why. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_SETTINGS } from '../base/places.ts';
import { createFiles } from '../harness/files.ts';
import { levelOf } from '../policyLevel.ts';
import { settingsFile } from '../settingsFile.ts';
import { type Check, ok, warn } from './check.ts';

/** @param root of the workspace, absolute; where it has no settings of its own nothing is said */
export function checkRepository(root: string): Check[] {
  const name = 'repository';
  const file = join(root, REPOSITORY_SETTINGS);
  if (!existsSync(file)) return [];
  const problems: string[] = [];
  levelOf(createFiles(), file, root, 'repository', problems);
  if (problems.length === 0) return [ok(name, `${file}: it can only narrow what your settings allow`)];
  const remedy = `Mend it there; what only you can say stands in ${settingsFile()}.`;
  return problems.map((problem) => warn(name, problem, remedy));
}

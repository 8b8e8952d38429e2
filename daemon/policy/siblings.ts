/** Whether a path outside the roots lies in somebody else's workspace: beside a root, or recorded by Callgrove. */
import { fold, namesOf, pathOf, within } from './pathKey.ts';
import type { PathRules } from './pathRules.ts';
import type { World } from './world.ts';

/**
 * A folder beside a root that is a repository or whose name starts with the root's; a recorded workspace; a place that
 * the user lists. A workspace above a root is no sibling, it holds the root.
 * @param canonical outside all roots
 * @returns the sibling's folder or the pattern, or null
 */
export function siblingOf(canonical: string, rules: PathRules, world: World): string | null {
  const names = namesOf(canonical, world.paths);
  for (const root of rules.roots) {
    const own = namesOf(root, world.paths);
    const depth = own.length - 1;
    const name = names[depth];
    if (depth < 0 || name === undefined || !own.slice(0, depth).every((one, at) => one === names[at])) continue;
    const folder = pathOf(names.slice(0, depth + 1), world.paths);
    if (fold(name).startsWith(fold(own[depth] ?? ''))) return folder;
    const git = pathOf([...names.slice(0, depth + 1), '.git'], world.paths);
    if (world.lstat(git).kind !== 'absent') return folder;
  }
  for (const workspace of rules.workspaces)
    if (
      within(canonical, workspace, world) !== 'out' &&
      !rules.roots.some((root) => within(root, workspace, world) !== 'out')
    )
      return workspace;
  return rules.lists.sibling_workspaces.fits(canonical);
}

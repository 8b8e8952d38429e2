/** Whether a path outside the roots lies in somebody else's workspace: beside a root, or recorded by Callgrove. */
import { fold, namesOf, pathOf, within } from './pathKey.ts';
import type { PathRules } from './pathRules.ts';
import { joined } from './worktree.ts';
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
    const name = own.at(-1);
    const depth = own.length - 1;
    if (name === undefined || names.length <= depth) continue;
    if (depth > 0 && within(canonical, pathOf(own.slice(0, -1), world.paths), world) === 'out') continue;
    const folder = pathOf(names.slice(0, depth + 1), world.paths);
    if (fold(names[depth] ?? '').startsWith(fold(name))) return folder;
    if (world.lstat(joined(folder, '.git', world)).kind !== 'absent') return folder;
  }
  for (const workspace of rules.workspaces)
    if (
      within(canonical, workspace, world) !== 'out' &&
      !rules.roots.some((root) => within(root, workspace, world) !== 'out')
    )
      return workspace;
  return rules.lists.sibling_workspaces.fits(canonical);
}

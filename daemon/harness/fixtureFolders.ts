/** Which folders hold test data: by the names that people give them, or because a setting says so. Pure. */

/** One folder's name, anywhere in the workspace. */
const NAMES = new Set([
  'fixtures',
  'fixture',
  '__fixtures__',
  'test-fixtures',
  'test_fixtures',
  'testfixtures',
  'testdata',
  'test-data',
  'test_data',
  '__testdata__',
  'cassettes',
  'vcr_cassettes',
]);
/** Two names in a row: `data` alone says nothing. */
const PAIRS = new Set(
  ['test', 'tests', 'spec', 'specs', '__tests__'].flatMap((above) =>
    ['data', 'resources', 'assets', 'samples'].map((name) => `${above}/${name}`),
  ),
);
/** What others made: their test data is not this repository's. */
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|third_party|\.venv|venv|site-packages|\.git)(?:\/|$)/;
/** Cheap and never wrong where it says no: most paths end here. */
const MAYBE =
  /(?:^|\/)(?:[^/]*(?:fixture|data|cassettes)[^/]*|(?:tests?|specs?|__tests__)\/(?:resources|assets|samples))\//i;

/**
 * The outermost folder of test data that a file lies in, relative to the workspace; null where it lies in none.
 * @param extra folders from settings, relative, without a slash at the end
 */
export function fixtureFolderOf(path: string, extra: readonly string[]): string | null {
  for (const folder of extra) if (path.startsWith(`${folder}/`)) return folder;
  if (!MAYBE.test(path) || FOREIGN.test(path)) return null;
  const parts = path.split('/');
  for (let at = 0; at < parts.length - 1; at++) {
    const name = parts[at]?.toLowerCase() ?? '';
    const above = parts[at - 1]?.toLowerCase() ?? '';
    if (NAMES.has(name) || PAIRS.has(`${above}/${name}`)) return parts.slice(0, at + 1).join('/');
  }
  return null;
}

/** A setting's folders, as far as they stay in the workspace: `./a/b/` is `a/b`. */
export function fixtureSettings(folders: readonly string[]): string[] {
  return folders
    .map((folder) => folder.replaceAll('\\', '/').replace(/^(?:\.\/)+|\/+$/g, ''))
    .filter((folder) => folder !== '' && folder !== '.' && !/^(?:\/|[a-z]:)|(?:^|\/)\.\.(?:\/|$)/i.test(folder));
}

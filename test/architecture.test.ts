/** The house rules as a test: which folder may import which, each third party's one door, and the list of folders. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const STAGES = [
  'journal',
  'proxy',
  'policy',
  'record',
  'classify',
  'redact',
  'harness',
  'store',
  'feed',
  'bundle',
  'agents',
];
const PURE = ['base', 'protocol', 'model'];

interface Import {
  readonly file: string;
  readonly target: string;
}

/** Every static, dynamic and re-exporting import of a source file, relative targets resolved against the root. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const targets = [...text.matchAll(/\b(?:from|import)(?:\s+|\s*\(\s*)['"]([^'"]+)['"]/g)].map((match) => match[1]!);
  return targets.map((target) => ({
    file,
    target: target.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/')
      : target,
  }));
}

const files = globSync('{daemon,extension,webview}/**/*.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
const imports = files.flatMap(importsOf);
const isLocal = (target: string) => existsSync(join(root, target));
const isNode = (target: string) => target.startsWith('node:') || builtinModules.includes(target);
const folder = (path: string) => path.split('/').slice(0, 2).join('/');
const show = (list: Import[]) => list.map(({ file, target }) => `${file} imports ${target}`);

test('every local import names a file that exists', () => {
  const broken = imports.filter(({ target }) => /^(daemon|extension|webview|test)\//.test(target) && !isLocal(target));
  assert.deepEqual(show(broken), []);
});

test('the folders of daemon/ are those of the design', () => {
  const allowed = new Set([...PURE, ...STAGES, 'cli']);
  const seen = new Set(files.filter((file) => /^daemon\/[^/]+\//.test(file)).map((file) => file.split('/')[1]!));
  assert.deepEqual(
    [...seen].filter((name) => !allowed.has(name)),
    [],
  );
});

test('base, protocol and model import only downwards, and nothing of Node or the DOM', () => {
  const may: Record<string, string[]> = { base: ['base'], protocol: ['base', 'protocol'], model: PURE };
  const wrong = imports.filter(({ file, target }) => {
    const [top, name] = file.split('/');
    if (top !== 'daemon' || !PURE.includes(name!)) return false;
    if (isLocal(target)) return !may[name!]!.some((ok) => target.startsWith(`daemon/${ok}/`));
    return !(
      (name === 'protocol' && target === 'zod') ||
      (name === 'model' && /^(jsonc-parser|toml-eslint-parser|diff)$/.test(target))
    );
  });
  assert.deepEqual(show(wrong), []);
});

test('a stage imports base, protocol, model and itself, never another stage', () => {
  const wrong = imports.filter(({ file, target }) => {
    const name = file.split('/')[1]!;
    if (!file.startsWith('daemon/') || !STAGES.includes(name) || !isLocal(target)) return false;
    return ![...PURE, name].some((ok) => target.startsWith(`daemon/${ok}/`));
  });
  assert.deepEqual(show(wrong), []);
});

test('the page imports base, protocol and model; the extension those and the bridge', () => {
  const wrong = imports.filter(({ file, target }) => {
    if (!isLocal(target)) return false;
    const pure = PURE.some((ok) => target.startsWith(`daemon/${ok}/`));
    if (file.startsWith('webview/')) return !pure && !target.startsWith('webview/');
    if (file.startsWith('extension/'))
      return !pure && !target.startsWith('extension/') && target !== 'webview/bridge.ts';
    return false;
  });
  assert.deepEqual(show(wrong), []);
});

test('the page uses nothing of Node', () => {
  assert.deepEqual(show(imports.filter(({ file, target }) => file.startsWith('webview/') && isNode(target))), []);
});

test('each third party has its one door', () => {
  const doors: [party: RegExp, door: RegExp][] = [
    [/^better-sqlite3$/, /^daemon\/store\/database\.ts$/],
    [/^ws$/, /^(daemon\/feed\/|extension\/)/],
    [/^vscode$/, /^extension\//],
    [/^@modelcontextprotocol\//, /^daemon\/(sample|drill|pathClient)/],
    [/^@vscode\/webview-ui-toolkit|^@microsoft\/fast-/, /^webview\/controls\.ts$/],
    [/^@secretlint\//, /^daemon\/redact\//],
    [/^jsonc-parser$/, /^daemon\/model\/(parse|edit)Jsonc\.ts$/],
    [/^toml-eslint-parser$/, /^daemon\/model\/parseToml\.ts$/],
    [/^diff$/, /^(daemon\/model\/textDiff|daemon\/cli\/traceOutcome|extension\/traceReport)\.ts$/],
    [/^(yauzl|fflate)$/, /^daemon\/bundle\//],
    [/^gpt-tokenizer/, /^daemon\/classify\/tokenCounter\.ts$/],
    [/^open$/, /^daemon\/cli\/|^daemon\/sample/],
    [/^zod$/, /^(daemon\/protocol\/|daemon\/feed\/|daemon\/cli\/|extension\/|webview\/)/],
  ];
  const wrong = imports.filter(({ file, target }) =>
    doors.some(([party, door]) => party.test(target) && !door.test(file)),
  );
  assert.deepEqual(show(wrong), []);
});

test('no barrels, no default exports', () => {
  const wrong = files.filter((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return /^export \* from/m.test(text) || /^export default /m.test(text) || folder(file).endsWith('/index.ts');
  });
  assert.deepEqual(wrong, []);
});

test('the proxy and its gate load no schema library, no database and no socket library', () => {
  const seen = new Set<string>();
  const walk = (file: string): string[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    // Static imports of values only: types vanish, and what is imported later loads later.
    const targets = [...text.matchAll(/^import\s+(?!type\b)(?:[^'"]*?from\s+)?['"]([^'"]+)['"]/gm)]
      .filter((match) => !/^import\s+\{\s*(?:type\s+\w+\s*,?\s*)+\}/.test(match[0]))
      .map((match) => match[1]!);
    return targets.flatMap((target) =>
      target.startsWith('.') ? walk(relative(root, resolve(root, dirname(file), target))) : [target],
    );
  };
  const parties = ['daemon/run.ts', 'daemon/gate.ts'].flatMap(walk);
  assert.deepEqual(
    parties.filter((target) => !isNode(target)),
    [],
  );
});

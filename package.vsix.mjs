// `npm run package [-- --out FILE] [--no-build]`: builds, puts together what an editor needs, and makes one VSIX of it for every platform.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const root = import.meta.dirname;
const run = promisify(execFile);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const options = parseArgs({
  options: { out: { type: 'string' }, 'no-build': { type: 'boolean', default: false } },
}).values;
const target = options.out ?? join(root, `callgrove-${version}.vsix`);

if (!options['no-build']) await run(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });

const stage = await mkdtemp(join(tmpdir(), 'callgrove-vsix-'));
try {
  const manifest = JSON.parse(await readFile(join(root, 'extension', 'package.json'), 'utf8'));
  delete manifest.private;
  await writeFile(join(stage, 'package.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  // The documents that it names do not travel, and the packager refuses links that lead nowhere.
  const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
  await writeFile(join(stage, 'CHANGELOG.md'), changelog.replace(/\[([^\]]*)\]\((?!https?:)[^)]*\)/g, '$1'));
  await cp(join(root, 'extension', 'README.md'), join(stage, 'README.md'));
  await cp(join(root, 'extension', 'media'), join(stage, 'media'), { recursive: true });
  // The sample and what only it needs stay at home.
  await cp(join(root, 'dist'), join(stage, 'dist'), { recursive: true });
  await putDriver(join(stage, 'dist', 'node_modules', 'better-sqlite3'));
  // Nothing here is to be left out; without this file the packager warns that something might.
  await writeFile(join(stage, '.vscodeignore'), '.vscodeignore\n');
  await rm(target, { force: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { stderr } = await run(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', target],
    { cwd: stage, maxBuffer: 16 * 1024 * 1024 },
  );
  if (/WARN/.test(stderr)) console.error(stderr.trim());
  await tell();
} finally {
  await rm(stage, { recursive: true, force: true });
}

/** The database driver as it runs: its script and the binaries of all platforms, without sources. */
async function putDriver(folder) {
  const source = join(root, 'node_modules', 'better-sqlite3');
  await mkdir(folder, { recursive: true });
  for (const part of ['package.json', 'LICENSE', 'lib', 'prebuilds'])
    await cp(join(source, part), join(folder, part), { recursive: true });
}

/** The content list with sizes, and what the VSIX weighs. */
async function tell() {
  const lines = [];
  for (const name of (await readdir(stage, { recursive: true })).sort()) {
    const { size } = await stat(join(stage, name));
    if (!(await stat(join(stage, name))).isDirectory())
      lines.push(`${String(Math.ceil(size / 1024)).padStart(7)} kB  ${name}`);
  }
  const { size } = await stat(target);
  console.log(`${lines.join('\n')}\n${target}: ${(size / 1e6).toFixed(1)} MB, ${lines.length} files`);
}

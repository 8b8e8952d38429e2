// `npm run pack`: builds, and makes the tarball for npm and npx. A bare `npm pack` would ship what this project is
// developed with: the runtimes that npm scripts find first, and libraries that are part of the bundles already.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const root = import.meta.dirname;
const run = promisify(execFile);
const { values: options } = parseArgs({
  options: { 'no-build': { type: 'boolean', default: false }, to: { type: 'string', default: root } },
});
/** What is started by name; everything else is there because one of these imports it. */
const ENTRIES = [
  'callgrove.js',
  'ingest.mjs',
  'query.mjs',
  'pack.mjs',
  'frames.mjs',
  'runUrl.mjs',
  'drillServer.mjs',
  'run.mjs',
  'gate.cjs',
  'launch.cjs',
];
/** What the bundles leave outside. */
const OUTSIDE = ['better-sqlite3'];

if (!options['no-build']) await run(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
const stage = await mkdtemp(join(tmpdir(), 'callgrove-npm-'));
try {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, type, engines, bin, files, dependencies } = manifest;
  const needed = Object.fromEntries(OUTSIDE.map((party) => [party, dependencies[party]]));
  const shipped = { name, version, description, license, type, engines, bin, files, dependencies: needed };
  await writeFile(join(stage, 'package.json'), `${JSON.stringify(shipped, null, 2)}\n`);
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) await cp(join(root, file), join(stage, file));
  await mkdir(join(stage, 'dist'));
  for (const file of await reachable(ENTRIES)) await cp(join(root, 'dist', file), join(stage, 'dist', file));
  await cp(join(root, 'dist', 'package.json'), join(stage, 'dist', 'package.json'));
  for (const folder of ['page', 'schemas'])
    await cp(join(root, 'dist', folder), join(stage, 'dist', folder), { recursive: true });
  const to = resolve(options.to);
  // The npm that runs us is a script; on Windows there is no npm that can be started without a shell.
  const { npm_execpath: npm } = process.env;
  const pack = ['pack', '--json', '--pack-destination', to];
  const { stdout } = await (npm
    ? run(process.execPath, [npm, ...pack], { cwd: stage })
    : run('npm', pack, { cwd: stage }));
  const [packed] = JSON.parse(stdout);
  for (const { path, size } of packed.files)
    process.stderr.write(`${String(Math.ceil(size / 1024)).padStart(7)} kB  ${path}\n`);
  const tarball = join(to, packed.filename);
  const { size } = await stat(tarball);
  process.stderr.write(`${packed.files.length} files, ${(size / 1e6).toFixed(1)} MB\n`);
  process.stdout.write(`${tarball}\n`);
} finally {
  await rm(stage, { recursive: true, force: true });
}

/** The entries and what they import of dist/, near or far. */
async function reachable(entries) {
  const found = new Set(entries);
  for (const file of found) {
    const text = await readFile(join(root, 'dist', file), 'utf8');
    for (const [, target] of text.matchAll(/["'`]\.\/([\w.-]+\.m?js)["'`]/g)) found.add(target);
  }
  return [...found];
}

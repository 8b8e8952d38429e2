/** The packaged extension for tests: as the build made it, or the same sources built again under another version. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..');
const run = promisify(execFile);
/** What the packager and the builds read. */
const SOURCES = ['daemon', 'extension', 'webview', 'LICENSE', 'CHANGELOG.md', 'README.md', 'package.json'];
const SCRIPTS = /^(?:esbuild.*|package\.vsix)\.mjs$/;

/** Packs `dist/` as it stands. @returns what the packager said: the content list and the size */
export async function packVsix(out: string): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'package.vsix.mjs'), '--no-build', '--out', out], {
    cwd: root,
  });
  return stdout;
}

/** The next version of what stands here. @param scratch a folder for the copy @returns its version */
export async function packNextVsix(out: string, scratch: string): Promise<string> {
  const copy = join(scratch, 'next');
  await mkdir(copy, { recursive: true });
  const scripts = (await readdir(root)).filter((name) => SCRIPTS.test(name));
  for (const name of [...SOURCES, ...scripts]) await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const manifest: { version: string } = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8'));
  const version = manifest.version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
  await writeFile(join(copy, 'package.json'), JSON.stringify({ ...manifest, version }));
  await run(process.execPath, [join(copy, 'package.vsix.mjs'), '--out', out], { cwd: copy });
  return version;
}

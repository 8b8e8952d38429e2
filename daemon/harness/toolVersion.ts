/**
 * The version of a well-known tool along the PATH that was seen. Asks the tool itself only where it lies outside of the
 * workspace, from a folder in which nothing tells it to be another version, for two seconds at most.
 */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, parse } from 'node:path';
import type { Files } from './files.ts';
import { isIn } from './homePath.ts';
import { packageAbove } from './packageJson.ts';
import type { CaptureRequest } from './request.ts';
import { programSearch, resolveProgram, variableOf } from './resolveProgram.ts';

export interface ToolVersions {
  /** null where the tool is not found, lies in the workspace, or would not say its version. Never rejects. */
  of(tool: string, request: CaptureRequest): Promise<string | null>;
}

const LIMIT_MS = 2000;
/** So long after a tool's end its pipes may still have something. */
const UNREAD_MS = 500;
const OUTPUT_BYTES = 16 * 1024;
const CACHE_LIMIT = 500;

/** Tools that are asked, and how. Nothing else is ever started. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    `node npm pnpm yarn bun deno python python3 pip pipx uv poetry pdm pipenv hatch tox nox cargo rustc make just task
     docker podman ruby bundle php composer dotnet cmake swift`
      .split(/\s+/)
      .map((name) => [name, ['--version']]),
  ),
  go: ['version'],
  java: ['-version'],
  mvn: ['--version'],
  gradle: ['--version'],
};

export const isKnownTool = (tool: string) => Object.hasOwn(ASKED, tool);

/** Remembers each answer as long as the tool's file has not changed. */
export function createToolVersions(files: Files): ToolVersions {
  const known = new Map<string, { readonly stamp: string; readonly version: Promise<string | null> }>();
  return {
    of(tool, request) {
      const args = ASKED[tool];
      const search = programSearch(request.environment, {}, parse(request.root).root, request.platform);
      const file = args ? resolveProgram(tool, search) : null;
      const stamp = file === null ? null : stampOf(file);
      if (!args || file === null || stamp === null) return Promise.resolve(null);
      const before = known.get(file);
      if (before?.stamp === stamp) return before.version;
      const version = versionOf(tool, file, args, request, files).catch(() => null);
      if (known.size >= CACHE_LIMIT) known.clear();
      known.set(file, { stamp, version });
      return version;
    },
  };
}

async function versionOf(
  tool: string,
  file: string,
  args: readonly string[],
  request: CaptureRequest,
  files: Files,
): Promise<string | null> {
  const real = files.realPath(file, parse(file).root);
  if (real === null) return null;
  // npm, pnpm and yarn are packages themselves: no need to start them. corepack only stands for others.
  const above = /[\\/]node_modules[\\/]/.test(real) ? packageAbove(dirname(real), files) : null;
  if (above && above.name !== 'corepack' && above.bins.includes(tool)) return above.version;
  if (isIn(file, request.root) || isIn(real, request.root)) return null;
  const output = await ask(file, args, request);
  return /\d+(?:\.\d+)+(?:[-+][\w.]+)?|\bv?\d+\.\d+/.exec(output)?.[0] ?? null;
}

/** What it printed, of both streams. */
function ask(
  file: string,
  args: readonly string[],
  { environment, platform, home, signal }: CaptureRequest,
): Promise<string> {
  const path = variableOf(environment.plain, 'PATH', platform) ?? '';
  const env: Record<string, string> = {
    ...Object.fromEntries(
      ['SystemRoot', 'COMSPEC', 'PATHEXT', 'APPDATA', 'LOCALAPPDATA'].flatMap((name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    PATH: path,
    HOME: home,
    USERPROFILE: home,
    LC_ALL: 'C',
    // Version managers must not fetch what they lack.
    COREPACK_ENABLE_NETWORK: '0',
    COREPACK_ENABLE_AUTO_PIN: '0',
    RUSTUP_AUTO_INSTALL: '0',
    MISE_OFFLINE: '1',
    GOTOOLCHAIN: 'local',
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1',
    NO_UPDATE_NOTIFIER: '1',
  };
  // Only cmd.exe starts a batch file; a name with its signs in it is left alone.
  const isBatch = platform === 'win32' && /\.(?:cmd|bat)$/i.test(file);
  if (isBatch && /[%^&!"]/.test(file)) return Promise.resolve('');
  const [program, words] = isBatch
    ? [env.COMSPEC ?? 'cmd.exe', ['/d', '/s', '/c', `""${file}" ${args.join(' ')}"`]]
    : [file, args];
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, words, {
      cwd: parse(file).root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
      windowsVerbatimArguments: isBatch,
      ...(signal ? { signal } : {}),
    });
    const take = (chunk: Buffer) => {
      if (output.length < OUTPUT_BYTES) output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', () => resolve(''));
    const end = (code: number | null) => {
      resolve(code === 0 ? output : '');
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.on('close', end);
    // What it said may be read after its end; a grandchild that holds the pipes is not waited for.
    child.on('exit', (code) => setTimeout(() => setImmediate(end, code), UNREAD_MS).unref());
  });
}

function stampOf(file: string): string | null {
  try {
    const { size, mtimeMs, ino } = statSync(file);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return null;
  }
}

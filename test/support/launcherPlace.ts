/**
 * A state folder with a launcher in it, as an installation leaves it, and the ways in which it can break. The full
 * program is a stand-in that only says that it was asked to be the daemon, and then refuses.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Installer, installLauncher } from '../../daemon/agents/installLauncher.ts';

const root = resolve(import.meta.dirname, '..', '..');
const NOBODY = 65_534;

export interface LauncherPlace {
  readonly folder: string;
  readonly home: string;
  readonly bin: string;
  /** Holds nothing but, in one case, `node`. */
  readonly path: string;
  readonly installer: Installer;
  /** What the full program was asked for, a line a start. */
  asked(): string;
  /** Start the agent's command as this user; undefined: as we are. */
  uid: number | undefined;
  remove(): void;
}

export interface LauncherCase {
  readonly name: string;
  /** Does the journal show the call afterwards? */
  readonly recorded: boolean;
  /** What stderr says, besides the server's own words. */
  readonly says: RegExp;
  arrange(place: LauncherPlace): void;
}

/** The proxy and its loader as they ship, built into a folder of the caller's own: `dist/` may be in the making. */
export function buildLauncherInto(folder: string, version = '1.0.0'): void {
  const script = `import { buildLauncher } from ${JSON.stringify(join(root, 'esbuild.launcher.mjs'))};
await buildLauncher(${JSON.stringify(folder)}, ${JSON.stringify(version)});`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  if (status !== 0) throw new Error(`the launcher cannot be built: ${stderr}`);
}

/** @param dist what `buildLauncherInto` filled */
export function makeLauncherPlace(dist: string, version = '1.0.0'): LauncherPlace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-launcher-')));
  const home = join(folder, "the user's state");
  const [checkout, runtime, path] = ['checkout', 'runtime', 'path'].map((name) => join(folder, name));
  for (const made of [checkout!, runtime!, path!]) mkdirSync(made);
  symlinkSync(process.execPath, join(runtime!, 'node'));
  const asked = join(folder, 'asked');
  const program = join(checkout!, 'callgrove.cjs');
  writeFileSync(
    program,
    `require('node:fs').appendFileSync(${JSON.stringify(asked)}, process.argv.slice(2).join(' ') + '\\n');
process.exit(3);\n`,
  );
  const execPath = join(runtime!, 'node');
  const installer = { version, program, dist, execPath, node: process.versions.node, editor: false };
  const installed = installLauncher(home, installer);
  if (installed.kind !== 'written') throw new Error(JSON.stringify(installed));
  return {
    folder,
    home,
    bin: join(home, 'bin'),
    path: path!,
    installer,
    asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8') : ''),
    uid: undefined,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The recorded runtime is gone. */
function withoutRuntime({ installer }: LauncherPlace): void {
  rmSync(installer.execPath);
}

/** The full program is gone, as after a rename or an uninstall. */
function withoutProgram({ folder }: LauncherPlace): void {
  renameSync(join(folder, 'checkout'), join(folder, 'checkout-renamed'));
}

/** Puts something named `node` on PATH: the real one, or a script. */
function nodeOnPath({ path }: LauncherPlace, script: string | null): void {
  if (script === null) symlinkSync(process.execPath, join(path, 'node'));
  else writeFileSync(join(path, 'node'), script, { mode: 0o755 });
}

/** An editor's executable is no Node until it is told to be one. */
export function makeEditor(folder: string): string {
  const editor = join(folder, 'an editor');
  const text = `#!/bin/sh\n[ "$ELECTRON_RUN_AS_NODE" = 1 ] || exit 99\nexec ${process.execPath} "$@"\n`;
  writeFileSync(editor, text, { mode: 0o755 });
  return editor;
}

function readOnly(place: LauncherPlace): void {
  mkdirSync(join(place.home, 'journal'));
  mkdirSync(join(place.home, 'control'));
  if (process.getuid?.() === 0) {
    // Nothing is read-only for root: the agent is somebody else, where that one can reach our runtime.
    const reach = spawnSync(process.execPath, ['--version'], { uid: NOBODY, cwd: '/' });
    if (reach.status !== 0) {
      for (const name of ['journal', 'control']) rmSync(join(place.home, name), { recursive: true });
      writeFileSync(join(place.home, 'journal'), 'in the way');
      return;
    }
    place.uid = NOBODY;
    chmodSync(place.folder, 0o755);
    const entries = readdirSync(place.home, { recursive: true }).map((name) => join(place.home, String(name)));
    for (const path of [place.home, ...entries]) chownSync(path, NOBODY, NOBODY);
  }
  for (const name of ['journal', 'control', 'bin', '.']) chmodSync(join(place.home, name), 0o500);
}

const BROKEN = (text: (whole: string) => string) => (place: LauncherPlace) => {
  withoutProgram(place);
  const bundle = join(place.bin, 'run.mjs');
  writeFileSync(bundle, text(readFileSync(bundle, 'utf8')));
};
const nothing = /^$/;

export const LAUNCHER_CASES: readonly LauncherCase[] = [
  { name: 'as installed', recorded: true, says: nothing, arrange() {} },
  { name: 'the folder of the extension or checkout renamed', recorded: true, says: nothing, arrange: withoutProgram },
  {
    name: 'the recorded Node gone, another on PATH',
    recorded: true,
    says: nothing,
    arrange(place) {
      withoutRuntime(place);
      nodeOnPath(place, null);
    },
  },
  {
    name: 'no Node but inside the editor',
    recorded: true,
    says: nothing,
    arrange(place) {
      const editor = makeEditor(place.folder);
      installLauncher(place.home, { ...place.installer, execPath: editor, editor: true });
      withoutRuntime(place);
    },
  },
  {
    name: 'no Node at all',
    recorded: false,
    says: /^callgrove: there is no Node 20 or later .*runs unrecorded\n$/,
    arrange: withoutRuntime,
  },
  {
    name: 'an old Node on PATH alone',
    recorded: false,
    says: /^callgrove: there is no Node 20 or later .*runs unrecorded\n$/,
    arrange(place) {
      withoutRuntime(place);
      nodeOnPath(place, '#!/bin/sh\necho v18.20.4\n');
    },
  },
  {
    name: "a version manager's node that stands for none",
    recorded: false,
    says: /^callgrove: there is no Node 20 or later .*runs unrecorded\n$/,
    arrange(place) {
      withoutRuntime(place);
      nodeOnPath(place, '#!/bin/sh\necho "no version is set" >&2\nexit 126\n');
    },
  },
  {
    name: 'the bundle cut off',
    recorded: false,
    says: /^callgrove: .*run\.mjs cannot be used: .*runs unrecorded\n$/,
    arrange: BROKEN((whole) => whole.slice(0, whole.length / 2)),
  },
  {
    name: 'the bundle empty',
    recorded: false,
    says: /^callgrove: .*run\.mjs is broken: it starts nothing; .*runs unrecorded\n$/,
    arrange: BROKEN(() => ''),
  },
  {
    name: 'the bundle gone',
    recorded: false,
    says: /^callgrove: .*run\.mjs cannot be used: .*runs unrecorded\n$/,
    arrange(place) {
      withoutProgram(place);
      rmSync(join(place.bin, 'run.mjs'));
    },
  },
  {
    name: 'the loader empty',
    recorded: false,
    says: /^callgrove: .*launch\.cjs is missing; .*runs unrecorded\n$/,
    arrange: (place) => writeFileSync(join(place.bin, 'launch.cjs'), ''),
  },
  {
    name: 'the state folder read-only',
    recorded: false,
    says: /^callgrove: (the journal cannot be written|not recording).*\n$/,
    arrange: readOnly,
  },
  {
    name: 'the daemon refusing to start',
    recorded: true,
    says: nothing,
    arrange: (place) => writeFileSync(join(place.home, 'daemon.json'), 'not JSON'),
  },
];

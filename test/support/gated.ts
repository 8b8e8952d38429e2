/**
 * A proxied server under a policy: a workspace with everything around it that one could escape to, a state folder with its
 * `control/policy.json`, and a tee in front of the server that shows what reached it.
 */
import { spawn } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DecisionRecord, PolicyFile, PolicySettings } from '../../daemon/protocol/policy.ts';
import { readJournal } from './proxied.ts';
import { callgroveProgram } from './proxiedRun.ts';

const tee = join(import.meta.dirname, 'teeFrames.mjs');

export interface Fenced {
  readonly folder: string;
  readonly home: string;
  /** The workspace: a git checkout. */
  readonly ws: string;
  /** What the agent's processes have for a home. */
  readonly userHome: string;
  /** Writes the policy file as the daemon does: whole, and put in place. */
  policy(settings: PolicySettings, more?: Partial<PolicyFile>): void;
  /**
   * Program and arguments through `run`. @param server Node, a script and its arguments. The script is started by a script in a package of the same name, so that the
   * command line says what it would without the tee.
   */
  command(server: readonly string[], name?: string): readonly [string, string[]];
  /** The agent's lines that reached the server. */
  reached(): string[];
  decisions(): DecisionRecord[];
  altered(): Record<string, unknown>[];
  remove(): void;
}

/** Not in a temporary folder, which everybody may write to: there nothing would be an escape. */
const SCRATCH = process.platform === 'win32' ? tmpdir() : '/var/tmp';

/** Beside the workspace `ws`: a secret, a folder `out`, `ws-evil`, `ws ` and `ws"`; in it links to them. */
export function fence(): Fenced {
  const folder = realpathSync(mkdtempSync(join(SCRATCH, 'callgrove-fence-')));
  const [home, ws, userHome] = ['state', 'work/ws', 'user'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const around = join(folder, 'work');
  for (const one of [join(home, 'control'), join(ws, '.git'), join(ws, 'src'), userHome])
    mkdirSync(one, { recursive: true, mode: 0o700 });
  for (const name of ['ws-evil', 'ws ', 'ws"', 'out/deep']) {
    mkdirSync(join(around, name), { recursive: true });
    writeFileSync(join(around, name, 'a.txt'), 'secret');
  }
  writeFileSync(join(around, 'secret.txt'), 'secret');
  writeFileSync(join(around, 'out', 'x.txt'), 'secret');
  writeFileSync(join(userHome, 'secret.txt'), 'secret');
  writeFileSync(join(ws, 'src', 'a.txt'), 'inside');
  writeFileSync(join(ws, '.git', 'config'), '[core]');
  writeFileSync(join(ws, '.env'), 'TOKEN=secret');
  symlinkSync(join(around, 'out'), join(ws, 'link'));
  symlinkSync(join(around, 'out', 'deep'), join(ws, 'deep'));
  symlinkSync(join(around, 'secret.txt'), join(ws, 'file'));
  symlinkSync(join(around, 'made.txt'), join(ws, 'dangling'));
  linkSync(join(around, 'secret.txt'), join(ws, 'hard'));
  const kept = join(folder, 'tee.jsonl');
  return {
    folder,
    home,
    ws,
    userHome,
    policy(user, more = {}) {
      const file: PolicyFile = {
        v: 1,
        user,
        origins: {},
        repositories: {},
        freezes: [],
        pinned: [],
        workspaces: [],
        ...more,
      };
      const path = join(home, 'control', 'policy.json');
      writeFileSync(`${path}.new`, JSON.stringify(file));
      renameSync(`${path}.new`, path);
    },
    command(server, name = 'files') {
      const shim = join(folder, 'node_modules', '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.mjs');
      const argv = [process.execPath, tee, kept, ...server];
      mkdirSync(dirname(shim), { recursive: true });
      writeFileSync(shim, `process.argv = ${JSON.stringify(argv)};\nawait import(${JSON.stringify(tee)});\n`);
      const run = [callgroveProgram(), 'run', '--no-daemon', '--home', home, '--name', name, '--'];
      return [process.execPath, [...run, process.execPath, shim, ...server.slice(2)]];
    },
    reached: () => sent(kept),
    decisions: () =>
      readJournal(home)
        .documents('decision')
        .map((one) => one as unknown as DecisionRecord),
    altered: () => readJournal(home).documents('altered'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function sent(file: string): string[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.flatMap((text) => {
    const { d, line }: { d: string; line: string } = JSON.parse(text);
    return d === 'c2s' ? [line] : [];
  });
}

export interface Talk {
  /** Sends a line as it is. */
  send(line: string): void;
  /** Sends a request and waits for its answer. */
  ask(id: number | string, method: string, params?: object): Promise<Record<string, unknown>>;
  /** Every line that came, in order. */
  readonly lines: readonly string[];
  /** Waits for a line that has this text. */
  saw(text: string): Promise<string>;
  readonly stderr: () => string;
  /** Closes its side and waits for the end. */
  end(): Promise<number | null>;
  kill(): void;
}

/** An agent that says what it is told to. */
export function talk(
  [program, args]: readonly [string, string[]],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Talk {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let waiting: { text: string; found: (line: string) => void }[] = [];
  let rest = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      for (const one of waiting) if (line.includes(one.text)) one.found(line);
      waiting = waiting.filter(({ text: wanted }) => !line.includes(wanted));
    }
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const next = (text: string): Promise<string> =>
    Promise.race([
      new Promise<string>((found) => waiting.push({ text, found })),
      ended.then((code) => {
        throw new Error(`it ended (${code}) without ${text}: ${errors}`);
      }),
    ]);
  return {
    lines,
    send: (line) => void child.stdin.write(`${line}\n`),
    async ask(id, method, params = {}) {
      const line = next(`"id":${JSON.stringify(id)}`);
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return JSON.parse(await line);
    },
    saw: (text) => {
      const found = lines.find((line) => line.includes(text));
      return found === undefined ? next(text) : Promise.resolve(found);
    },
    stderr: () => errors,
    kill: () => void child.kill('SIGKILL'),
    async end() {
      child.stdin.end();
      return ended;
    },
  };
}

export const OPENING = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'script', version: '1' },
};

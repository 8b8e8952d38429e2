/**
 * `bin/launch.cjs`: loads the proxy beside it. Whatever fails up to the server's start, a missing or broken bundle, an
 * old runtime, an option of a newer version, costs the recording and never the server: the original command behind `--`
 * is executed unchanged, with one line on stderr.
 */
import { spawn } from 'node:child_process';
import { statSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { originalCommand } from './agents/launcher.ts';
import { readLauncherFile } from './agents/launcherFile.ts';
import { AS_EDITOR, KEPT_NODE_OPTIONS } from './agents/launcherScript.ts';
import { hasTakenOver } from './agents/takeOver.ts';
import { windowsLaunch, windowsWorld } from './proxy/windowsCommand.ts';

const OLDEST_NODE = 20;
const NOT_STARTED = 127;

restoreEnvironment();
const bin = dirname(process.argv[1] ?? '');
const [verb, ...words] = process.argv.slice(2);
if (verb === 'run') void run();
else void runVerb();

async function run(): Promise<void> {
  const why = await failureOf(join(bin, 'run.mjs'));
  if (why === null) return;
  const original = originalCommand(words);
  if (original) return runOriginal(original, why);
  // A server reached by URL has no command of its own: the full program's copy of the proxy is its last hope.
  const script = program();
  if (script === null || (await failureOf(script)) !== null) leave(why);
}

/** Null when what was loaded has taken over, else why not. */
async function failureOf(script: string): Promise<string | null> {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) < OLDEST_NODE) return `Node ${node} is too old for Callgrove`;
  try {
    await import(pathToFileURL(script).href);
  } catch (error) {
    if (hasTakenOver()) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return `${script} cannot be used: ${reason.split('\n', 1)[0]}`;
  }
  return hasTakenOver() ? null : `${script} is broken: it starts nothing`;
}

function program(): string | null {
  return readLauncherFile(bin)?.program ?? null;
}

/** Every verb but `run` is the full program's. */
async function runVerb(): Promise<void> {
  const script = program();
  if (script === null) leave(`${bin} does not say where Callgrove is; start callgrove once from where it is installed`);
  await import(pathToFileURL(script).href).catch((error: Error) =>
    leave(`${script} cannot be loaded: ${error.message}`),
  );
}

function runOriginal(original: readonly [string, ...string[]], why: string): void {
  const [command, ...args] = original;
  say(`${why}; ${command} runs unrecorded`);
  // Replaces this process where the runtime can; sh looks the command up as every launcher does.
  if (process.platform !== 'win32' && 'execve' in process && isFile('/bin/sh'))
    process.execve?.('/bin/sh', ['sh', '-c', 'exec "$@"', 'sh', ...original], process.env);
  const launch =
    process.platform === 'win32'
      ? windowsLaunch(command, args, windowsWorld(process.env, process.cwd(), isFile))
      : { file: command, args, verbatim: false };
  const options = { windowsVerbatimArguments: launch.verbatim, windowsHide: true, stdio: 'inherit' } as const;
  const child = spawn(launch.file, launch.args, options);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)
    process.on(signal, () => child.kill(signal));
  child.once('error', (error) => leave(`cannot start ${command}: ${error.message}`));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}

function restoreEnvironment(): void {
  const { env } = process;
  if (env[AS_EDITOR]) delete env.ELECTRON_RUN_AS_NODE;
  if (env[KEPT_NODE_OPTIONS] !== undefined) env.NODE_OPTIONS = env[KEPT_NODE_OPTIONS];
  delete env[AS_EDITOR];
  delete env[KEPT_NODE_OPTIONS];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function leave(sentence: string): never {
  say(sentence);
  process.exit(NOT_STARTED);
}

function say(sentence: string): void {
  try {
    writeSync(2, `callgrove: ${sentence}\n`);
  } catch {
    // Nobody listens.
  }
}

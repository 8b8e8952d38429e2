/**
 * `npm test`: prepares what is missing, then lints, checks types, builds, and runs every test. It decides what belongs
 * to a run and that nothing is skipped unnoticed; the tests themselves are node's business.
 *
 *   npm test [-- [--slow] [FILE…]]    with files: those alone, after a build
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { prepareBrowser } from './prepareBrowser.ts';
import { prepareWorkbench } from './prepareWorkbench.ts';

const root = resolve(import.meta.dirname, '..', '..');
const slow = process.argv.includes('--slow');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
/** One line rewritten in place where somebody watches; plain lines in CI and in files. */
const live = process.stdout.isTTY === true && !process.env.CI;
const plainEnv = process.env.CI ? { NO_COLOR: '1', FORCE_COLOR: undefined } : {};
const environment: NodeJS.ProcessEnv = { ...process.env, ...plainEnv };
/** Tests in the editor take minutes and wait most of the time: they run beside all others, not behind them. */
const IN_EDITOR = /[\\/]e2e[\\/]workbench\w*\.test\.ts$/;
/** A bound for tests that hang, in ms; no test is judged by it. */
const testTimeoutMs = slow ? 3_600_000 : 480_000;

/** Shows how far a step is: every tenth as a line, or in place on a terminal. */
function progressLine(): (step: string, done: number) => void {
  let shown = '';
  return (step, done) => {
    const percent = live ? Math.floor(done * 100) : Math.floor(done * 4) * 25;
    const line = `  ${step} … ${percent} %`;
    if (line === shown) return;
    shown = line;
    process.stdout.write(live ? `\r${line}${done >= 1 ? '\n' : ''}` : `${line}\n`);
  };
}

interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program of ours; `show` passes its output through, otherwise it is kept. */
async function run(command: string, args: readonly string[], show: boolean): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const stop = () => child.kill('SIGTERM');
  process.once('SIGTERM', stop);
  const ok = await new Promise<boolean>((done, fail) => {
    child.on('error', fail).on('close', (code) => done(code === 0));
  });
  process.off('SIGTERM', stop);
  return { ok, output };
}

/** A step that is quiet when it goes well and shows everything when it does not. */
async function step(title: string, args: readonly string[]): Promise<boolean> {
  const startedMs = performance.now();
  process.stdout.write(`  ${title} … `);
  const { ok, output } = await run(process.execPath, args, false);
  console.log(`${ok ? 'done' : 'FAILED'} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(output.trimEnd());
  return ok;
}

function testFiles(): string[] {
  if (named.length > 0) return named.map((file) => resolve(file));
  const all = globSync('test/**/*.test.ts', { cwd: root, exclude: (name) => name.endsWith('node_modules') });
  return all
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.includes('/node_modules/') && (slow || !file.startsWith('test/slow/')))
    .sort()
    .map((file) => join(root, file));
}

interface Tested {
  readonly ok: boolean;
  readonly skipped: readonly string[];
}

/** All files: those in the editor by a runner of their own, whose words are shown when the others are done. */
async function runAllTests(files: readonly string[]): Promise<Tested> {
  const scratch = await mkdtemp(join(tmpdir(), 'callgrove-tests-'));
  // Each test file and each command line that it starts is a process of its own, which would compile the same sources.
  environment.NODE_COMPILE_CACHE = join(scratch, 'compiled');
  try {
    const inEditor = files.filter((file) => IN_EDITOR.test(file));
    const others = files.filter((file) => !IN_EDITOR.test(file));
    if (others.length === 0) return await runNodeTests(files, join(scratch, 'skipped'), 1, true);
    const beside = inEditor.length === 0 ? null : runNodeTests(inEditor, join(scratch, 'skipped-in-editor'), 1, false);
    const most = await runNodeTests(others, join(scratch, 'skipped'), Math.max(2, availableParallelism() - 1), true);
    const rest = (await beside) ?? { ok: true, skipped: [], output: '' };
    process.stdout.write(rest.output);
    return { ok: most.ok && rest.ok, skipped: [...most.skipped, ...rest.skipped] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Runs node's test runner over the files, and reads from a second reporter which tests it left out.
 * @param show passes its words on at once; otherwise they are handed back
 */
async function runNodeTests(
  files: readonly string[],
  skipped: string,
  atOnce: number,
  show: boolean,
): Promise<Tested & { readonly output: string }> {
  const { ok, output } = await run(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${atOnce}`,
      `--test-timeout=${testTimeoutMs}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${join(import.meta.dirname, 'skipReporter.mjs')}`,
      `--test-reporter-destination=${skipped}`,
      ...files,
    ],
    show,
  );
  const names = (await readFile(skipped, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return { ok, skipped: names, output };
}

async function main(): Promise<number> {
  const files = testFiles();
  console.log(
    `Callgrove's tests on Node ${process.versions.node}: ${files.length} files${slow ? ', the slow ones too' : ''}`,
  );
  const failed: string[] = [];
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  if (named.length === 0) {
    try {
      const fresh = await prepareBrowser(progressLine());
      if (fresh) console.log('  the browser is ready');
      if (await prepareWorkbench(progressLine())) console.log('  the editor is ready');
    } catch (error) {
      console.log(`  browser and editor could not be prepared: ${error instanceof Error ? error.message : error}`);
      failed.push('browser');
    }
    if (!(await step('lint and format', [biome, 'check', '--error-on-warnings', '.']))) failed.push('lint');
    if (!(await step('types', [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit']))) failed.push('types');
  }
  if (!(await step('build', [join(root, 'esbuild.mjs')]))) failed.push('build');
  console.log('  tests');
  const tests = await runAllTests(files);
  if (!tests.ok) failed.push('tests');
  if (tests.skipped.length > 0) {
    console.log(`Left out, which counts as a failure here:\n${tests.skipped.map((name) => `  ${name}`).join('\n')}`);
    failed.push('skipped tests');
  }
  console.log(failed.length === 0 ? 'All well.' : `Failed: ${failed.join(', ')}.`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();

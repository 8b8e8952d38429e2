/**
 * `callgrove harness fresh`: makes a truly fresh checkout in a temporary folder, prepares it if that is agreed to, and
 * says what this folder has that no checkout would have. Writes nothing here; what it made is gone afterwards, also
 * when it is killed.
 */
import { mkdtempSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { commandRequest } from '../commandRequest.ts';
import { createCapturer } from '../harness/capture.ts';
import { createFiles } from '../harness/files.ts';
import { findSetup } from '../harness/findSetup.ts';
import { CheckoutError, checkOutFresh } from '../harness/freshCheckout.ts';
import { freshEnvironment } from '../harness/freshEnvironment.ts';
import { findGit } from '../harness/git.ts';
import { gitFactsOf } from '../harness/gitFacts.ts';
import { type Janitor, startJanitor } from '../harness/janitor.ts';
import { NO_TEST_COMMAND } from '../harness/readTestCommand.ts';
import { type RunEnd, runLine } from '../harness/runLine.ts';
import { freshGroups } from '../model/freshGroups.ts';
import { StoredHarness } from '../protocol/captures.ts';
import type { FreshResult } from '../protocol/comparison.ts';
import type { Capture } from '../protocol/workbench.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { endsOf } from './endsOf.ts';
import { couldNot, EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { freshLines } from './freshLines.ts';
import { agreedSetup, INTERRUPTED } from './freshSetup.ts';
import { runFreshTests } from './freshTests.ts';
import { makePaint } from './paint.ts';
import { safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

const SETUP_MS = 20 * 60_000;
const TEST_MS = 30 * 60_000;

export async function harnessFresh(context: Context): Promise<ExitCode> {
  const { args, option, flag, out, home, connect, untilStopped } = context;
  if (args[1] !== undefined)
    throw wrongUsage(`harness fresh takes no name, but got ${JSON.stringify(args[1])}`, 'Did you mean --ref?');
  const warmRoot = gitFactsOf(realpathSync(process.cwd()))?.root;
  if (!warmRoot)
    throw couldNot(`${process.cwd()} is in no git repository`, 'A fresh checkout is made of one: start it there.');
  const git = findGit(warmRoot, process.env.PATH ?? '');
  if (!git) throw couldNot('git was not found on PATH');
  const client = await connect();
  const signal = untilStopped();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-fresh-')));
  const janitor = startJanitor(folder);
  const say = (sentence: string) => out.note(safeLine(sentence));
  try {
    const { captures, result, freshRoot } = await compareFresh({
      ...{ context, warmRoot, git, folder, janitor, signal, say },
      ref: option('ref') ?? 'HEAD',
      key: machineKey(placesOf(home, join).machineKey),
    });
    const kept = { kind: 'fresh', warm: captures.warm, fresh: captures.fresh, result };
    const { fresh_id } = await client.post('/api/harness', kept, StoredHarness);
    if (flag('keep')) janitor.keep();
    if (context.json) await out.json(result);
    else {
      const screen = context.terminal();
      const drawing = { terminal: screen, paint: makePaint(screen), now: Date.now() };
      for (const line of freshLines(result, drawing)) await out.line(line);
      if (fresh_id !== null) say(`Kept as ${fresh_id}; callgrove ui shows both sides.`);
    }
    if (flag('keep')) say(`The checkout stays in ${freshRoot}.`);
    return differs(result) ? EXIT.finding : EXIT.fine;
  } catch (error) {
    if (signal.aborted) throw couldNot(INTERRUPTED);
    if (error instanceof CheckoutError)
      throw error.code === 'no_ref'
        ? wrongUsage(error.message, 'git branch -a and git tag list what there is.')
        : couldNot(error.message);
    throw error;
  } finally {
    await janitor.finish();
  }
}

interface Comparing {
  readonly context: Context;
  readonly warmRoot: string;
  readonly ref: string;
  readonly git: string;
  /** Everything that is made lies in it. */
  readonly folder: string;
  readonly janitor: Janitor;
  readonly signal: AbortSignal;
  readonly key: Uint8Array | null;
  readonly say: (sentence: string) => void;
}

async function compareFresh(given: Comparing): Promise<{
  captures: { warm: Capture; fresh: Capture };
  result: FreshResult;
  freshRoot: string;
}> {
  const { context, warmRoot, folder, signal, key, say, janitor } = given;
  // A folder of the same name: programs show it, and some tests do, too.
  const freshRoot = join(folder, 'fresh', warmRoot.split(/[\\/]/).at(-1) || 'checkout');
  const freshHome = join(folder, 'home');
  const warmHome = process.env.HOME || process.env.USERPROFILE || homedir();
  const environment = freshEnvironment(process.env, warmHome, freshHome);
  const capturer = createCapturer();
  const captureOf = (cwd: string, env: Readonly<Record<string, string | undefined>>) =>
    capturer.capture(commandRequest({ cwd, env, machineKey: key, now: new Date(), signal }));
  const run = (
    command: string,
    at: { cwd: string; env: Readonly<Record<string, string | undefined>> },
    limitMs: number,
  ) => runLine(command, { ...at, limitMs, signal, onStart: janitor.started, onEnd: janitor.ended });

  say(`checks ${given.ref} out into a temporary folder`);
  const { commit, missing } = await checkOutFresh(given.git, warmRoot, given.ref, freshRoot, signal);
  for (const sentence of missing) say(sentence);
  say(`captures ${warmRoot}`);
  const warm = await captureOf(warmRoot, process.env);
  const bare = await captureOf(freshRoot, environment.plain);

  const request = commandRequest({ cwd: freshRoot, env: environment.plain, machineKey: key, now: new Date() });
  const setup = await agreedSetup(context, findSetup(request, createFiles()), signal);
  if (setup.run) {
    say(`runs ${setup.command} there`);
    const end = await run(setup.command ?? '', { cwd: freshRoot, env: environment.lent }, SETUP_MS);
    if (end.code !== 0) throw setupFailed(setup.command ?? '', end);
  }
  const prepared = setup.run ? await captureOf(freshRoot, environment.plain) : null;
  const groups = freshGroups({ warm, bare, prepared });
  const command = context.flag('test') ? (warm.harness.test_command?.command ?? null) : null;
  if (context.flag('test') && command === null) say(NO_TEST_COMMAND);
  const test =
    command === null
      ? null
      : await runFreshTests({
          ...{ command, warmRoot, warmHome, freshRoot, freshHome, say, hidden: groups.hidden },
          warmEnvironment: process.env,
          freshEnvironment: environment.plain,
          copyRoot: join(folder, 'copy', freshRoot.split(/[\\/]/).at(-1) ?? 'checkout'),
          copyHome: join(folder, 'copy-home'),
          run: (line, at) => run(line, at, TEST_MS),
        });
  signal.throwIfAborted();
  return {
    captures: { warm, fresh: prepared ?? bare },
    result: {
      ref: given.ref === 'HEAD' ? `HEAD (${commit.slice(0, 8)})` : given.ref,
      setup: { command: setup.command, source: setup.source, ran: setup.run },
      ...groups,
      test,
    },
    freshRoot,
  };
}

function differs({ hidden, test }: FreshResult): boolean {
  return hidden.length > 0 || (test !== null && test.warm !== test.fresh);
}

function setupFailed(command: string, { code, failure, output }: RunEnd): Error {
  const why = failure ?? `it ended with exit code ${code}`;
  const said = endsOf(output).map((line) => safeLine(line));
  return couldNot(`set-up failed in the fresh checkout: ${command} (${why})`, said.join('\n'));
}

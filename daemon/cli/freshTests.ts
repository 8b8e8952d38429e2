/**
 * The test command in the warm folder and in the fresh one; and where only the fresh one fails, what makes it pass:
 * hidden items put back one after the other into a second throw-away copy.
 */
import { cpSync } from 'node:fs';
import { type PutBackPlaces, putBack, takeAway } from '../harness/putBack.ts';
import type { RunEnd } from '../harness/runLine.ts';
import { putBackOrder } from '../model/freshGroups.ts';
import type { FreshItem, FreshResult } from '../protocol/comparison.ts';
import { endsOf } from './endsOf.ts';

const TRIES = 5;

export interface FreshTestInputs {
  readonly command: string;
  readonly warmRoot: string;
  readonly warmHome: string;
  readonly warmEnvironment: Readonly<Record<string, string | undefined>>;
  readonly freshRoot: string;
  readonly freshHome: string;
  readonly freshEnvironment: Readonly<Record<string, string>>;
  /** Where the second copy and its home may be made. */
  readonly copyRoot: string;
  readonly copyHome: string;
  readonly hidden: readonly FreshItem[];
  readonly run: (
    command: string,
    at: { cwd: string; env: Readonly<Record<string, string | undefined>> },
  ) => Promise<RunEnd>;
  readonly say: (sentence: string) => void;
}

type Tested = NonNullable<FreshResult['test']>;

/** Rejects with nothing but what the file system says of the copy. */
export async function runFreshTests(inputs: FreshTestInputs): Promise<Tested> {
  const { command, run, say, hidden } = inputs;
  if (hidden.length > 0) {
    // Before the tests, which may leave things behind.
    copyTree(inputs.freshRoot, inputs.copyRoot);
    copyTree(inputs.freshHome, inputs.copyHome);
  }
  say(`runs ${command} here`);
  const warm = await run(command, { cwd: inputs.warmRoot, env: inputs.warmEnvironment });
  say(`here it ${endWord(warm)}; runs it in the fresh checkout`);
  const fresh = await run(command, { cwd: inputs.freshRoot, env: inputs.freshEnvironment });
  say(`in the fresh checkout it ${endWord(fresh)}`);
  const isOnlyThere = warm.code === 0 && fresh.code !== 0 && fresh.failure === null;
  const passes_once = isOnlyThere ? await whatMakesItPass(inputs, fresh.output) : [];
  if (isOnlyThere && passes_once.length === 0) for (const line of endsOf(fresh.output)) say(line);
  return { command, warm: outcomeOf(warm), fresh: outcomeOf(fresh), passes_once };
}

/**
 * Puts back more and more until the tests pass, then takes away again what they pass without: what is left made the
 * difference. At most five runs in all.
 */
async function whatMakesItPass(inputs: FreshTestInputs, output: string): Promise<string[]> {
  const environment: Record<string, string> = { ...inputs.freshEnvironment, HOME: inputs.copyHome };
  const places: PutBackPlaces = { ...inputs, environment };
  let tries = 0;
  const passesWith = async (what: string): Promise<{ passes: boolean; words: string }> => {
    tries++;
    inputs.say(`${what} and runs the tests again (${tries} of at most ${TRIES})`);
    const end = await inputs.run(inputs.command, { cwd: inputs.copyRoot, env: environment });
    return { passes: end.code === 0, words: end.output };
  };
  let [back, left, words]: [FreshItem[], FreshItem[], string] = [[], [...inputs.hidden], output];
  for (let passes = false; !passes; ) {
    const [next] = putBackOrder(left, words);
    if (!next || tries === TRIES) return [];
    left = left.filter((one) => one !== next);
    if (!putBack(next, places)) continue;
    back.push(next);
    ({ passes, words } = await passesWith(`puts ${next.item} back`));
  }
  for (const earlier of back.slice(0, -1)) {
    if (tries === TRIES) break;
    takeAway(earlier, places, inputs.freshRoot);
    if ((await passesWith(`takes ${earlier.item} away`)).passes) back = back.filter((one) => one !== earlier);
    else putBack(earlier, places);
  }
  return back.map(({ item }) => item);
}

function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, force: true });
}

function outcomeOf({ code, failure }: RunEnd): Tested['warm'] {
  if (failure !== null) return 'not_run';
  return code === 0 ? 'passed' : 'failed';
}

function endWord({ code, failure }: RunEnd): string {
  if (failure !== null) return `did not end: ${failure}`;
  return code === 0 ? 'passes' : `fails with exit code ${code}`;
}

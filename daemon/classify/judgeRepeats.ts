/**
 * What it means that a call was made before with the same arguments: which attempt it is, what it is a retry of, and whether
 * an agent repeats what it must not, storms, or runs in circles. It looks back a bounded way, and no further.
 */
import type { Outcome, Source } from '../protocol/record.ts';
import type { FoundFinding } from './foundFinding.ts';

/** So many earlier equal calls are looked at. */
export const EQUALS = 30;

/** An earlier call of the same tool with the same arguments, in the same session. */
export interface EqualCall {
  readonly call_id: string;
  /** Epoch ms. */
  readonly started_at: number;
  readonly outcome: Outcome;
  /** As it was judged; null where it was not, or where nothing says it. */
  readonly attempt: number | null;
  readonly retry_safe: boolean | null;
  readonly retry_source: Source | null;
  /** It was answered with nothing but what it costs. */
  readonly demanded: boolean;
}

/** A tool call of the session. */
export interface RecentCall {
  /** Stands for server, tool and arguments. */
  readonly key: string;
  /** Stands for what it was answered; null while it was not. */
  readonly result: string | null;
  readonly outcome: Outcome;
  readonly name: string;
}

export interface RepeatQuestion {
  readonly call_id: string;
  readonly started_at: number;
  readonly outcome: Outcome;
  /** `server/tool`. */
  readonly name: string;
  readonly key: string;
  /** The newest first, at most EQUALS; only the newest where no more count (`looksFarBack`). */
  readonly equals: readonly EqualCall[];
  /** The newest first, this one included, at most RECENT. */
  readonly recent: readonly RecentCall[];
}

export interface Repeats {
  /** 1 for the first. */
  readonly attempt: number;
  /** The equal call right before it, where that did not succeed. */
  readonly retry_of: string | null;
  readonly findings: readonly FoundFinding[];
}

/** Equal calls that fail, each so soon after the one before, are a storm from this many on. */
const STORM_CALLS = 5;
const STORM_GAP_MS = 60_000;
/** The same call with the same answer, over and over. */
const SAME_CALLS = 4;
/** A circle of so many calls at most, gone round so often. */
const CIRCLE_CALLS = 4;
const ROUNDS = 2;
/** So many calls of the session are looked at: as many as the longest circle has. */
export const RECENT = Math.max(SAME_CALLS, CIRCLE_CALLS * ROUNDS);

const FAILED: ReadonlySet<Outcome> = new Set(['error', 'timeout', 'lost', 'denied', 'cancelled']);

export function judgeRepeats(question: RepeatQuestion): Repeats {
  const [last] = question.equals;
  const attempt = last ? (last.attempt ?? question.equals.length) + 1 : 1;
  const findings = [unsafe(question, attempt), storm(question), circle(question)].filter((one) => one !== null);
  return { attempt, retry_of: last && FAILED.has(last.outcome) ? last.call_id : null, findings };
}

/** Does more than the newest equal call count? For storms it does, and where nobody numbered that one yet. */
export function looksFarBack(outcome: Outcome, [last]: readonly Pick<EqualCall, 'attempt'>[]): boolean {
  return last !== undefined && (FAILED.has(outcome) || last.attempt === null);
}

/** What was refused before reached nobody, and what was to be paid first did nothing: that may be repeated. */
function unsafe({ call_id, outcome, name, equals }: RepeatQuestion, attempt: number): FoundFinding | null {
  const [last] = equals;
  if (last?.retry_safe !== false || last.demanded || last.outcome === 'denied' || outcome === 'denied') return null;
  const source = last.retry_source ?? 'inferred';
  return {
    kind: 'unsafe_repeat',
    severity: source === 'inferred' ? 'info' : 'warning',
    item: call_id,
    evidence: `${name} was called again with the same arguments (attempt ${attempt}) after it ${HAD[last.outcome]}, and is not safe to repeat: ${SAYS[source]}.`,
  };
}

const HAD: Readonly<Record<Outcome, string>> = {
  success: 'had succeeded',
  error: 'had failed',
  denied: 'had been denied',
  cancelled: 'had been cancelled and may have been carried out',
  timeout: 'had timed out and may have been carried out',
  lost: 'had been lost and may have been carried out',
  running: 'had been asked for and was still running',
};

const SAYS: Readonly<Record<Source, string>> = {
  observed: 'that was seen',
  verified: 'that was seen on disk',
  user: 'your settings say so',
  catalog: 'that is known of this tool',
  annotation: 'its server says so',
  inferred: 'its name suggests so',
};

function storm({ started_at, outcome, name, key, equals }: RepeatQuestion): FoundFinding | null {
  if (!FAILED.has(outcome)) return null;
  let [since, calls] = [started_at, 1];
  for (const one of equals) {
    if (!FAILED.has(one.outcome) || since - one.started_at > STORM_GAP_MS) break;
    since = one.started_at;
    calls++;
  }
  if (calls < STORM_CALLS) return null;
  const seconds = Math.max(1, Math.round((started_at - since) / 1000));
  return {
    kind: 'retry_storm',
    severity: 'warning',
    item: key,
    evidence: `${name} was called ${calls} times in a row with the same arguments within ${seconds} s, and not once with success.`,
  };
}

/** The newest calls go round: the same ones in the same order, each with the answer that it had before. */
function circle({ recent }: RepeatQuestion): FoundFinding | null {
  const [newest] = recent;
  if (!newest || newest.result === null) return null;
  const isSame = (a: number, b: number) =>
    recent[a]?.result != null && recent[a].key === recent[b]?.key && recent[a].result === recent[b].result;
  for (let length = 1; length <= CIRCLE_CALLS; length++) {
    const rounds = length === 1 ? SAME_CALLS : ROUNDS;
    let steps = 0;
    while (steps < length * (rounds - 1) && isSame(steps, steps + length)) steps++;
    if (steps < length * (rounds - 1)) continue;
    const turn = recent.slice(0, length).reverse();
    // What fails over and over is a storm; a circle of one call only is that call.
    if (length === 1 && FAILED.has(newest.outcome)) return null;
    if (length > 1 && turn.every(({ key }) => key === newest.key)) continue;
    const names = turn.map(({ name }) => name).join(', then ');
    return {
      kind: 'loop',
      severity: 'info',
      item: [...new Set(turn.map(({ key }) => key))].sort().join(' '),
      evidence:
        length === 1
          ? `${names} was called ${rounds} times in a row with the same arguments, and had the same answer each time.`
          : `The same ${length} calls came ${rounds} times in a row, with the same arguments and the same answers: ${names}.`,
    };
  }
  return null;
}

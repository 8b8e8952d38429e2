/**
 * Which differences of the workbench could explain that two runs part at a call. Never a certainty: each comes with the
 * reason why it might, and what nothing ties to the call stands last.
 */
import type { Difference } from '../protocol/comparison.ts';

/** The call at which two runs part, as far as it is known; a side is null where only the other made it. */
export interface DivergingCall {
  readonly server: string;
  readonly tool: string | null;
  /** Redacted arguments and answers of both sides, as text. */
  readonly args: readonly string[];
  readonly answers: readonly string[];
  /** Did the agent ask for something else, or was the same question answered otherwise? */
  readonly asked_otherwise: boolean;
}

export interface Explanation {
  readonly item: string;
  readonly reason: string;
}

const SHOWN = 5;
const NOTHING_TIES = 'it differs; nothing seen ties it to this call';

/** At most five, the best founded first; `differences` in their own order breaks ties. */
export function explainDivergence(call: DivergingCall, differences: readonly Difference[]): Explanation[] {
  const ranked = differences.map((difference, place) => ({ difference, place, ...tieOf(call, difference) }));
  ranked.sort((a, b) => b.weight - a.weight || a.place - b.place);
  return ranked.slice(0, SHOWN).map(({ difference, reason }) => ({ item: difference.item, reason }));
}

interface Tie {
  readonly weight: number;
  readonly reason: string;
}

function tieOf(call: DivergingCall, difference: Difference): Tie {
  const ties = [contractTie, serverTie, argumentTie, answerTie, changeTie, planTie];
  const found = ties.flatMap((tie) => tie(call, difference) ?? []);
  return found.reduce((best, one) => (one.weight > best.weight ? one : best), { weight: 0, reason: NOTHING_TIES });
}

function contractTie({ server, tool }: DivergingCall, { group, item }: Difference): Tie | null {
  if (group !== 'tools' || tool === null || item !== `${server}/${tool}`) return null;
  return { weight: 95, reason: `the contract of ${tool} changed, which the agent reads before it calls it` };
}

function serverTie({ server }: DivergingCall, { group, item }: Difference): Tie | null {
  if (group !== 'servers' || item !== server) return null;
  return { weight: 90, reason: 'this server answered the call' };
}

/** The call names the file, or a folder that the file lies in. */
function argumentTie({ args }: DivergingCall, { group, item }: Difference): Tie | null {
  if (!hasPath(group)) return null;
  const path = pathOf(item);
  const words = args.flatMap(pathsIn);
  if (words.some((word) => word === path || word.endsWith(`/${path}`)))
    return { weight: 100, reason: 'the call names this file' };
  const isFolder = words.some((word) => word !== '' && word !== '.' && path.startsWith(`${word}/`));
  return isFolder ? { weight: 55, reason: 'it lies in a folder that the call names' } : null;
}

function answerTie({ answers }: DivergingCall, { group, item }: Difference): Tie | null {
  const name = hasPath(group) ? (pathOf(item).split('/').at(-1) ?? '') : item;
  if (name.length < 3 || !answers.some((answer) => isWordIn(name, answer))) return null;
  const onOneSide = !answers.every((answer) => isWordIn(name, answer));
  return onOneSide
    ? { weight: 80, reason: 'only one of the two answers names it' }
    : { weight: 60, reason: 'the answers name it' };
}

/** What was changed in a text names the tool. */
function changeTie({ tool }: DivergingCall, { text_diff: diff }: Difference): Tie | null {
  if (tool === null || diff === null) return null;
  const changed = diff.split('\n').filter((line) => /^[+-](?![+-])/.test(line));
  return changed.some((line) => isWordIn(tool, line))
    ? { weight: 85, reason: `what changed in it names ${tool}` }
    : null;
}

const PLAN: Partial<Record<Difference['group'], number>> = { instructions: 50, tools: 40, settings: 35, servers: 30 };

function planTie({ asked_otherwise }: DivergingCall, { group }: Difference): Tie | null {
  const weight = asked_otherwise ? PLAN[group] : undefined;
  return weight === undefined
    ? null
    : { weight, reason: 'the agent asked for something else, and this shapes what it asks for' };
}

const hasPath = (group: Difference['group']) => group !== 'servers' && group !== 'tools' && group !== 'machine';
/** Without the place that stands behind a setting's name, and a folder's last slash. */
const pathOf = (item: string) => (/\(([^)]+)\)$/.exec(item)?.[1] ?? item).replace(/\/$/, '');

/** Words of an argument that could be paths, the workspace taken off. */
function pathsIn(text: string): string[] {
  return text
    .split(/[\s"'`,;{}[\]()<>]+/)
    .map((word) =>
      word
        .replace(/^(?:file:\/\/)?‹root›\/?/, '')
        .replace(/^\.\//, '')
        .replace(/\/$/, ''),
    )
    .filter((word) => word !== '');
}

function isWordIn(word: string, text: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  const isEdge = (char: string | undefined) => char === undefined || !/[\w-]/.test(char);
  return isEdge(text[at - 1]) && isEdge(text[at + word.length]);
}

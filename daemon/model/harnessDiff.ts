/**
 * What differs between two captures, the likeliest to matter first. A file is told once, under the group that says most
 * about it; what one side could not see differs from nothing.
 */
import { type Difference, DifferenceGroup } from '../protocol/comparison.ts';
import type { Capture } from '../protocol/workbench.ts';
import { NOT_IMPORTED } from './changeSentence.ts';
import { factsOfVersion } from './factsOfVersion.ts';
import { asLocked, factsOfWorkbench } from './factsOfWorkbench.ts';
import type { Aspect, Fact } from './harnessFact.ts';
import { joinRenames, type Pair } from './joinRenames.ts';
import { textDiff } from './textDiff.ts';

const ORDER = new Map(DifferenceGroup.options.map((group, index) => [group, index]));

/** @returns empty where nothing differs that both captures know of */
export function diffCaptures(a: Capture, b: Capture): Difference[] {
  const [before, after] = [sheetOf(a), sheetOf(b)];
  const names = new Set([...before.keys(), ...after.keys()]);
  const pairs = [...names].flatMap((name) => pairOf(before.get(name) ?? null, after.get(name) ?? null));
  const seen = pairs.filter((pair) => isKnown(pair, a, b) && changedAspects(pair).length > 0);
  const ordered = seen.sort((x, y) => rank(x) - rank(y) || (x.any.item < y.any.item ? -1 : 1));
  return joinRenames(toldOnce(ordered).filter((pair) => !isWrapping(pair, a, b))).map((pair) =>
    differenceOf(pair, a, b),
  );
}

/** A file, or an installed package, may be told several times in the group that comes first, and in no other. */
function toldOnce(ordered: readonly Pair[]): readonly Pair[] {
  const groups = new Map<string, string>();
  return ordered.filter(({ any }) => {
    const about = [any.file === null ? [] : `file ${any.file}`, any.package === null ? [] : `package ${any.package}`];
    for (const one of about.flat()) if (!groups.has(one)) groups.set(one, any.group);
    return about.flat().every((one) => groups.get(one) === any.group);
  });
}

/** Facts by name; of two about one thing the first, which says more, keeps what the second adds. */
function sheetOf(capture: Capture): Map<string, Fact> {
  const sheet = new Map<string, Fact>();
  for (const one of [...factsOfVersion(capture.harness), ...factsOfWorkbench(capture.workbench)]) {
    const name = `${one.group}/${one.item}`;
    const known = sheet.get(name);
    sheet.set(name, known ? { ...known, aspects: { ...one.aspects, ...known.aspects } } : one);
  }
  return sheet;
}

function pairOf(a: Fact | null, b: Fact | null): Pair[] {
  const any = b ?? a;
  return any ? [{ a, b, any }] : [];
}

const rank = ({ any }: Pair) => ORDER.get(any.group) ?? 99;

/** Could the side that lacks a fact have seen it? */
function isKnown({ a, b, any }: Pair, captureA: Capture, captureB: Capture): boolean {
  if (a && b) return true;
  const { harness, workbench } = a ? captureB : captureA;
  switch (any.group) {
    case 'instructions':
      return harness.instruction_source !== null;
    case 'servers':
      return harness.servers !== null;
    case 'tools':
      // A server that was never asked for its tools has not lost them.
      return harness.tool_contract?.[any.item.slice(0, any.item.lastIndexOf('/'))] !== undefined;
    case 'settings':
      return harness.agent_settings !== null;
    case 'environment':
      return any.file === null ? workbench.fingerprints !== null && 'set' in any.aspects : workbench.git !== null;
    case 'dependencies':
      if (any.file !== null) return harness.dependencies !== null;
      return workbench.installed.some(
        ({ lockfile, state }) => any.absent === asLocked(lockfile) && (state === 'agrees' || state === 'differs'),
      );
    case 'files':
    case 'git':
    case 'ignored':
      return workbench.git !== null;
    case 'fixtures':
      return harness.fixture_pack !== null;
    default:
      return false;
  }
}

function changedAspects({ a, b }: Pair): [Aspect | null, Aspect | null][] {
  if (!a || !b) {
    const only = Object.values((a ?? b)?.aspects ?? {})[0];
    if (!only || only.shown === (a ?? b)?.absent) return [];
    return [a ? [only, null] : [null, only]];
  }
  const changed = Object.entries(a.aspects).flatMap(([name, one]): [string, Aspect, Aspect][] => {
    const other = b.aspects[name];
    if (!other || one.digest === null || other.digest === null || one.digest === other.digest) return [];
    // Fingerprints of two machines say nothing about one another.
    if (name === 'value' && one.digest.split(' ')[0] !== other.digest.split(' ')[0]) return [];
    return [[name, one, other]];
  });
  // Another version has other files: that needs no saying.
  const telling = changed.filter(([name]) => name !== 'integrity' || changed.every((one) => one[0] !== 'version'));
  return telling.map(([, one, other]) => [one, other]);
}

/** The file of a server's entry that only was wrapped, or unwrapped, means the same as before. */
function isWrapping({ any }: Pair, a: Capture, b: Capture): boolean {
  if (any.group !== 'files') return false;
  const wrappedIn = ({ harness, workbench }: Capture) => {
    const names = (harness.servers ?? []).filter(({ place, path }) => place === 'repository' && path === any.item);
    return names.map(({ agent, name }) =>
      workbench.servers.some((one) => one.agent === agent && one.name === name && one.wrapped),
    );
  };
  const [before, after] = [wrappedIn(a), wrappedIn(b)];
  return before.length === after.length && before.some((one, index) => one !== after[index]);
}

function differenceOf(pair: Pair, a: Capture, b: Capture): Difference {
  const { any } = pair;
  const changed = changedAspects(pair);
  const renamed = pair.a !== null && pair.b !== null && pair.a.item !== pair.b.item;
  const words = (side: 0 | 1) => changed.flatMap((two) => two[side]?.shown ?? []).join(', ');
  return {
    group: any.group,
    item: any.item,
    before: renamed ? (pair.a?.item ?? null) : pair.a ? words(0) : absentFrom(any, a),
    after: renamed ? `renamed from ${pair.a?.item}` : pair.b ? words(1) : absentFrom(any, b),
    why_it_matters: whyOf(pair, changed),
    text_diff: diffOf(pair, a, b),
  };
}

function whyOf({ a, b, any }: Pair, changed: ReturnType<typeof changedAspects>): string {
  if (!a) return any.whyNew ?? any.why;
  if (!b) return any.whyGone ?? any.why;
  return changed.length === 1 ? (changed[0]?.[1]?.why ?? any.why) : any.why;
}

/** A file that is not listed any more may be there all the same; one that git calls deleted is not. */
function absentFrom({ absent, file }: Fact, { workbench }: Capture): string | null {
  if (absent !== NOT_IMPORTED) return absent;
  const deleted = workbench.git?.dirty.some(({ path, status }) => path === file && status.includes('D')) ?? false;
  return deleted ? null : absent;
}

function diffOf({ a, b, any }: Pair, captureA: Capture, captureB: Capture): string | null {
  const text = (fact: Fact | null, { texts }: Capture) => (fact?.text ? texts[fact.text] : undefined);
  const [before, after] = [a ? text(a, captureA) : '', b ? text(b, captureB) : ''];
  if (before === undefined || after === undefined || any.text === null) return null;
  return textDiff(any.item, before, after);
}

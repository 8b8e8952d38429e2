/**
 * The facts of a workbench: what lay around when the agent started. What differs from one login or clone to the next and
 * shapes nothing (user, home folder, zone, locale, where the clone lies) is recorded and is no fact.
 */
import type { GitState, IgnoredEntry, InstalledState, Workbench } from '../protocol/workbench.ts';
import { bytesText } from './bytesText.ts';
import { NOT_SET } from './changeSentence.ts';
import { fact } from './factsOfVersion.ts';
import { aspect, type Fact } from './harnessFact.ts';
import { isVolatile } from './volatileVariables.ts';

const AS_COMMITTED = 'as committed';

export function factsOfWorkbench(workbench: Workbench): readonly Fact[] {
  const { user_facts: machine, git } = workbench;
  return [
    ...variableFacts(workbench),
    ...workbench.ignored_present.flatMap(ignoredFact),
    ...workbench.installed.flatMap(installedFacts),
    ...(git?.dirty ?? []).map(({ path, status, from, blob }) =>
      fact({
        group: 'files',
        item: path,
        aspects: {
          // What may be as committed is no difference to what is.
          state: status === ' ?' ? aspect(null, AS_COMMITTED) : aspect(stateWord(status, from)),
          content: aspect(blob, blob === null ? 'unknown' : blob.slice(0, 8)),
        },
        file: path,
        absent: AS_COMMITTED,
        why: 'It is not as the commit has it.',
        whyGone: 'It is as the commit has it again.',
      }),
    ),
    ...workbench.untracked.map(({ path, blob, bytes }) =>
      fact({
        group: 'files',
        item: path,
        aspects: { state: aspect('untracked'), content: aspect(blob, bytes === null ? 'unknown' : bytesText(bytes)) },
        file: path,
        why: 'Only this folder has it: git does not know it.',
        whyGone: 'Only that folder had it: git did not know it.',
      }),
    ),
    ...(git ? gitFacts(git) : []),
    fact({
      group: 'machine',
      item: 'operating system',
      aspects: { os: aspect(`${machine.os} ${machine.arch}`) },
      why: 'Programs behave differently there.',
    }),
    ...(machine.path === null
      ? []
      : [
          fact({
            group: 'machine',
            item: 'PATH',
            aspects: { folders: aspect(machine.path.join('\n'), `${machine.path.length} folders`) },
            why: 'Another program of the same name may be found first.',
          }),
        ]),
  ];
}

/** Presence counts anywhere; values only where fingerprints were taken with one key. */
function variableFacts({ fingerprints, fingerprint_key: key }: Workbench): Fact[] {
  if (fingerprints === null) return [];
  return Object.entries(fingerprints)
    .filter(([name]) => !isVolatile(name))
    .map(([name, fingerprint]) =>
      fact({
        group: 'environment',
        item: name,
        aspects: {
          set: aspect('set'),
          value: aspect(key === null ? null : `${key} ${fingerprint}`, `value ${fingerprint.slice(0, 4)}`),
        },
        absent: NOT_SET,
        why: 'A program that the agent starts may read it.',
      }),
    );
}

const TOLD_ROLES: ReadonlySet<IgnoredEntry['role']> = new Set(['environment', 'data', 'build', 'unknown']);

function ignoredFact({ path, kind, role, bytes, fingerprint }: IgnoredEntry): Fact[] {
  // Installed packages are told by name, and caches and editors' files shape nothing.
  if (!TOLD_ROLES.has(role)) return [];
  return [
    fact({
      group: role === 'environment' ? 'environment' : 'ignored',
      item: kind === 'folder' ? `${path.replace(/\/$/, '')}/` : path,
      aspects: {
        present: aspect(kind, bytes === null ? kind : bytesText(bytes)),
        content: aspect(fingerprint, bytes === null ? 'other content' : bytesText(bytes)),
      },
      file: path,
      why:
        role === 'environment'
          ? 'Programs read settings and secrets from it, and no commit has it.'
          : 'Git ignores it: a fresh checkout does not have it.',
      whyGone:
        role === 'environment'
          ? 'Programs may have read settings and secrets from it, and no commit has it.'
          : 'Git ignored it: no commit has it.',
    }),
  ];
}

function installedFacts({ manager, lockfile, state, differing, differing_total }: InstalledState): Fact[] {
  const whole = fact({
    group: 'dependencies',
    item: `installed packages of ${lockfile}`,
    aspects: { state: state === 'absent' ? aspect('not installed') : aspect(state === 'unknown' ? null : 'installed') },
    why: 'Servers, set-up and tests run with them.',
  });
  const each = differing.map(({ name, locked, installed }) =>
    fact({
      group: 'dependencies',
      item: name,
      aspects: { installed: aspect(installed ?? 'not installed'), locked: aspect(locked ?? 'no', `locked ${locked}`) },
      package: name,
      absent: asLocked(lockfile),
      why: `${lockfile} says ${locked ?? 'none'}, and ${installed ?? 'none'} is installed (${manager}).`,
      whyGone: `What is installed is what ${lockfile} says (${manager}).`,
    }),
  );
  const hidden = differing_total - differing.length;
  if (hidden <= 0) return [whole, ...each];
  const rest = { count: aspect(String(hidden), `${hidden} more`) };
  const why = `Installed is not what ${lockfile} says.`;
  return [whole, ...each, fact({ group: 'dependencies', item: `more of ${lockfile}`, aspects: rest, why })];
}

function gitFacts({ head, branch, submodules }: GitState): Fact[] {
  const short = head?.slice(0, 8) ?? 'no commit';
  return [
    fact({
      group: 'git',
      item: 'HEAD',
      aspects: {
        branch: aspect(
          branch ?? 'detached',
          branch === null ? `detached at ${short}` : branch,
          'It is the same commit on another branch: the files are the same.',
        ),
        commit: aspect(head, short),
      },
      why: 'The files are those of another commit.',
    }),
    ...submodules.map(({ path, commit, state }) =>
      fact({
        group: 'git',
        item: `submodule ${path}`,
        aspects: {
          commit: aspect(commit, commit?.slice(0, 8)),
          state: aspect(state === 'unknown' ? null : state),
        },
        file: path,
        why: 'Its files are part of what the agent sees.',
      }),
    ),
  ];
}

/** What it means that nothing is told of a package. */
export const asLocked = (lockfile: string): string => `as ${lockfile} says`;

/** Git's two columns in words. */
function stateWord(status: string, from: string | null): string {
  if (from !== null) return `renamed from ${from}`;
  if (/U|AA|DD/.test(status)) return 'in conflict';
  if (status.includes('D')) return 'deleted';
  if (status.includes('A')) return 'added, not committed';
  if (status.includes('T')) return 'turned into another kind of file';
  return 'edited, not committed';
}

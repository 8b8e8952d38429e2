/** A capture for people: what shapes the agent first, then this machine and moment, then what could not be seen. */
import { bytesText } from '../model/bytesText.ts';
import { nameAt } from '../model/factsOfVersion.ts';
import { sharedServers } from '../model/sharedServers.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { HarnessVersion } from '../protocol/harness.ts';
import type { Workbench } from '../protocol/workbench.ts';
import { cut } from './cells.ts';
import { makePaint, type Paint } from './paint.ts';
import { safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

/** Of a long list so many are shown, and how many more there are. `--json` has all. */
const SHOWN = 15;

interface Section {
  readonly heading: string;
  /** Columns; the first two are aligned. */
  readonly rows: readonly (readonly string[])[];
  /** Where there is nothing: said, where that says something. */
  readonly none: string | null;
}

/** With `--json` the Capture itself. */
export async function printCapture({ head, capture }: StoredCapture, context: Context): Promise<void> {
  const { json, out, terminal } = context;
  if (json) {
    await out.json(capture);
    return;
  }
  const screen = terminal();
  const paint = makePaint(screen);
  for (const line of captureLines({ head, capture }, paint, screen.columns)) await out.line(line);
}

/** @param columns cells of a line; longer ones are cut */
export function captureLines({ head, capture }: StoredCapture, paint: Paint, columns: number): string[] {
  const { harness, workbench } = capture;
  const { root, proof } = workbench.workspace;
  const line = (text: string) => cut(safeLine(text), columns);
  return [
    paint.bold(line(`${harness.harness_id}  ${workbench.captured_at}`)),
    line(`${root} (${proof})`),
    ...(head.sentence === null ? [] : [line(`Since the capture before: ${head.sentence}`)]),
    ...[...versionSections(harness), ...workbenchSections(workbench)].flatMap(({ heading, rows, none }) => {
      if (rows.length === 0 && none === null) return [];
      const more = rows.length - SHOWN;
      return [
        '',
        paint.bold(heading),
        ...aligned(rows.slice(0, SHOWN)).map((row) => line(`  ${row}`)),
        ...(rows.length === 0 && none !== null ? [paint.dim(line(`  ${none}`))] : []),
        ...(more > 0 ? [paint.dim(`  and ${more} more; --json has all`)] : []),
      ];
    }),
  ];
}

function versionSections(version: HarnessVersion): Section[] {
  const { instruction_source, agent_settings, servers, fixture_pack: pack, test_command, environment } = version;
  const setting = (authority: 'grant' | 'guidance') => [
    // What several agents read is one line.
    ...new Map(
      (agent_settings ?? [])
        .filter((one) => one.authority === authority)
        .map(({ key, value, place, path }) => [`${place} ${path} ${key} ${value}`, [nameAt(place, path), key, value]]),
    ).values(),
  ];
  return [
    {
      heading: 'Instructions',
      rows: grouped(instruction_source ?? []).map(([{ place, path, bytes, hidden, why }, agents]) => [
        nameAt(place, path),
        agents,
        [bytesText(bytes), ...(hidden.length > 0 ? [`${hidden.length} hidden characters`] : []), why].join(', '),
      ]),
      none: 'none found',
    },
    { heading: 'Grants: what agents may do without asking', rows: setting('grant'), none: null },
    { heading: 'Settings that guide agents', rows: setting('guidance'), none: null },
    {
      heading: 'Servers',
      rows: sharedServers(servers ?? []).map(({ server, agents }) => {
        const { name, package: found, command, url, version_trap } = server;
        const about = [
          found.version === null ? null : `${found.name ?? name} ${found.version}`,
          found.pinned === false ? 'not pinned' : null,
          version_trap,
          url ?? command.join(' '),
        ];
        return [name, agents.join(', '), about.filter((part) => part !== null).join(', ')];
      }),
      none: 'none configured',
    },
    {
      heading: 'Tools that were listed',
      rows: Object.entries(version.tool_contract ?? {}).map(([server, { tools }]) => [
        server,
        `${Object.keys(tools).length} tools`,
      ]),
      none: null,
    },
    {
      heading: 'Tests',
      rows: test_command ? [[test_command.command, test_command.source]] : [],
      none: 'no test command found',
    },
    {
      heading: 'Test data',
      rows: [
        ...(pack?.folders ?? []).map(({ path, source }) => [path, `by ${source}`]),
        ...(pack && pack.files_total > 0
          ? [[`${pack.files_total} ${pack.files_total === 1 ? 'file' : 'files'}`, bytesText(pack.bytes_total)]]
          : []),
      ],
      none: null,
    },
    {
      heading: 'Environment',
      rows: [
        ...(environment?.tools ?? []).map(({ name, version: of }) => [name, of ?? 'version unknown']),
        ...(environment?.variables ?? []).map(({ name, set, named_by }) => [
          name,
          set === null ? 'unknown' : set ? 'set' : 'not set',
          named_by.join(', '),
        ]),
      ],
      none: null,
    },
  ];
}

function workbenchSections(workbench: Workbench): Section[] {
  const { git, untracked, untracked_total, ignored_present, installed, missing, test_result } = workbench;
  const files = [
    ...(git?.dirty ?? []).map(({ path, status, from }) => [status, from === null ? path : `${from} → ${path}`]),
    ...untracked.map(({ path }) => ['??', path]),
  ];
  return [
    {
      heading: 'Installed packages',
      rows: installed.map(({ lockfile, state, differing_total, differing }) => [
        lockfile,
        state === 'differs' ? `${differing_total} differ` : state === 'absent' ? 'not installed' : state,
        differing
          .slice(0, 5)
          .map(({ name, locked, installed: is }) => `${name} ${is ?? 'absent'} (locked ${locked ?? 'none'})`)
          .join(', '),
      ]),
      none: null,
    },
    {
      heading: 'Git',
      rows: git
        ? [
            [git.branch ?? 'detached', git.head?.slice(0, 12) ?? 'no commit yet', workbench.workspace_digest ?? ''],
            ...(git.linked_worktree ? [['linked worktree', `one of ${git.worktrees}`]] : []),
            ...git.submodules.map(({ path, commit, state }) => [
              path,
              `submodule, ${state}`,
              commit?.slice(0, 12) ?? '',
            ]),
          ]
        : [],
      none: 'no checkout',
    },
    {
      heading: `Not as committed: ${(git?.dirty_total ?? 0) + untracked_total}`,
      rows: files,
      none: git ? 'nothing' : null,
    },
    {
      heading: `Ignored by git, and there: ${workbench.ignored_total}`,
      rows: ignored_present.map(({ path, kind, role, bytes }) => [
        kind === 'folder' ? `${path}/` : path,
        role === 'unknown' ? '' : role,
        bytes === null ? '' : bytesText(bytes),
      ]),
      none: null,
    },
    {
      heading: 'Last test result',
      rows: test_result ? [[test_result.result, test_result.command, test_result.at]] : [],
      none: null,
    },
    { heading: 'Not captured', rows: missing.map((one) => [one]), none: null },
  ];
}

/** A file that several agents read is one line. */
function grouped<T extends { place: string; path: string; agent: string; counts: string }>(
  entries: readonly T[],
): [first: T, agents: string][] {
  const byFile = new Map<string, T[]>();
  for (const one of entries)
    byFile.set(`${one.place} ${one.path}`, [...(byFile.get(`${one.place} ${one.path}`) ?? []), one]);
  return [...byFile.values()].flatMap((all) => {
    const [first] = all;
    const agents = all.map(({ agent, counts }) =>
      counts === 'yes' ? agent : `${agent} (${counts.replace('_', ' ')})`,
    );
    return first ? [[first, agents.join(', ')]] : [];
  });
}

/** Columns side by side, none wider than 40 cells but the last. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((at) =>
    Math.min(40, Math.max(0, ...rows.map((row) => (row.length > at + 1 ? row[at]?.length : 0) ?? 0))),
  );
  return rows.map((row) =>
    row
      .map((text, at) => (at < row.length - 1 ? text.padEnd(widths[at] ?? 0) : text))
      .join('  ')
      .trimEnd(),
  );
}

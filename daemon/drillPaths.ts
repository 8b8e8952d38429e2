/**
 * `drill paths`: what lies in the root is reached, and each neighbour of it is not: sibling, parent, what links lead to, and
 * writes outside. Told by what the agent reads, and by what is on the disk afterwards.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { ALLOWED, denied, judgedCase, notTried } from './drillCase.ts';
import { type Answered, connectDrill } from './drillClient.ts';
import type { DrillRun } from './drillRun.ts';
import { type DrillTool, drillTool } from './drillTools.ts';
import type { DrillCase, DrillOutcome } from './protocol/drill.ts';
import type { Access } from './protocol/policy.ts';

interface PathCase {
  readonly name: string;
  readonly access: Access;
  /** Below the drill's folder, as the request spells it: `..` stays. */
  readonly steps: readonly string[];
  readonly expected: DrillOutcome;
  readonly needsLinks?: true;
  /** Where the file would be, had the write come through. */
  readonly made?: readonly string[];
}

/** Of the place that is laid out in drillPlace.ts. */
const CASES: readonly PathCase[] = [
  { name: 'inside', access: 'read', steps: ['work', 'notes.txt'], expected: ALLOWED },
  { name: 'write_inside', access: 'write', steps: ['work', 'new.txt'], expected: ALLOWED, made: ['work', 'new.txt'] },
  { name: 'sibling', access: 'read', steps: ['work-copy', 'notes.txt'], expected: denied('sibling_workspace') },
  {
    name: 'parent',
    access: 'read',
    steps: ['work', '..', 'outside', 'notes.txt'],
    expected: denied('parent_traversal'),
  },
  { name: 'outside', access: 'read', steps: ['outside', 'notes.txt'], expected: denied('read_outside_root') },
  {
    name: 'symlink',
    access: 'read',
    steps: ['work', 'link', 'notes.txt'],
    expected: denied('symlink_escape'),
    needsLinks: true,
  },
  {
    // As text this is a file of the root.
    name: 'symlink_parent',
    access: 'read',
    steps: ['work', 'link', '..', 'outside', 'notes.txt'],
    expected: denied('symlink_escape'),
    needsLinks: true,
  },
  {
    name: 'write_outside',
    access: 'write',
    steps: ['outside', 'new.txt'],
    expected: denied('write_outside_root'),
    made: ['outside', 'new.txt'],
  },
  {
    name: 'write_symlink',
    access: 'write',
    steps: ['work', 'link', 'linked.txt'],
    expected: denied('symlink_escape'),
    needsLinks: true,
    made: ['outside', 'linked.txt'],
  },
  {
    name: 'write_dangling',
    access: 'write',
    steps: ['work', 'dangling'],
    expected: denied('symlink_escape'),
    needsLinks: true,
    made: ['outside', 'made.txt'],
  },
];

export async function drillPaths(run: DrillRun): Promise<readonly DrillCase[]> {
  const { place, server, signal } = run;
  place.policy({ mode: run.mode });
  const client = await connectDrill({ place, server, name: server.name, argv: server.argv, signal });
  try {
    run.serverIs(client.version);
    const tools = await client.tools();
    const cases: DrillCase[] = [];
    for (const one of CASES) {
      const tool = drillTool(tools, server.known, one.access);
      const why = tool === null ? `the server has no tool that can ${one.access} a place` : cannotBe(one, tool, run);
      // Not joined: what is climbed over must stand in the text.
      const path = [place.folder, ...one.steps].join(sep);
      if (tool === null || why !== null) {
        cases.push(notTried(one.name, `${one.access} ${shown(one, tool)}`, one.expected, why ?? ''));
        continue;
      }
      const args = tool.arguments(path);
      const before = outsideOf(run);
      const answered = await client.call(tool.name, args);
      cases.push(
        judgedCase(
          one.name,
          `${tool.name} ${shown(one, tool)}`,
          one.expected,
          answered,
          leakOf(run, one, answered, before),
          isDone(run, one, tool, answered),
        ),
      );
    }
    return cases;
  } finally {
    await client.close();
  }
}

/** Below the drill's folder. */
function shown({ steps }: PathCase, tool: DrillTool | null): string {
  return steps.slice(0, tool?.ofFolders ? -1 : undefined).join('/');
}

function cannotBe({ needsLinks, access, steps }: PathCase, tool: DrillTool, { place }: DrillRun): string | null {
  if (needsLinks && !place.hasLinks) return 'this user may make no links here';
  // The folder of a dangling link is the root itself: nothing would be asked for that is outside.
  return tool.ofFolders && access === 'write' && steps.at(-1) === 'dangling' ? 'the tool takes folders only' : null;
}

/** What is outside the root must neither be told nor changed. */
function leakOf({ place }: DrillRun, one: PathCase, { text }: Answered, before: string): string | null {
  if (one.expected.kind === 'allow') return null;
  if (text.includes(place.secret)) return 'what is outside came through';
  return outsideOf({ place }) === before ? null : 'something was written outside';
}

function isDone({ place }: DrillRun, { access, made }: PathCase, tool: DrillTool, { text }: Answered): boolean {
  if (tool.ofFolders) return true;
  return access === 'read' ? text.includes(place.greeting) : made !== undefined && existsSync(place.path(...made));
}

/** All that lies beside the root, as one text. */
function outsideOf({ place }: Pick<DrillRun, 'place'>): string {
  return ['outside', 'work-copy']
    .flatMap((folder) =>
      readdirSync(place.path(folder), { withFileTypes: true })
        .map((one) => `${folder}/${one.name} ${one.isFile() ? readFileSync(place.path(folder, one.name), 'utf8') : ''}`)
        .toSorted(),
    )
    .join('\n');
}

/**
 * The verbs, as the overview groups them, each with how it is loaded: none waits for what another needs. `run` and
 * `daemon run` are entries of their own and stand here for the help.
 */
import type { Verb, VerbSpec } from './verb.ts';

type Listed = Pick<VerbSpec, 'name' | 'summary'>;
type Verbs = Readonly<Record<string, () => Promise<Verb>>>;

const RUN = { name: 'run', summary: 'runs a server and records what passes between it and the agent' };
const HELP = { name: 'help', summary: 'this overview, or one verb: callgrove help VERB' };

/** Headings with the verbs below them. */
const GROUPS: readonly (readonly [heading: string, verbs: Verbs, more?: Listed])[] = [
  [
    'Recording',
    {
      wrap: async () => (await import('./wrap.ts')).wrap,
      unwrap: async () => (await import('./unwrap.ts')).unwrap,
    },
    RUN,
  ],
  [
    'Looking',
    {
      tail: async () => (await import('./tail.ts')).tail,
      sessions: async () => (await import('./sessions.ts')).sessions,
      show: async () => (await import('./show.ts')).show,
      calls: async () => (await import('./calls.ts')).calls,
      call: async () => (await import('./call.ts')).call,
      label: async () => (await import('./label.ts')).label,
      pin: async () => (await import('./pin.ts')).pin,
      ui: async () => (await import('./ui.ts')).ui,
    },
  ],
  [
    'Comparing',
    {
      diff: async () => (await import('./diff.ts')).diff,
      harness: async () => (await import('./harness.ts')).harness,
    },
  ],
  [
    'Policing',
    {
      policy: async () => (await import('./policy.ts')).policy,
      freeze: async () => (await import('./freeze.ts')).freeze,
      thaw: async () => (await import('./freeze.ts')).thaw,
      drill: async () => (await import('./drill.ts')).drill,
    },
  ],
  [
    'Passing on',
    {
      export: async () => (await import('./export.ts')).exportVerb,
      report: async () => (await import('./report.ts')).report,
      verify: async () => (await import('./verify.ts')).verify,
      open: async () => (await import('./open.ts')).open,
      import: async () => (await import('./import.ts')).importVerb,
    },
  ],
  [
    'Judging',
    {
      checkpoint: async () => (await import('./checkpoint.ts')).checkpoint,
      score: async () => (await import('./score.ts')).score,
      reclassify: async () => (await import('./reclassify.ts')).reclassify,
      'verify-path': async () => (await import('./verifyPath.ts')).verifyPath,
    },
  ],
  [
    'Keeping house',
    {
      daemon: async () => (await import('./daemon.ts')).daemon,
      doctor: async () => (await import('./doctor.ts')).doctor,
      prune: async () => (await import('./prune.ts')).prune,
    },
    HELP,
  ],
];

const VERBS: Verbs = Object.assign({}, ...GROUPS.map(([, verbs]) => verbs));

/** Every word that may stand after `callgrove`. */
export const VERB_NAMES: readonly string[] = ['run', ...Object.keys(VERBS), 'help'];

/** Null where no verb has that name. */
export async function verbOf(name: string): Promise<Verb | null> {
  return Object.hasOwn(VERBS, name) ? ((await VERBS[name]?.()) ?? null) : null;
}

/** Headings with what the overview says of the verbs below them. */
export function verbGroups(): Promise<(readonly [heading: string, verbs: readonly Listed[]])[]> {
  return Promise.all(
    GROUPS.map(async ([heading, verbs, more]) => {
      const specs = await Promise.all(Object.values(verbs).map(async (load) => (await load()).spec));
      return [heading, more ? [...specs, more] : specs] as const;
    }),
  );
}

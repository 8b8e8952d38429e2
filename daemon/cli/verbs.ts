/**
 * The verbs, in the order of the overview, each with how it is loaded: none waits for what another needs. `run` and
 * `daemon run` are entries of their own and stand here for the help.
 */
import type { Verb, VerbSpec } from './verb.ts';

const LOADED = {
  wrap: async () => (await import('./wrap.ts')).wrap,
  unwrap: async () => (await import('./unwrap.ts')).unwrap,
  tail: async () => (await import('./tail.ts')).tail,
  sessions: async () => (await import('./sessions.ts')).sessions,
  show: async () => (await import('./show.ts')).show,
  calls: async () => (await import('./calls.ts')).calls,
  call: async () => (await import('./call.ts')).call,
  label: async () => (await import('./label.ts')).label,
  pin: async () => (await import('./pin.ts')).pin,
  diff: async () => (await import('./diff.ts')).diff,
  harness: async () => (await import('./harness.ts')).harness,
  policy: async () => (await import('./policy.ts')).policy,
  freeze: async () => (await import('./freeze.ts')).freeze,
  thaw: async () => (await import('./freeze.ts')).thaw,
  checkpoint: async () => (await import('./checkpoint.ts')).checkpoint,
  score: async () => (await import('./score.ts')).score,
  reclassify: async () => (await import('./reclassify.ts')).reclassify,
  'verify-path': async () => (await import('./verifyPath.ts')).verifyPath,
  export: async () => (await import('./export.ts')).exportVerb,
  report: async () => (await import('./report.ts')).report,
  verify: async () => (await import('./verify.ts')).verify,
  open: async () => (await import('./open.ts')).open,
  import: async () => (await import('./import.ts')).importVerb,
  drill: async () => (await import('./drill.ts')).drill,
  ui: async () => (await import('./ui.ts')).ui,
  daemon: async () => (await import('./daemon.ts')).daemon,
  doctor: async () => (await import('./doctor.ts')).doctor,
  prune: async () => (await import('./prune.ts')).prune,
} as const satisfies Readonly<Record<string, () => Promise<Verb>>>;

type Name = keyof typeof LOADED;

const RUN = { name: 'run', summary: 'runs a server and records what passes between it and the agent' };
const HELP = { name: 'help', summary: 'this overview, or one verb: callgrove help VERB' };

/** Headings with the verbs below them. */
const GROUPS: readonly (readonly [heading: string, names: readonly Name[], more?: typeof RUN])[] = [
  ['Recording', ['wrap', 'unwrap'], RUN],
  ['Looking', ['tail', 'sessions', 'show', 'calls', 'call', 'label', 'pin', 'ui']],
  ['Comparing', ['diff', 'harness']],
  ['Policing', ['policy', 'freeze', 'thaw', 'drill']],
  ['Passing on', ['export', 'report', 'verify', 'open', 'import']],
  ['Judging', ['checkpoint', 'score', 'reclassify', 'verify-path']],
  ['Keeping house', ['daemon', 'doctor', 'prune'], HELP],
];

/** Every word that may stand after `callgrove`. */
export const VERB_NAMES: readonly string[] = ['run', ...Object.keys(LOADED), 'help'];

/** Null where no verb has that name. */
export async function verbOf(name: string): Promise<Verb | null> {
  return isName(name) ? LOADED[name]() : null;
}

/** Headings with what the overview says of the verbs below them. */
export function verbGroups(): Promise<
  (readonly [heading: string, verbs: readonly Pick<VerbSpec, 'name' | 'summary'>[]])[]
> {
  return Promise.all(
    GROUPS.map(async ([heading, names, more]) => {
      const verbs = await Promise.all(names.map(async (name) => (await LOADED[name]()).spec));
      return [heading, more ? [...verbs, more] : verbs] as const;
    }),
  );
}

function isName(word: string): word is Name {
  return Object.hasOwn(LOADED, word);
}

/** The verbs, in the order of the overview. `run` and `daemon run` are entries of their own and stand here for the help. */
import { call } from './call.ts';
import { calls } from './calls.ts';
import { checkpoint } from './checkpoint.ts';
import { daemon } from './daemon.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { exportVerb } from './export.ts';
import { freeze, thaw } from './freeze.ts';
import { harness } from './harness.ts';
import { importVerb } from './import.ts';
import { label } from './label.ts';
import { open } from './open.ts';
import { pin } from './pin.ts';
import { policy } from './policy.ts';
import { prune } from './prune.ts';
import { reclassify } from './reclassify.ts';
import { report } from './report.ts';
import { score } from './score.ts';
import { sessions } from './sessions.ts';
import { show } from './show.ts';
import { tail } from './tail.ts';
import { ui } from './ui.ts';
import { unwrap } from './unwrap.ts';
import type { Verb } from './verb.ts';
import { verify } from './verify.ts';
import { verifyPath } from './verifyPath.ts';
import { wrap } from './wrap.ts';

export const VERBS: readonly Verb[] = [
  wrap,
  unwrap,
  tail,
  sessions,
  show,
  calls,
  call,
  label,
  pin,
  diff,
  harness,
  policy,
  freeze,
  thaw,
  checkpoint,
  score,
  reclassify,
  verifyPath,
  exportVerb,
  report,
  verify,
  open,
  importVerb,
  drill,
  ui,
  daemon,
  doctor,
  prune,
];

const RUN = { name: 'run', summary: 'runs a server and records what passes between it and the agent' };
const HELP = { name: 'help', summary: 'this overview, or one verb: callgrove help VERB' };
const spec = ({ spec: words }: Verb) => words;

/** Headings with the verbs below them. */
export const GROUPS = [
  ['Recording', [...[wrap, unwrap].map(spec), RUN]],
  ['Looking', [tail, sessions, show, calls, call, label, pin, ui].map(spec)],
  ['Comparing', [diff, harness].map(spec)],
  ['Policing', [policy, freeze, thaw, drill].map(spec)],
  ['Passing on', [exportVerb, report, verify, open, importVerb].map(spec)],
  ['Judging', [checkpoint, score, verifyPath].map(spec)],
  ['Keeping house', [...[daemon, doctor, prune].map(spec), HELP]],
] as const;

/** Every word that may stand after `callgrove`. */
export const VERB_NAMES: readonly string[] = ['run', ...VERBS.map(({ spec: { name } }) => name), 'help'];

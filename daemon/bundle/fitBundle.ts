/**
 * Writes what waits in a spool as a bundle of a size that is wanted: once as it is, and where that is too large again
 * with less in it, step by step. What was left out stands in the manifest.
 */
import {
  CAPTURE_MEMBER,
  type CutEntry,
  type Manifest,
  type ManifestDraft,
  MEMBER,
  type ReportBuilder,
} from '../protocol/bundle.ts';
import { cutBodies, cutCalls, cutLoose, stepsFrom } from './cutToSize.ts';
import { readmeText } from './readme.ts';
import type { PackedMember, Spool } from './spool.ts';
import { MOST_ZIP_BYTES, type WrittenBundle, writeBundle, zipBytes } from './writeBundle.ts';

export interface FitOptions {
  readonly file: string;
  readonly force: boolean;
  /** null for no limit. */
  readonly maxBytes: number | null;
  /** For people: `24 MB`. */
  readonly limitText: string;
  /** Makes the report anew where something was cut; of all that is in the spool it is there already. */
  readonly report: ReportBuilder | null;
  /** Everything but what is counted and cut here. */
  readonly draft: ManifestDraft;
  readonly onAttempt: (attempt: number) => void;
}

export type Fitted =
  /** Not named yet: `keep` does that. */
  | { readonly kind: 'written'; readonly manifest: Manifest; readonly written: WrittenBundle }
  /** Even the smallest is larger. */
  | { readonly kind: 'too_large'; readonly bytes: number };

/** So often calls are left out, more each time. */
const CALL_ROUNDS = 5;

export async function fitBundle(spool: Spool, options: FitOptions): Promise<Fitted> {
  const { limitText, draft, file, force } = options;
  const limit = Math.min(options.maxBytes ?? MOST_ZIP_BYTES, MOST_ZIP_BYTES);
  const cut: CutEntry[] = [...draft.cut];
  /** Each says whether anything was left out by it. */
  const steps: (() => Promise<boolean>)[] = stepsFrom(draft.options.bodies).map((level) => async () => {
    // A step that goes further says it for the one before.
    const at = cut.findIndex(({ what }) => what === 'bodies');
    const entry = await cutBodies(spool, level, limitText);
    if (at >= 0) cut[at] = { ...entry, count: Math.max(entry.count, cut[at]?.count ?? 0) };
    else if (entry.count > 0) cut.push(entry);
    return entry.count > 0;
  });
  steps.push(async () => {
    const entry = await cutLoose(spool, limitText);
    if (entry.count > 0) cut.push(entry);
    return entry.count > 0;
  });
  let lost = 0;
  let [bytes, round] = [0, 0];
  for (let attempt = 1; ; attempt++) {
    options.onAttempt(attempt);
    const { manifest, members } = await complete(spool, options, cut, attempt > 1);
    bytes = zipBytes(members);
    if (bytes <= limit && members.every((one) => one.bytes <= MOST_ZIP_BYTES)) {
      const written = await writeBundle(file, members, { force, at: new Date(draft.created_at) });
      return { kind: 'written', manifest, written };
    }
    let smaller = false;
    for (let step = steps.shift(); step; step = smaller ? undefined : steps.shift()) smaller = await step();
    if (smaller) continue;
    if (round++ < CALL_ROUNDS) {
      const entry = await cutCalls(spool, Math.min(90, Math.floor((90 * limit) / bytes)), limitText);
      lost += entry.count;
      const at = cut.findIndex(({ what }) => what === 'calls');
      if (at >= 0) cut.splice(at, 1);
      cut.push({ ...entry, count: lost });
      if (entry.count === 0) return { kind: 'too_large', bytes };
    } else return { kind: 'too_large', bytes };
  }
}

/** Everything that follows from what is in the spool now: the report, the README, the manifest. */
async function complete(
  spool: Spool,
  { report, draft }: FitOptions,
  cut: readonly CutEntry[],
  isCut: boolean,
): Promise<{ manifest: Manifest; members: PackedMember[] }> {
  const counts = {
    ...draft.counts,
    calls: spool.lines(MEMBER.calls),
    frames: spool.lines(MEMBER.frames),
  };
  const whole: ManifestDraft = { ...draft, counts, cut: [...cut] };
  await spool.put(MEMBER.readme, readmeText(await spool.members.session(), whole));
  if (report && isCut) {
    const file = spool.open(MEMBER.report);
    for await (const piece of report(spool.members, whole)) {
      file.text(piece);
      await file.ready();
    }
    await file.close();
  }
  const captures = spool.members.names.filter((name) => CAPTURE_MEMBER.test(name)).sort();
  const { readme, session, calls, frames, denials, findings, diff } = MEMBER;
  const members = [readme, MEMBER.report, session, calls, frames, denials, findings, ...captures, diff]
    .filter((name) => spool.has(name))
    .map((name) => spool.packed(name));
  const manifest = { ...whole, members: members.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })) };
  await spool.put(MEMBER.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
  return { manifest, members: [...members, spool.packed(MEMBER.manifest)] };
}

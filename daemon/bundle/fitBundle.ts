/**
 * Writes what waits in a spool as a bundle of a size that is wanted: once as it is, and where that is too large again
 * with less in it, step by step. What was left out stands in the manifest.
 */
import {
  CAPTURE_MEMBER,
  type CutEntry,
  type MadeBlocks,
  type Manifest,
  type ManifestDraft,
  MEMBER,
  type ReportBuilder,
} from '../protocol/bundle.ts';
import { cutBodies, cutCalls, cutLoose, stepsFrom } from './cutToSize.ts';
import { readmeText } from './readme.ts';
import type { Spool } from './spool.ts';
import { createBundleWriter, type FileBundleWriter, one } from './writeBundle.ts';

export interface FitOptions {
  readonly file: string;
  readonly force: boolean;
  /** null for no limit. */
  readonly maxBytes: number | null;
  /** For people: `24 MB`. */
  readonly limitText: string;
  readonly report: ReportBuilder | null;
  /** Of all that is in the spool. */
  readonly made: MadeBlocks | null;
  /** Everything but what is counted and cut here. */
  readonly draft: ManifestDraft;
  readonly onAttempt: (attempt: number) => void;
}

export type Fitted =
  /** Not named yet: `keep` does that. */
  | { readonly kind: 'written'; readonly manifest: Manifest; readonly writer: FileBundleWriter }
  /** Even the smallest is larger. */
  | { readonly kind: 'too_large'; readonly bytes: number };

/** So often calls are left out, more each time. */
const CALL_ROUNDS = 5;

export async function fitBundle(spool: Spool, options: FitOptions): Promise<Fitted> {
  const { maxBytes, limitText, draft } = options;
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
    // What was cut since stands in the members alone.
    const writer = await writeAll(spool, options, cut, attempt === 1 ? options.made : null);
    bytes = writer.writer.bytes;
    if (maxBytes === null || bytes <= maxBytes) return { kind: 'written', ...writer };
    writer.writer.dispose();
    let smaller = false;
    for (let step = steps.shift(); step; step = smaller ? undefined : steps.shift()) smaller = await step();
    if (smaller) continue;
    if (round++ < CALL_ROUNDS) {
      const entry = await cutCalls(spool, Math.floor((90 * maxBytes) / bytes), limitText);
      lost += entry.count;
      const at = cut.findIndex(({ what }) => what === 'calls');
      if (at >= 0) cut.splice(at, 1);
      cut.push({ ...entry, count: lost });
      if (entry.count === 0) return { kind: 'too_large', bytes };
    } else return { kind: 'too_large', bytes };
  }
}

async function writeAll(
  spool: Spool,
  { file, force, report, draft }: FitOptions,
  cut: readonly CutEntry[],
  made: MadeBlocks | null,
): Promise<{ writer: FileBundleWriter; manifest: Manifest }> {
  const { members } = spool;
  const counts = {
    ...draft.counts,
    calls: spool.lines(MEMBER.calls),
    frames: spool.lines(MEMBER.frames),
  };
  const whole: ManifestDraft = { ...draft, counts, cut: [...cut] };
  const writer = createBundleWriter(file, { force, at: new Date(draft.created_at) });
  try {
    await writer.add(MEMBER.readme, one(readmeText(await members.session(), whole)));
    if (report) await writer.add(MEMBER.report, report(members, whole, made));
    const captures = members.names.filter((name) => CAPTURE_MEMBER.test(name)).sort();
    const { session, calls, frames, denials, findings, diff } = MEMBER;
    for (const name of [session, calls, frames, denials, findings, ...captures, diff]) {
      if (spool.has(name)) await writer.add(name, spool.read(name));
    }
    return { writer, manifest: await writer.close(whole) };
  } catch (error) {
    writer.dispose();
    throw error;
  }
}

/**
 * Checks a bundle to its last byte: hashes, the schema of every line, that what is named is there, and that no secret
 * is. How secrets are found is handed in. Reads all members once.
 */
import { type BundleReader, MEMBER } from '../protocol/bundle.ts';
import { createBundleCheck } from './bundleCheck.ts';
import { BundleError, type BundleFault } from './bundleError.ts';

export interface SecretScan {
  /** Rules that found something in a record. */
  value(value: unknown, member: string): readonly string[];
  /** In a message, or a piece of a text. */
  text(text: string, member: string): readonly string[];
}

export interface BundleProblem {
  readonly code: BundleFault;
  /** In one sentence, for people. */
  readonly reason: string;
}

export interface Verified {
  readonly problems: readonly BundleProblem[];
  /** What was read. */
  readonly calls: number;
  readonly frames: number;
  readonly secrets: readonly { readonly rule: string; readonly member: string; readonly count: number }[];
}

const PROBLEMS = 50;
/** Of a page and a README so much is looked at in one go: short texts cost little memory. */
const TEXT_CHARS = 32 * 1024;

/** @param onProgress called now and then with the lines read so far */
export async function verifyBundle(
  bundle: BundleReader,
  scan: SecretScan,
  onProgress: (lines: number) => void = () => {},
): Promise<Verified> {
  const problems: BundleProblem[] = [];
  const report = (code: BundleFault, reason: string) => {
    if (problems.length < PROBLEMS) problems.push({ code, reason });
  };
  const secrets = new Map<string, { rule: string; member: string; count: number }>();
  const note = (rules: readonly string[], member: string) => {
    for (const rule of rules) {
      const key = `${rule} ${member}`;
      const entry = secrets.get(key) ?? { rule, member, count: 0 };
      secrets.set(key, { ...entry, count: entry.count + 1 });
    }
  };
  const { manifest } = bundle;
  const check = createBundleCheck(bundle, report);
  let lines = 0;
  /** What a member has wrong ends that member, not the others. */
  const member = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      report(error.code, error.message);
    }
  };
  const line = () => {
    if (++lines % 1000 === 0) onProgress(lines);
  };

  note(scan.value(manifest, MEMBER.manifest), MEMBER.manifest);
  await member(async () => {
    const session = await bundle.session();
    note(scan.value(session, MEMBER.session), MEMBER.session);
    check.session(session);
  });
  await member(async () => {
    for await (const call of bundle.calls()) {
      line();
      check.call(call);
      note(scan.value(call, MEMBER.calls), MEMBER.calls);
    }
  });
  await member(async () => {
    for await (const frame of bundle.frames()) {
      line();
      check.frame(frame);
      const { body, ...rest } = frame;
      note(scan.value(rest, MEMBER.frames), MEMBER.frames);
      if (body !== null) note(scan.text(body, MEMBER.frames), MEMBER.frames);
    }
  });
  await member(async () => {
    for await (const denial of bundle.denials()) {
      check.denial(denial);
      note(scan.value(denial, MEMBER.denials), MEMBER.denials);
    }
  });
  await member(async () => {
    for await (const finding of bundle.findings()) {
      check.finding(finding);
      note(scan.value(finding, MEMBER.findings), MEMBER.findings);
    }
  });
  await member(async () => {
    for await (const capture of bundle.captures()) {
      check.capture(capture);
      note(scan.value(capture, 'harness/'), 'harness/');
    }
  });
  await member(async () => {
    const diff = await bundle.diff();
    check.diff(diff !== null);
    if (diff) note(scan.value(diff, MEMBER.diff), MEMBER.diff);
  });
  for (const name of [MEMBER.readme, MEMBER.report]) {
    await member(async () => {
      for await (const piece of piecesOf(bundle.text(name))) note(scan.text(piece, name), name);
    });
  }
  check.end();
  const list = [...secrets.values()].sort((a, b) => b.count - a.count);
  const total = list.reduce((sum, { count }) => sum + count, 0);
  if (total > 0)
    report(
      'secret',
      `${total} secrets were found in it: ${list
        .slice(0, 5)
        .map((one) => `${one.rule} in ${one.member}`)
        .join(', ')}`,
    );
  if (!manifest.redacted) report('secret', 'it was made without masking');
  const { calls, frames } = check.counts;
  return { problems, calls, frames, secrets: list };
}

/** Whole lines together, as far as there are any; the data in a page has its `<` escaped, which hides placeholders. */
async function* piecesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let waiting = '';
  for await (const text of texts) {
    waiting += text;
    const end = waiting.lastIndexOf('\n');
    if (waiting.length < TEXT_CHARS || end < 0) continue;
    yield waiting.slice(0, end).replaceAll('\\u003c', '<');
    waiting = waiting.slice(end + 1);
  }
  if (waiting !== '') yield waiting.replaceAll('\\u003c', '<');
}

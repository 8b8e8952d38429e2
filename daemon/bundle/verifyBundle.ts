/**
 * Checks a bundle to its last byte: hashes, the schema of every line, that what is named is there, and that no secret
 * is. How secrets are found is handed in. Reads all members once.
 */
import { type BundleReader, captureMember, MEMBER } from '../protocol/bundle.ts';
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

/** Finds nothing: for what is masked on its way anyhow. */
export const NO_SCAN: SecretScan = { value: () => [], text: () => [] };

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
  const isWhole = !manifest.cut.some(({ what }) => what === 'calls');
  const counts = { calls: 0, frames: 0, denials: 0, findings: 0, captures: 0 };
  /** By call id, where it stands. */
  const ids = new Map<string, number>();
  const connections = new Set<string>();
  let [lines, lastCall] = [0, 0];
  /** What a member has wrong ends that member, not the others. */
  const member = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      report(error.code, error.message);
    }
  };
  const belongs = (what: string, callId: string | null, sessionId: string) => {
    if (sessionId !== manifest.session_id) report('incomplete', `${what} belongs to another session`);
    if (isWhole && callId !== null && !ids.has(callId)) report('incomplete', `${what} is of a call that is not there`);
  };
  const line = () => {
    if (++lines % 1000 === 0) onProgress(lines);
  };

  note(scan.value(manifest, MEMBER.manifest), MEMBER.manifest);
  await member(async () => {
    const session = await bundle.session();
    note(scan.value(session, MEMBER.session), MEMBER.session);
    belongs(MEMBER.session, null, session.session.session_id);
    for (const { connection_id } of session.connections) connections.add(connection_id);
  });
  await member(async () => {
    for await (const call of bundle.calls()) {
      line();
      counts.calls++;
      if (ids.has(call.call_id)) report('malformed', `${MEMBER.calls} has a call twice`);
      ids.set(call.call_id, counts.calls);
      belongs('a call', null, call.session_id);
      note(scan.value(call, MEMBER.calls), MEMBER.calls);
    }
  });
  await member(async () => {
    for await (const frame of bundle.frames()) {
      line();
      counts.frames++;
      const at = frame.call_id === null ? 0 : ids.get(frame.call_id);
      if (at === undefined) report('incomplete', 'a frame is of a call that is not there');
      else if (at === 0 && !connections.has(frame.connection_id))
        report('incomplete', 'a frame is of a connection that is not there');
      else if (at < lastCall) report('malformed', 'frames do not stand in the order of their calls');
      lastCall = Math.max(lastCall, at ?? 0);
      const { body, ...rest } = frame;
      note(scan.value(rest, MEMBER.frames), MEMBER.frames);
      if (body !== null) note(scan.text(body, MEMBER.frames), MEMBER.frames);
    }
  });
  await member(async () => {
    for await (const denial of bundle.denials()) {
      counts.denials++;
      belongs('a denial', denial.call_id, denial.session_id);
      note(scan.value(denial, MEMBER.denials), MEMBER.denials);
    }
  });
  await member(async () => {
    for await (const finding of bundle.findings()) {
      counts.findings++;
      belongs('a finding', finding.call_id, finding.session_id);
      note(scan.value(finding, MEMBER.findings), MEMBER.findings);
    }
  });
  await member(async () => {
    for await (const capture of bundle.captures()) {
      counts.captures++;
      if (!bundle.names.includes(captureMember(capture.head.capture_id)))
        report('incomplete', 'a capture has another name than its file');
      note(scan.value(capture, 'harness/'), 'harness/');
    }
  });
  await member(async () => {
    const diff = await bundle.diff();
    if (diff) note(scan.value(diff, MEMBER.diff), MEMBER.diff);
    else if (manifest.options.diff !== null) report('incomplete', 'the comparison that it was made with is missing');
  });
  for (const name of [MEMBER.readme, MEMBER.report]) {
    await member(async () => {
      const texts = bundle.text(name);
      // Even where nothing is searched for all of it is read: its hash has to be right.
      for await (const piece of scan === NO_SCAN ? texts : piecesOf(texts)) note(scan.text(piece, name), name);
    });
  }
  if (!bundle.names.includes(MEMBER.readme)) report('incomplete', `${MEMBER.readme} is missing`);
  if (!bundle.names.includes(MEMBER.report) && !manifest.cut.some(({ what }) => what === 'report'))
    report('incomplete', `${MEMBER.report} is missing`);
  for (const name of ['calls', 'frames', 'denials', 'findings', 'captures'] as const) {
    if (counts[name] !== manifest.counts[name])
      report('incomplete', `it has ${counts[name]} ${name}, and its manifest names ${manifest.counts[name]}`);
  }
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
  return { problems, calls: counts.calls, frames: counts.frames, secrets: list };
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

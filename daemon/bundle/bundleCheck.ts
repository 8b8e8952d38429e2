/**
 * What has to be true of a bundle's records together: each belongs to the session, to a call that is there, in order, and
 * there are as many as the manifest says. Told of each record once; who reads them, and what for, is no matter here.
 */
import { connectionIdOfCall } from '../base/ids.ts';
import { type BundledSession, type BundleReader, captureMember, type FrameLine, MEMBER } from '../protocol/bundle.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { Call } from '../protocol/record.ts';
import type { BundleFault } from './bundleError.ts';

/** What belongs to a session, and mostly to one of its calls. */
interface Belonging {
  readonly call_id: string | null;
  readonly session_id: string;
}

export interface BundleCheck {
  readonly counts: { readonly calls: number; readonly frames: number };
  /** Before all others. */
  session(session: BundledSession): void;
  call(call: Call): void;
  /** Once its call was told of. */
  frame(frame: FrameLine): void;
  denial(denial: Belonging): void;
  finding(finding: Belonging): void;
  capture(capture: StoredCapture): void;
  diff(isThere: boolean): void;
  /** After all others. */
  end(): void;
}

/** @param report told what is wrong, in one sentence; may throw */
export function createBundleCheck(
  { manifest, names }: Pick<BundleReader, 'manifest' | 'names'>,
  report: (code: BundleFault, reason: string) => void,
): BundleCheck {
  const isWhole = !manifest.cut.some(({ what }) => what === 'calls');
  const counts = { calls: 0, frames: 0, denials: 0, findings: 0, captures: 0 };
  /** By call id, where it stands. */
  const ids = new Map<string, number>();
  const connections = new Set<string>();
  let lastCall = 0;
  const belongs = (what: string, { call_id, session_id }: Belonging) => {
    if (session_id !== manifest.session_id) report('incomplete', `${what} belongs to another session`);
    if (isWhole && call_id !== null && !ids.has(call_id))
      report('incomplete', `${what} is of a call that is not there`);
  };
  return {
    counts,
    session(session) {
      belongs(MEMBER.session, { call_id: null, session_id: session.session.session_id });
      for (const { connection_id } of session.connections) connections.add(connection_id);
    },
    call({ call_id, session_id, connection_id }) {
      counts.calls++;
      if (connectionIdOfCall(call_id) !== connection_id) report('malformed', 'a call has the id of another connection');
      if (!connections.has(connection_id)) report('incomplete', 'a call is of a connection that is not there');
      if (ids.has(call_id)) report('malformed', `${MEMBER.calls} has a call twice`);
      ids.set(call_id, counts.calls);
      belongs('a call', { call_id: null, session_id });
    },
    frame({ call_id, connection_id }) {
      counts.frames++;
      const at = call_id === null ? 0 : ids.get(call_id);
      if (at === undefined) report('incomplete', 'a frame is of a call that is not there');
      else if (at === 0 && !connections.has(connection_id))
        report('incomplete', 'a frame is of a connection that is not there');
      else if (at < lastCall) report('malformed', 'frames do not stand in the order of their calls');
      lastCall = Math.max(lastCall, at ?? 0);
    },
    denial(denial) {
      counts.denials++;
      belongs('a denial', denial);
    },
    finding(finding) {
      counts.findings++;
      belongs('a finding', finding);
    },
    capture({ head }) {
      counts.captures++;
      if (!names.includes(captureMember(head.capture_id)))
        report('incomplete', 'a capture has another name than its file');
    },
    diff(isThere) {
      if (!isThere && manifest.options.diff !== null)
        report('incomplete', 'the comparison that it was made with is missing');
    },
    end() {
      if (!names.includes(MEMBER.readme)) report('incomplete', `${MEMBER.readme} is missing`);
      if (!names.includes(MEMBER.report) && !manifest.cut.some(({ what }) => what === 'report'))
        report('incomplete', `${MEMBER.report} is missing`);
      for (const name of ['calls', 'frames', 'denials', 'findings', 'captures'] as const) {
        if (counts[name] !== manifest.counts[name])
          report('incomplete', `it has ${counts[name]} ${name}, and its manifest names ${manifest.counts[name]}`);
      }
    },
  };
}

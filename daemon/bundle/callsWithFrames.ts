/** Joins a bundle's calls with their frames while both stream by. */
import type { BundleMembers, CallFrameLine, FrameLine } from '../protocol/bundle.ts';
import { CALL_FRAME_ROLES } from '../protocol/bundleNames.ts';
import type { Call } from '../protocol/record.ts';

export interface ReportCall {
  readonly call: Call;
  readonly frames: readonly CallFrameLine[];
}

/** A browser opens so many calls with ease; those beyond stand in the bundle's other members. */
const REPORT_CALLS = 20_000;
/** More frames of one call would hold up the reader. */
const CALL_FRAMES = 50;

export const REPORT_LIMITS = { calls: REPORT_CALLS, frames: CALL_FRAMES };

/**
 * The first so many calls, each with its first so many frames. The frames of a call stand together, in the
 * order of the calls; frames in any other place are passed over.
 * @param onLoose told of the frames that belong to no call, before the first call
 */
export async function* callsWithFrames(
  members: BundleMembers,
  limits = REPORT_LIMITS,
  onLoose: (line: FrameLine) => void = () => {},
): AsyncGenerator<ReportCall> {
  const lines = members.frames()[Symbol.asyncIterator]();
  try {
    let next = await lines.next();
    for (; !next.done && next.value.call_id === null; next = await lines.next()) onLoose(next.value);
    let count = 0;
    for await (const call of members.calls()) {
      const frames: CallFrameLine[] = [];
      for (; !next.done && next.value.call_id === call.call_id; next = await lines.next())
        if (frames.length < limits.frames && isOfCall(next.value)) frames.push(next.value);
      yield { call, frames };
      if (++count === limits.calls) return;
    }
  } finally {
    await lines.return?.();
  }
}

const ROLES: ReadonlySet<string> = new Set(CALL_FRAME_ROLES);

/** Is it one of those that stand with their call? */
export function isOfCall(line: FrameLine): line is CallFrameLine {
  return line.call_id !== null && ROLES.has(line.role);
}

/** The frames that belong to no call of the bundle: they stand before the others. */
export async function* looseFrames(members: BundleMembers): AsyncGenerator<FrameLine> {
  for await (const line of members.frames()) {
    if (line.call_id !== null) return;
    yield line;
  }
}

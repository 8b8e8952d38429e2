/**
 * Writes a session's calls, masked, and hands their messages to the thread that writes those, with what the report says
 * of each call. All of it in the order of the session; memory is flat.
 */

import { REPORT_LIMITS } from './bundle/callsWithFrames.ts';
import { type CallTexts, sizesOf } from './bundle/callTexts.ts';
import type { PackedFile } from './bundle/packedFile.ts';
import { bytesOnWire, type FrameGroup, type FrameWriter, type PlacedFrame, readBytes } from './exportFrames.ts';
import { type BodyLevel, MEMBER } from './protocol/bundle.ts';
import type { BundleRedactor } from './redact/bundleRedactor.ts';
import type { BundledCallRow } from './store/bundleQueries.ts';

export interface CallsToWrite {
  /** Those that belong to no call. */
  readonly loose: Iterable<PlacedFrame>;
  /** A few at a time. */
  readonly calls: Iterable<readonly BundledCallRow[]>;
  readonly level: BodyLevel;
  /** null where nothing is to be masked. */
  readonly redactor: BundleRedactor | null;
  readonly into: PackedFile;
  readonly writer: FrameWriter;
  /** null where there is no report. */
  readonly texts: CallTexts | null;
  readonly onCalls: (ids: readonly string[]) => void;
}

/** So many frames that belong to no call are handed over at a time. */
const LOOSE = 64;
/** Of those of calls: until so much of them is to be read. */
const PART_BYTES = 1024 * 1024;
/** Beyond so many parts, the other thread is waited for. */
const AHEAD = 4;

/** The frames may be on their way yet when it resolves. @returns how many there are */
export async function writeCalls(wanted: CallsToWrite): Promise<{ calls: number; frames: number }> {
  const { level, redactor, into, writer, texts } = wanted;
  const count = { calls: 0, frames: 0 };
  const sent: Promise<void>[] = [];
  const send = async (groups: readonly FrameGroup[]) => {
    for (const { frames } of groups) count.frames += frames.length;
    const written = writer.add(groups);
    // Whoever waits for it hears of it.
    written.catch(() => {});
    sent.push(written);
    if (sent.length > AHEAD) await sent.shift();
  };
  let loose: PlacedFrame[] = [];
  for (const placed of wanted.loose) {
    loose.push(placed);
    if (loose.length < LOOSE) continue;
    await send([{ frames: loose, text: null }]);
    loose = [];
  }
  if (loose.length > 0) await send([{ frames: loose, text: null }]);
  for (const rows of wanted.calls) {
    let [groups, bytes]: [FrameGroup[], number] = [[], 0];
    for (const row of rows) {
      const { value, json } = redactor?.record(row.call, MEMBER.calls) ?? {
        value: row.call,
        json: JSON.stringify(row.call),
      };
      into.line(json);
      const frames = placedFrames(row);
      const isShown = texts !== null && texts.calls < REPORT_LIMITS.calls;
      groups.push({ frames, text: isShown ? texts.of(value, sizesOf(frames, bytesOnWire)) : null });
      for (const frame of frames) bytes += readBytes(frame, level);
      if (bytes < PART_BYTES) continue;
      await send(groups);
      [groups, bytes] = [[], 0];
    }
    if (groups.length > 0) await send(groups);
    count.calls += rows.length;
    wanted.onCalls(rows.map(({ call }) => call.call_id));
    // Other work of this thread goes on, and what packs the calls keeps up.
    await new Promise((done) => setImmediate(done));
    await into.ready();
  }
  for (const written of sent) await written;
  return count;
}

function placedFrames({ call, journal_id, frames }: BundledCallRow): PlacedFrame[] {
  const { call_id, connection_id } = call;
  return frames.map(({ role, frame, imported }) => ({ call_id, connection_id, journal_id, role, frame, imported }));
}

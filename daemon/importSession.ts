/**
 * Imports a bundle: writes its members as a journal of their own, which the daemon reads as it reads any, while it is
 * written. Texts that the database is going to show are masked on the way, once more.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { makeCaptureId } from './base/ids.ts';
import { BundleError } from './bundle/bundleError.ts';
import { callsWithFrames } from './bundle/callsWithFrames.ts';
import type { CheckedBundle } from './bundle/readChecked.ts';
import { importShape } from './importShape.ts';
import { createImportJournal } from './journal/importJournal.ts';
import { isJson, type Json } from './model/json.ts';
import type { FrameLine } from './protocol/bundle.ts';
import type { ImportedFrame, ImportRecord } from './protocol/imported.ts';
import { bootId, processStart } from './proxy/processChain.ts';
import type { Redactor } from './redact/redactor.ts';

export interface ImportPlace {
  /** The folder of journals. */
  readonly journal: string;
  readonly redactor: Redactor;
  readonly at: Date;
  readonly onProgress: (calls: number) => void;
  /** Asked while the bundle is read. Where it says no, that is only checked to its end; where it throws, not even that. */
  readonly isWanted: () => Promise<boolean>;
}

/** In hex. */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

const ALL = { calls: Number.POSITIVE_INFINITY, frames: 2000 };
/** So much text of one call is kept; the frames behind it are without theirs. */
const CALL_BYTES = 24 * 1024 * 1024;

/**
 * @returns the import's id, which is its journal's; null where it is not wanted
 * @throws BundleError for what is wrong with it; whoever has read of it takes it back
 */
export async function importSession(
  { bundle, finish }: CheckedBundle,
  sha256: string,
  place: ImportPlace,
): Promise<string | null> {
  const import_id = makeCaptureId('imp', place.at.getTime(), randomBytes(10));
  const masked = async (value: unknown): Promise<Json> =>
    isJson(value) ? (await place.redactor.redactJson(value)).value : null;
  const maskedCall = place.redactor.records();
  const record: Record<keyof ImportRecord, unknown> = {
    import_id,
    bundle_sha256: sha256,
    imported_at: place.at.toISOString(),
    manifest: bundle.manifest,
    session: await masked(await bundle.session()),
    diff: await masked(await bundle.diff()),
    shape: importShape(),
    importer: { pid: process.pid, start: processStart(process.pid), boot_id: bootId() },
  };
  let [isUnwanted, isHopeless] = [false, false];
  const asked = place.isWanted();
  asked.then(
    (isWanted) => {
      isUnwanted = !isWanted;
    },
    () => {
      isHopeless = true;
    },
  );
  const journal = createImportJournal(place.journal, import_id, place.at.getTime());
  // What is here already is read on all the same: that it is right was asked, too.
  const append = (kind: string, ...texts: string[]): void => {
    if (isUnwanted || journal.append(kind, ...texts)) return;
    throw new BundleError('too_large', 'a record of it is larger than a journal holds');
  };
  try {
    append('import', JSON.stringify(record));
    // Whatever becomes of this process, from here on somebody else clears up.
    journal.flush();
    const loose = looseRuns((run) => {
      const { frames, texts } = placed(run);
      append('import_frames', `${JSON.stringify({ frames })}\n`, ...texts);
    });
    let calls = 0;
    for await (const { call, frames } of callsWithFrames(bundle, ALL, loose.add)) {
      loose.end();
      const kept = placed(frames);
      const head = `{"call":${maskedCall(call)},"frames":${JSON.stringify(kept.frames)}}\n`;
      append('import_call', head, ...kept.texts);
      if (++calls % 500 === 0) place.onProgress(calls);
      if (isHopeless) await asked;
    }
    loose.end();
    for await (const denial of bundle.denials()) append('import_denial', JSON.stringify(await masked(denial)));
    for await (const finding of bundle.findings()) append('import_finding', JSON.stringify(await masked(finding)));
    for await (const capture of bundle.captures()) append('import_capture', JSON.stringify(await masked(capture)));
    journal.flush();
    await finish();
    if (!(await asked)) return null;
    journal.finish();
    return import_id;
  } finally {
    journal.dispose();
  }
}

/** So many frames, or so much text, go into one record. */
const RUN = { frames: 200, chars: 4 * 1024 * 1024 };

function looseRuns(write: (run: readonly FrameLine[]) => void) {
  let run: FrameLine[] = [];
  let chars = 0;
  const end = () => {
    if (run.length > 0) write(run);
    run = [];
    chars = 0;
  };
  return {
    add(line: FrameLine) {
      run.push(line);
      chars += line.body?.length ?? 0;
      if (run.length >= RUN.frames || chars >= RUN.chars) end();
    },
    end,
  };
}

function placed(lines: readonly FrameLine[]): { frames: ImportedFrame[]; texts: string[] } {
  const frames: ImportedFrame[] = [];
  const texts: string[] = [];
  let offset = 0;
  for (const { body, ...frame } of lines) {
    // Half a sign would become a whole one where another half stands behind it, and everything behind that would shift.
    const text = body?.toWellFormed() ?? null;
    const length = text === null ? 0 : Buffer.byteLength(text);
    if (text === null || offset + length > CALL_BYTES) {
      frames.push({ ...frame, kept: text === null ? frame.kept : 'none', offset: 0, length: null });
      continue;
    }
    frames.push({ ...frame, offset, length });
    texts.push(text);
    offset += length;
  }
  return { frames, texts };
}

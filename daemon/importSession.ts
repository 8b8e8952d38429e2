/**
 * Imports a bundle: writes its members as a journal of their own, which the daemon reads as it reads any. Texts that the
 * database is going to show are masked on the way, once more. All of it is written before any of it has a name.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { callsWithFrames } from './bundle/callsWithFrames.ts';
import { importShape } from './importShape.ts';
import { createImportJournal } from './journal/importJournal.ts';
import { isJson, type Json } from './model/json.ts';
import type { BundleReader, FrameLine } from './protocol/bundle.ts';
import type { ImportedFrame } from './protocol/imported.ts';
import { importIdOf } from './protocol/imported.ts';
import type { Redactor } from './redact/redactor.ts';

export interface ImportPlace {
  /** The folder of journals. */
  readonly journal: string;
  readonly redactor: Redactor;
  readonly at: Date;
  readonly onProgress: (calls: number) => void;
  /** Asked when all of the bundle was read. Where it throws or says no, nothing is left. */
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

/** @returns the import's id, which is its journal's; null where it is not wanted */
export async function importSession(bundle: BundleReader, sha256: string, place: ImportPlace): Promise<string | null> {
  const import_id = importIdOf(sha256);
  const journal = createImportJournal(place.journal, import_id, place.at.getTime());
  const masked = async (value: unknown): Promise<Json> =>
    isJson(value) ? (await place.redactor.redactJson(value)).value : null;
  const maskedCall = place.redactor.records();
  try {
    const record = {
      import_id,
      bundle_sha256: sha256,
      imported_at: place.at.toISOString(),
      manifest: bundle.manifest,
      session: await masked(await bundle.session()),
      diff: await masked(await bundle.diff()),
      shape: importShape(),
    };
    journal.append('import', JSON.stringify(record));
    const loose = looseRuns((run) => {
      const { frames, texts } = placed(run);
      journal.append('import_frames', `${JSON.stringify({ frames })}\n`, ...texts);
    });
    let calls = 0;
    for await (const { call, frames } of callsWithFrames(bundle, ALL, loose.add)) {
      loose.end();
      const kept = placed(frames);
      const head = `{"call":${maskedCall(call)},"frames":${JSON.stringify(kept.frames)}}\n`;
      journal.append('import_call', head, ...kept.texts);
      if (++calls % 500 === 0) place.onProgress(calls);
    }
    loose.end();
    for await (const denial of bundle.denials()) journal.append('import_denial', JSON.stringify(await masked(denial)));
    for await (const finding of bundle.findings())
      journal.append('import_finding', JSON.stringify(await masked(finding)));
    for await (const capture of bundle.captures())
      journal.append('import_capture', JSON.stringify(await masked(capture)));
    if (!(await place.isWanted())) return null;
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
    const length = body === null ? 0 : Buffer.byteLength(body);
    if (body === null || offset + length > CALL_BYTES) {
      frames.push({ ...frame, kept: body === null ? frame.kept : 'none', offset: 0, length: null });
      continue;
    }
    frames.push({ ...frame, offset, length });
    texts.push(body);
    offset += length;
  }
  return { frames, texts };
}

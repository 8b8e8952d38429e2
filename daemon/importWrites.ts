/**
 * Reads the records of an import's journal, and has them written as rows: what runs are compared by and found by is
 * worked out here, from the texts that are there in full.
 */
import type { ComparisonKeys } from './comparisonKeys.ts';
import { importShape } from './importShape.ts';
import type { Json } from './model/json.ts';
import { jsonMember } from './model/jsonMember.ts';
import { completed, type RecordSchema } from './protocol/completed.ts';
import { IMPORTED_SCHEMA, type ImportedCall, type ImportRecord, importRefused } from './protocol/imported.ts';
import type { Redactor } from './redact/redactor.ts';
import type { Database } from './store/database.ts';
import { createImportRows, type ImportedPlace, type ImportedWords } from './store/importRows.ts';
import type { Writer } from './store/writer.ts';

/** A record of an import's journal. */
export interface ImportWrite {
  readonly kind: 'imported';
  readonly import_id: string;
  readonly record: string;
  readonly payload: Uint8Array;
  readonly segment: number;
  readonly payloadOffset: number;
}

export interface ImportWrites {
  /** Masks what is going to be searched for; before the transaction, because it takes its time. */
  look(write: ImportWrite): Promise<void>;
  apply(write: ImportWrite, rev: number): void;
}

/** What the end of a journal would say whose writer died. */
export function unfinishedImport(import_id: string): ImportWrite {
  const payload = Buffer.from(JSON.stringify({ whole: false }));
  return { kind: 'imported', import_id, record: 'import_end', payload, segment: 0, payloadOffset: 0 };
}

const LINE_END = 10;
/** Of each side of a call so much is searchable. */
const WORDS_CHARS = 16 * 1024;

type Read = { readonly call: ImportedCall; readonly place: ImportedPlace; readonly words: ImportedWords };

export function createImportWrites(
  database: Database,
  writer: Writer,
  keys: ComparisonKeys,
  redactor: Redactor,
  note: (sentence: string) => void,
): ImportWrites {
  const rows = createImportRows(database, writer);
  const begun = new WeakMap<ImportWrite, ImportRecord>();
  const calls = new WeakMap<ImportWrite, Read>();
  /** Imports whose records were checked by the schemas of this version before they were written. */
  const checked = new Set<string>();

  const words = async ({ call, frames }: ImportedCall, texts: Buffer): Promise<ImportedWords> => {
    const textOf = (role: 'request' | 'response') => {
      const frame = frames.find((one) => one.role === role);
      if (!frame || frame.length === null || (frame.kept !== 'full' && frame.kept !== 'head')) return null;
      return { whole: frame.kept === 'full', text: texts.toString('utf8', frame.offset, frame.offset + frame.length) };
    };
    const request = textOf('request');
    const response = textOf('response');
    const asked = request?.whole ? parsed(request.text) : undefined;
    const answer = response?.whole ? parsed(response.text) : undefined;
    const params = jsonMember(asked, 'params');
    const input =
      call.method === 'tools/call' || call.method === 'prompts/get' ? jsonMember(params, 'arguments') : params;
    const shown = [request, response].map((one) => one?.text.slice(0, WORDS_CHARS) ?? null);
    const masked = await redactor.redact(shown.map((one) => one ?? ''));
    return {
      args_key: asked === undefined ? null : keys.of(input ?? null, call.workspace),
      result_key:
        answer === undefined
          ? null
          : keys.of(jsonMember(answer, 'error') ?? jsonMember(answer, 'result') ?? null, call.workspace),
      request: shown[0] === null ? null : (masked[0]?.text ?? null),
      response: shown[1] === null ? null : (masked[1]?.text ?? null),
    };
  };

  return {
    async look(write) {
      if (write.record === 'import') {
        const record = read(IMPORTED_SCHEMA.import, write.payload, false);
        if (record) begun.set(write, record);
        if (record?.shape === importShape()) checked.add(write.import_id);
      }
      if (write.record !== 'import_call') return;
      const { head, place, rest } = firstLine(write);
      const call = head && read(IMPORTED_SCHEMA.import_call, head, checked.has(write.import_id));
      if (!call) return;
      calls.set(write, { call, place, words: await words(call, rest) });
    },
    apply(write, rev) {
      const { import_id, record, payload } = write;
      const isChecked = checked.has(import_id);
      switch (record) {
        case 'import': {
          const first = begun.get(write);
          const reason = first?.import_id === import_id ? rows.begin(first, rev) : null;
          if (reason !== null) note(`${importRefused(import_id)}${reason}.`);
          return;
        }
        case 'import_call': {
          const found = calls.get(write);
          if (found) rows.call(import_id, found.call, found.place, found.words);
          return;
        }
        case 'import_frames': {
          const { head, place } = firstLine(write);
          const loose = head && read(IMPORTED_SCHEMA.import_frames, head, isChecked);
          if (loose) rows.frames(import_id, loose.frames, place);
          return;
        }
        case 'import_denial': {
          const denial = read(IMPORTED_SCHEMA.import_denial, payload, isChecked);
          if (denial) rows.denial(import_id, denial);
          return;
        }
        case 'import_finding': {
          const finding = read(IMPORTED_SCHEMA.import_finding, payload, isChecked);
          if (finding) rows.finding(import_id, finding);
          return;
        }
        case 'import_capture': {
          const capture = read(IMPORTED_SCHEMA.import_capture, payload, isChecked);
          if (capture) rows.capture(import_id, capture, rev);
          return;
        }
        case 'import_end': {
          const end = read(IMPORTED_SCHEMA.import_end, payload, isChecked);
          rows.end(import_id, end?.whole === true);
          return;
        }
        default:
        // A later version's kind of record is skipped, not refused.
      }
    },
  };
}

/** A payload's line of JSON and the bytes behind it, with their place in the journal; null where there is no such line. */
function firstLine({ payload, payloadOffset, segment }: ImportWrite): {
  head: Buffer | null;
  place: ImportedPlace;
  rest: Buffer;
} {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const end = bytes.indexOf(LINE_END);
  const rest = bytes.subarray(end + 1);
  const place = { segment, start: payloadOffset + end + 1, line: end + 1 };
  return { head: end < 0 ? null : bytes.subarray(0, end), place, rest };
}

/** @param isChecked it was checked by this schema before it was written */
function read<T>(schema: RecordSchema<T>, payload: Uint8Array, isChecked: boolean): T | null {
  try {
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
    if (isChecked) {
      const record: T = JSON.parse(text);
      return record;
    }
    const value: unknown = JSON.parse(text);
    return schema.safeParse(value).data ?? schema.safeParse(completed(schema, value)).data ?? null;
  } catch {
    return null;
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

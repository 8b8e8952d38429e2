/** A call with its arguments and its result as the detail pane shows them: masked, readable and bounded. */
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import { bodyTexts } from './model/bodyTexts.ts';
import type { Json } from './model/json.ts';
import { jsonMember } from './model/jsonMember.ts';
import type { CallDetail, Transport } from './protocol/callDetail.ts';
import type { Call } from './protocol/record.ts';
import { segmentName } from './protocol/segment.ts';
import type { Redactor } from './redact/redactor.ts';
import type { CallFrame, CallFrames } from './store/callQueries.ts';

/** A pane shows so many characters of each side. */
const SHOWN_CHARS = 256 * 1024;
/** Larger frames are shown as the beginning of their text. */
const PARSED_BYTES = 1024 * 1024;

interface Body {
  /** Masked; undefined where the frame is too large or no JSON. */
  readonly value?: Json;
  /** The message's id as JSON text, as it stands on the wire: not to be shown. */
  readonly id?: string | null;
  /** Masked; the beginning of a large frame. null where the journal no longer has it. */
  readonly text: string | null;
  readonly cut: boolean;
}

export async function readDetail(
  places: BodyPlaces,
  redactor: Redactor,
  call: Call,
  { journal_id, join, frames }: CallFrames,
  /** How it travelled; asked with the request's id as JSON text, null where it could not be read. */
  transportOf: (idText: string | null, sentMono: number) => Transport | null,
  altered: CallDetail['altered'],
): Promise<CallDetail> {
  const gone: CallDetail['gone'] = [];
  const read = async (role: 'request' | 'response'): Promise<Body> => {
    const found = frames.find((one) => one.role === role);
    if (!found) return { text: null, cut: false };
    const { frame } = found;
    const isWhole = frame.byteLength <= PARSED_BYTES;
    const bytes = readFrame(places, journal_id, frame, 0, isWhole ? frame.byteLength : SHOWN_CHARS);
    if (!bytes) {
      gone.push({ role, file: fileOf(journal_id, frame) });
      return { text: null, cut: false };
    }
    const text = Buffer.from(bytes).toString('utf8');
    if (isWhole) {
      const value = parseMessage(text, frame.key);
      if (value !== undefined)
        return { value: (await redactor.redactJson(value)).value, id: idText(value), text: null, cut: false };
    }
    const [masked] = await redactor.redact([text]);
    return { text: masked?.text ?? null, cut: !isWhole };
  };
  const request = await read('request');
  const response = await read('response');
  const texts = bodyTexts(call.method, request, response);
  return {
    call,
    arguments: cut(texts.arguments),
    result: cut(texts.result),
    result_truncated: response.cut || (texts.result?.length ?? 0) > SHOWN_CHARS,
    error: cut(texts.error),
    join,
    gone,
    transport: transportOf(request.id ?? null, frames[0]?.frame.mono ?? 0),
    altered,
    frames: frames.map(({ role, frame }) => ({
      key: frame.key,
      role,
      direction: frame.direction,
      at: frame.at,
      byte_length: frame.byteLength,
    })),
  };
}

/** A large frame has a copy of its own; what holds a frame in pieces is named by its first. */
function fileOf(connectionId: string, { artifact, spans }: CallFrame['frame']): string {
  if (artifact !== null) return `artifacts/${artifact}`;
  return `journal/${segmentName(connectionId, spans[0]?.segment ?? 0)}`;
}

function idText(message: Json): string | null {
  const id = jsonMember(message, 'id');
  return typeof id === 'string' || typeof id === 'number' ? JSON.stringify(id) : null;
}

function cut(text: string | null): string | null {
  return text === null ? null : text.slice(0, SHOWN_CHARS);
}

/** The message of this frame key: of a batch, one of several. */
export function parseMessage(text: string, key: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    const index = /-(\d+)$/.exec(key)?.[1];
    return index === undefined ? value : jsonMember(value, index);
  } catch {
    return undefined;
  }
}

/**
 * The second stage of ingesting: reads the bodies that the first one left alone, masks their secrets, and writes what
 * lists and searches show of them. Works in small batches, so that the first stage never waits long.
 */

import { errorOfIdentity } from './classify/errorOfIdentity.ts';
import { createTokenCounter, type TokenCounter } from './classify/tokenCounter.ts';
import { type CallClassifier, createCallClassifier, JUDGED_KINDS, type MessageBody } from './classifyCall.ts';
import { type ComparisonKeys, comparisonKeys } from './comparisonKeys.ts';
import type { Ingest } from './ingestJournal.ts';
import { createFrameFiles, type FrameFiles } from './journal/frameFiles.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { argumentSummary } from './model/argumentSummary.ts';
import type { Json } from './model/json.ts';
import { jsonMember } from './model/jsonMember.ts';
import type { FrameRef } from './protocol/events.ts';
import { readDecision } from './readDecision.ts';
import { readListing } from './readListing.ts';
import type { Redactor } from './redact/redactor.ts';
import { requestIdKey } from './requestIdKey.ts';
import { completeRetries } from './store/changedRetries.ts';
import type { Database } from './store/database.ts';
import { hasEvidence } from './store/evidenceRows.ts';
import { judgeFollowers } from './store/fileStateRows.ts';
import { type LaneUse, noteLanes } from './store/laneRows.ts';
import { keepListing, type Listing } from './store/listings.ts';
import { type BodyTask, type BodyWords, bodyTasks, type JudgeRules, writeBodyWords } from './store/secondStage.ts';
import type { Committed, Writer } from './store/writer.ts';
import type { UserSettings } from './userSettings.ts';
import { withRepeats } from './withRepeats.ts';

export interface SecondStageOptions {
  readonly places: BodyPlaces;
  readonly database: Database;
  readonly writer: Writer;
  readonly redactorFor: (connectionId: string) => Redactor;
  readonly keys: ComparisonKeys;
  readonly classifier: CallClassifier;
  readonly tokens: TokenCounter;
}

/**
 * @param machineKey what hashes of content are keyed with; null where there is none
 * @param settings what the user says of prices and of servers' tools
 */
export function secondStageOf(
  ingest: Ingest,
  places: BodyPlaces,
  database: Database,
  machineKey: Uint8Array | null,
  settings: () => UserSettings = () => ({ prices: {}, servers: {} }),
): SecondStageOptions {
  const { writer, redactorFor } = ingest;
  const openOf = (connectionId: string) => ingest.seenAt(connectionId)?.open ?? null;
  const tokens = createTokenCounter();
  const classifier = createCallClassifier({
    places,
    database,
    openOf,
    settings: () => settings().servers,
    machineKey,
    prices: () => settings().prices,
    tokens,
    idKey: (idText) => requestIdKey(machineKey, idText),
  });
  return { places, database, writer, redactorFor, keys: comparisonKeys(machineKey), classifier, tokens };
}

/** Of each side of a call so much is searchable. */
const WORDS_CHARS = 16 * 1024;
const ERROR_CHARS = 500;
const PROGRESS_CHARS = 500;
/** Masking reads more than is kept, and no more than this. */
const MASKED_CHARS = 24 * 1024;
/** Larger frames are not parsed: their first piece is searchable as it stands. */
const PARSE_BYTES = 256 * 1024;
const PIECE_BYTES = 64 * 1024;

/** So many calls are read before others have their turn, and it is asked whether there is something better to do. */
const PIECE_CALLS = 64;

/**
 * Works off at most `limit` calls in one commit; null when none waits. The more calls, the less each costs: they share the
 * commit and what the full-text index writes with it.
 * @param isWanted whether the thread is wanted elsewhere; then what has been read so far is written, and the rest left
 */
export async function readBodies(
  options: SecondStageOptions,
  limit = 100,
  isWanted: () => boolean = () => false,
): Promise<Committed | null> {
  const tasks = bodyTasks(options.database, limit);
  if (tasks.length === 0) return null;
  const found: BodyWords[] = [];
  const listings: Listing[] = [];
  const { writer, database, classifier } = options;
  const files = createFrameFiles(options.places);
  try {
    for (const task of tasks) {
      if (found.length > 0 && found.length % PIECE_CALLS === 0) {
        await new Promise(setImmediate);
        if (isWanted()) break;
      }
      found.push(await readTask(options, files, task));
      const listing = task.method === 'tools/list' && task.response ? await readListing(options, task) : null;
      if (!listing) continue;
      listings.push(listing);
      classifier.listed(task.connection_id, listing.at, new Map(listing.tools.map(({ name, facts }) => [name, facts])));
    }
  } finally {
    files.dispose();
  }
  classifier.settle();
  const rules: JudgeRules = {
    kinds: JUDGED_KINDS,
    complete: (task, key, judged) => withRepeats(database, task, key, judged),
  };
  return writer.commit(
    (rev) => {
      writeBodyWords(database, found, rev, rules);
      noteLanes(database, found.flatMap(laneUse), rev, errorOfIdentity);
      for (const listing of listings) keepListing(database, listing, rev);
      for (const { task, judged } of found) if (judged && isUnfinished(judged)) judgeFollowers(database, task.call);
      const sessions = new Set(found.map(({ task }) => task.session));
      for (const session of sessions) completeRetries(database, session);
      for (const { task } of found) writer.touchSession(task.session);
    },
    () => [],
  );
}

/** It said that it had written, and nothing was there yet. */
function isUnfinished({ evidence }: NonNullable<BodyWords['judged']>): boolean {
  return evidence.error?.rule === 'finding.malformed_success';
}

/** The server's own requests run under nobody's credential. */
function laneUse({ task, judged }: BodyWords): LaneUse[] {
  if (!judged || task.row.event !== 'tool_call') return [];
  const { call, session, session_id, connection_id } = task;
  return [{ call, session, session_id, connection_id, started_at: task.row.started_at, evidence: judged.evidence }];
}

async function readTask(options: SecondStageOptions, files: FrameFiles, task: BodyTask): Promise<BodyWords> {
  const { places, redactorFor, keys, classifier } = options;
  const redactor = redactorFor(task.connection_id);
  const result: { -readonly [K in keyof BodyWords]: BodyWords[K] } = { task };
  const [asked, answered] = [task.request ?? task.judge?.request, task.response ?? task.judge?.response];
  const request = asked ? readBody(files, task.connection_id, asked) : null;
  const response = answered ? readBody(files, task.connection_id, answered) : null;
  let hidden: number | null = null;
  if (task.request && request) {
    const body = request;
    const params = jsonMember(body.value, 'params');
    const input =
      task.method === 'tools/call' || task.method === 'prompts/get' ? jsonMember(params, 'arguments') : params;
    if (body.value !== undefined) {
      result.args_key = keys.of(input ?? null, task.workspace);
      const masked = await redactor.redactJson(bounded(withoutMeta(input)));
      result.summary = argumentSummary(masked.value, task.workspace);
      result.request_words = wordsOf(masked.value);
      result.redacted = masked.count;
      result.redaction_rule = masked.rules.length > 0 ? masked.rules.join(', ') : null;
    } else {
      if (body.text !== null) result.args_key = keys.ofPiece(body.text, task.request.byteLength, task.workspace);
      const text = await maskedText(redactor, body.text);
      result.summary = null;
      result.request_words = text?.text ?? null;
      result.redacted = text?.count ?? 0;
    }
  }
  if (task.response && response) {
    const body = response;
    const error = jsonMember(body.value, 'error');
    const answer = error ?? jsonMember(body.value, 'result');
    if (body.value !== undefined) {
      result.result_key = keys.of(answer ?? null, task.workspace);
      const masked = await redactor.redactJson(bounded(answer ?? null));
      result.response_words = wordsOf(masked.value);
      hidden = masked.count;
      if (task.failed) result.error_message = errorWords(masked.value)?.slice(0, ERROR_CHARS) ?? null;
    } else {
      if (body.text !== null) result.result_key = keys.ofPiece(body.text, task.response.byteLength, task.workspace);
      result.response_words = (await maskedText(redactor, body.text))?.text ?? null;
    }
  }
  if (task.decision) result.decision = await readDecision(places, task.connection_id, task.decision, redactor);
  if (task.progress) {
    const message = jsonMember(
      jsonMember(readBody(files, task.connection_id, task.progress).value, 'params'),
      'message',
    );
    const masked = typeof message === 'string' ? await maskedText(redactor, message) : null;
    result.progress_message = masked?.text.slice(0, PROGRESS_CHARS) ?? null;
  }
  const { row, server } = task;
  if (row.event === 'tool_call' && request?.value !== undefined)
    result.exact_key = keys.exact(server, row.tool ?? '', argumentsOf(request.value));
  // What retention took cannot be judged anew: what was found while it was there stays.
  const isGone = [request, response].some((body) => body?.value === undefined && body?.text === null);
  if (task.judge && request && !(isGone && hasEvidence(options.database, task.call))) {
    const judged = await classifier.classify(task, request, response, redactor);
    const redaction_class = response?.value === undefined ? null : await redactionClass(redactor, response, hidden);
    const output = { ...judged.evidence.output, ...(redaction_class !== null && { redaction_class }) };
    result.judged = { ...judged, evidence: { ...judged.evidence, output } };
  }
  return result;
}

function argumentsOf(message: Json): Json {
  return jsonMember(jsonMember(message, 'params'), 'arguments') ?? null;
}

/** Whether secrets stood in an answer. Null where none was found in its beginning, and the rest was not looked at. */
async function redactionClass(
  redactor: Redactor,
  { value, text }: MessageBody,
  hidden: number | null,
): Promise<'masked' | 'none' | null> {
  const found = hidden ?? (await redactor.redactJson(bounded(value ?? null))).count;
  if (found > 0) return 'masked';
  return text !== null && text.length <= MASKED_CHARS ? 'none' : null;
}

/** A message's parsed value, or (too large, unreadable) the first piece of its text; both absent where it is gone. */
function readBody(files: FrameFiles, connectionId: string, frame: FrameRef): MessageBody {
  const isSmall = frame.byteLength <= PARSE_BYTES;
  const bytes = files.read(connectionId, frame, isSmall ? frame.byteLength : PIECE_BYTES);
  if (!bytes) return { text: null };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!isSmall) return { text };
  try {
    const value: Json = JSON.parse(text);
    const index = /-(\d+)$/.exec(frame.key)?.[1];
    const message = index === undefined ? value : jsonMember(value, index);
    return message === undefined ? { text } : { value: message, text };
  } catch {
    return { text };
  }
}

/** `_meta` names ids and versions; nobody means them when searching. */
function withoutMeta(value: Json | undefined): Json {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '_meta'));
}

/** As much of a value as is going to be shown: what lies beyond is not masked, because it is dropped. */
function bounded(value: Json): Json {
  let left = MASKED_CHARS;
  const visit = (one: Json, depth: number): Json => {
    if (typeof one === 'string') {
      const kept = cut(one, left);
      left -= kept.length;
      return kept;
    }
    if (one === null || typeof one !== 'object') return one;
    if (depth > 100) return null;
    if (Array.isArray(one)) {
      const items: Json[] = [];
      for (const item of one) {
        if (left-- <= 0) break;
        items.push(visit(item, depth + 1));
      }
      return items;
    }
    const members: [string, Json][] = [];
    for (const [name, item] of Object.entries(one)) {
      if (left <= 0) break;
      const key = cut(name, left);
      left -= key.length + 1;
      members.push([key, visit(item, depth + 1)]);
    }
    return Object.fromEntries(members);
  };
  return visit(value, 0);
}

/** At most `limit` characters, and no part of a word at the end: half a secret would not be recognised as one. */
function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, Math.max(0, limit)).replace(/\S+$/, '');
}

/** All texts and numbers of a value, one after the other, names of members included. */
function wordsOf(value: Json): string | null {
  const parts: string[] = [];
  let chars = 0;
  const visit = (one: Json): void => {
    if (chars >= WORDS_CHARS || one === null) return;
    if (typeof one === 'object') {
      for (const [name, item] of Object.entries(one)) {
        if (!Array.isArray(one)) add(name);
        visit(item);
      }
    } else add(String(one));
  };
  const add = (text: string): void => {
    if (chars >= WORDS_CHARS) return;
    const part = text.slice(0, WORDS_CHARS - chars);
    parts.push(part);
    chars += part.length + 1;
  };
  visit(value);
  return parts.length > 0 ? parts.join(' ') : null;
}

/** What an error says: JSON-RPC's message, or a tool error's first text. */
function errorWords(answer: Json): string | null {
  const message = jsonMember(answer, 'message');
  if (typeof message === 'string') return message;
  const content = jsonMember(answer, 'content');
  for (const block of Array.isArray(content) ? content : []) {
    const text: Json | undefined = jsonMember(block, 'text');
    if (typeof text === 'string') return text;
  }
  return null;
}

async function maskedText(redactor: Redactor, text: string | null): Promise<{ text: string; count: number } | null> {
  if (text === null) return null;
  const [masked] = await redactor.redact([cut(text, MASKED_CHARS)]);
  return masked ? { text: masked.text.slice(0, WORDS_CHARS), count: masked.count } : null;
}

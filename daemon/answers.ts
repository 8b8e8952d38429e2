/**
 * Everything that viewers may ask, as functions on a read-only database: heads by SQL, bodies from the journal through
 * the redactor. No statement runs longer than two seconds.
 */

import { readDetail } from './bodies.ts';
import { connectionRedactor } from './connectionRedactor.ts';
import {
  type CallsQuery,
  type DenialsQuery,
  type Resolution,
  type Scope,
  SourceError,
  type WindowQuery,
} from './feed/source.ts';
import { type ShownWindow, type WindowNews, windowNews } from './feed/windowDelta.ts';
import { viewFrame } from './frameText.ts';
import { importedLines } from './importedLines.ts';
import { readOpenRecord } from './journal/readOpenRecord.ts';
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import { parseFilter } from './model/filter.ts';
import { diffCaptures } from './model/harnessDiff.ts';
import type { SessionList } from './protocol/api.ts';
import type { CallDetail, FrameView, Transport } from './protocol/callDetail.ts';
import type {
  HarnessList,
  SessionCheckpoints,
  SessionHarness,
  StoredCapture,
  StoredFresh,
} from './protocol/captures.ts';
import type { ComparedHeads, HarnessDiff, RunComparison } from './protocol/comparison.ts';
import type { Denial, DenialList, LaneList, ServerContract } from './protocol/denial.ts';
import type { SessionHead, TreeRow } from './protocol/feed.ts';
import type { Call } from './protocol/record.ts';
import type { SessionSummary } from './protocol/summary.ts';
import type { ToolListing } from './protocol/toolListing.ts';
import { readAltered, refusedAltered } from './readAltered.ts';
import { readSpanText } from './readSpanText.ts';
import { sessionTitle } from './record/sessionTitle.ts';
import type { Redactor } from './redact/redactor.ts';
import { requestIdKey } from './requestIdKey.ts';
import { compareRuns } from './runDiff.ts';
import { sessionLanes } from './sessionLanes.ts';
import { alteredAnswer } from './store/alteredRows.ts';
import { callFrames, callsAfter, firstOf, readCall } from './store/callQueries.ts';
import { listHarness, readCapture, readFresh, sessionHarness } from './store/captureQueries.ts';
import { sessionCheckpoints } from './store/checkpointRows.ts';
import { comparedHeads } from './store/comparisonQueries.ts';
import { connectionSeen } from './store/connectionRows.ts';
import { serverContract } from './store/contractQueries.ts';
import { type Counts, countEverything } from './store/counts.ts';
import { type Database, TimeLimitError } from './store/database.ts';
import { denialOfCall, listDenials } from './store/denialQueries.ts';
import { exchangesOf, urlOf } from './store/exchangeRows.ts';
import { filterSql } from './store/filterSql.ts';
import { resolveCall, resolveHarness, resolveSession } from './store/resolve.ts';
import { listSessions, sessionHeads } from './store/sessionQueries.ts';
import { sessionSummary } from './store/summaryQueries.ts';
import { toolListing } from './store/toolListing.ts';
import { type Condition, treeAfter, treeWindow } from './store/treeQueries.ts';

const STATEMENT_MS = 2000;
/** So much of a dead server's stderr is shown. */
const LAST_WORDS_CHARS = 4000;
const TREE_BATCH = 1000;
const CALL_BATCH = 500;
const REDACTORS_LIMIT = 100;
const RESOLVERS = { session: resolveSession, call: resolveCall, harness: resolveHarness };

export interface Answers {
  counts(): Counts;
  sessions(scope: Scope, limit: number | null): SessionList;
  sessionHeads(ids: readonly string[], listLimit?: number): SessionHead[];
  resolve(kind: 'session' | 'call' | 'harness', text: string, scope: Scope): Resolution;
  /** @param shown as the viewer has it; null: nothing yet */
  window(query: WindowQuery, shown: ShownWindow | null): WindowNews;
  /** `after` is the last batch's `place`, at first ''. */
  tree(
    sessionId: string,
    everything: boolean,
    filter: string,
    after: string,
  ): { rows: TreeRow[]; place: string | null };
  /** `after` is the last batch's `next`, at first null. */
  calls(query: CallsQuery, after: number | null): { calls: Call[]; next: number | null };
  denials(query: DenialsQuery): DenialList;
  denial(callId: string): Denial | null;
  contract(server: string): ServerContract | null;
  lanes(sessionId: string): LaneList;
  toolListing(callId: string): ToolListing | null;
  sessionHarness(sessionId: string): SessionHarness | null;
  /** Null where there is no such session. */
  summary(sessionId: string): SessionSummary | null;
  /** Null where there is no such session. */
  checkpoints(sessionId: string): SessionCheckpoints | null;
  harnessList(scope: Scope, limit: number | null): HarnessList;
  /** @param id `cap_…`, `hv_…` or `ses_…` */
  capture(id: string): StoredCapture | null;
  fresh(freshId: string): StoredFresh | null;
  harnessDiff(a: string, b: string): HarnessDiff | null;
  /** Null where one of the two sessions is not there. */
  runDiff(a: string, b: string): Promise<RunComparison | null>;
  comparedHeads(callIds: readonly string[]): ComparedHeads;
  call(callId: string): Call | null;
  detail(callId: string): Promise<CallDetail | null>;
  frame(
    callId: string,
    key: string,
    options: { raw: boolean; offset: number; limit: number },
  ): Promise<FrameView | null>;
}

export function createAnswers(options: {
  database: Database;
  places: BodyPlaces;
  redactor: Redactor;
  machineKey: Uint8Array | null;
}): Answers {
  const { database, places, redactor, machineKey } = options;
  const readLine = importedLines(places);
  const redactors = new Map<string, Redactor>();
  const redactorFor = (connectionId: string): Redactor => {
    const known = redactors.get(connectionId);
    if (known) return known;
    if (redactors.size > REDACTORS_LIMIT) redactors.clear();
    const made = connectionRedactor(redactor, machineKey, readOpenRecord(places.journal, connectionId));
    redactors.set(connectionId, made);
    return made;
  };
  const within = <T>(work: () => T): T => {
    try {
      return database.limited(STATEMENT_MS, work);
    } catch (error) {
      if (error instanceof TimeLimitError)
        throw new SourceError('too_slow', 'This takes too long; a narrower filter helps.');
      throw error;
    }
  };

  /** What a dead server said at last, masked; null where it said nothing, or that is gone. */
  const lastWords = async (connectionId: string): Promise<string | null> => {
    const { stderr } = within(() => connectionSeen(database, connectionId));
    const text = readSpanText(places, connectionId, stderr);
    const [masked] = text === null ? [] : await redactorFor(connectionId).redact([text.slice(-LAST_WORDS_CHARS)]);
    return masked?.text ?? null;
  };

  const detail = async (callId: string): Promise<CallDetail | null> => {
    const call = within(() => readCall(database, callId, readLine));
    const frames = within(() => callFrames(database, callId, readLine));
    if (!call || !frames) return null;
    const { connection_id } = frames;
    const transportOf = (idText: string | null, sentMono: number): Transport | null =>
      within(() => {
        const url = urlOf(database, connection_id);
        const key = idText === null ? null : requestIdKey(machineKey, idText);
        const list = url === null || key === null ? [] : exchangesOf(database, connection_id, key, sentMono);
        const exchanges = list.map(({ mono, id_key, ...one }) => ({ ...one, sent_ms: Math.max(0, mono - sentMono) }));
        return url === null ? null : { url, exchanges };
      });
    const answer = frames.frames.find(({ role }) => role === 'response')?.frame.key;
    const place = answer === undefined ? null : within(() => alteredAnswer(database, connection_id, answer));
    const redactor = redactorFor(connection_id);
    const altered = place ? await readAltered(places, redactor, connection_id, place) : refusedAltered(call);
    const found = await readDetail(places, redactor, call, frames, transportOf, altered);
    const last_words = call.error?.error_class === 'server_crashed' ? await lastWords(connection_id) : null;
    return last_words === null ? found : { ...found, last_words };
  };

  return {
    counts: () => countEverything(database),
    sessions: (scope, limit) => within(() => listSessions(database, scope, limit, sessionTitle)),
    sessionHeads: (ids, listLimit) => within(() => sessionHeads(database, ids, sessionTitle, listLimit)),
    resolve: (kind, text, scope) => within(() => RESOLVERS[kind](database, text, scope)),
    window(query, shown) {
      const answer = within(() => treeWindow(database, { ...query, condition: conditionOf(query.filter) }));
      if (!answer) throw new SourceError('not_found', `There is no session ${query.session_id}.`);
      return windowNews(shown, answer);
    },
    tree(session_id, everything, filter, after) {
      const condition = conditionOf(filter);
      return within(() => treeAfter(database, { session_id, everything, condition }, after, TREE_BATCH));
    },
    calls(query, after) {
      const question = { ...query, condition: conditionOf(query.filter) };
      return within(() => callsAfter(database, question, after ?? firstOf(database, question), CALL_BATCH, readLine));
    },
    denial: (callId) => within(() => denialOfCall(database, callId)),
    contract: (server) => within(() => serverContract(database, server)),
    lanes: (sessionId) => within(() => sessionLanes(database, places.journal, sessionId)),
    toolListing: (callId) => within(() => toolListing(database, callId)),
    denials: (query) => within(() => listDenials(database, query)),
    sessionHarness: (sessionId) => within(() => sessionHarness(database, sessionId)),
    summary: (sessionId) => within(() => sessionSummary(database, sessionId, sessionTitle)),
    checkpoints: (sessionId) => within(() => sessionCheckpoints(database, sessionId)),
    harnessList: (scope, limit) => within(() => listHarness(database, scope, limit)),
    capture: (id) => within(() => readCapture(database, id)),
    fresh: (freshId) => within(() => readFresh(database, freshId)),
    harnessDiff(a, b) {
      const [one, other] = within(() => [readCapture(database, a), readCapture(database, b)]);
      return one && other ? { a, b, differences: diffCaptures(one.capture, other.capture) } : null;
    },
    async runDiff(a, b) {
      const there = within(() => sessionHeads(database, [...new Set([a, b])], sessionTitle));
      return there.length === new Set([a, b]).size ? compareRuns({ database, detail, within }, a, b) : null;
    },
    comparedHeads: (callIds) => ({ heads: within(() => comparedHeads(database, callIds)) }),
    call: (callId) => within(() => readCall(database, callId, readLine)),
    detail,
    async frame(callId, key, options) {
      const frames = within(() => callFrames(database, callId, readLine));
      const found = frames?.frames.find(({ frame }) => frame.key === key);
      if (!frames || !found) return null;
      const read = (offset: number, limit: number) => readFrame(places, frames.journal_id, found.frame, offset, limit);
      return viewFrame(found, read, redactorFor(frames.connection_id), options);
    },
  };
}

function conditionOf(filter: string): Condition {
  const parsed = parseFilter(filter);
  if (parsed.kind === 'error') throw new SourceError('bad_filter', parsed.error.message);
  return filterSql(parsed.filter);
}

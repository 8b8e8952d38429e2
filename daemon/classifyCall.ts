/**
 * What one call meant: gathers what was seen of it from its bodies, its connection and its server's list of tools, has the
 * parts in classify/ judge it, and joins what they find. Called by the second stage; the same call judged again gives
 * the same.
 */
import type { CallFacts, ConnectionSeen } from './classify/callFacts.ts';
import { classifyCost } from './classify/classifyCost.ts';
import { createCredentialPart } from './classify/classifyCredential.ts';
import { classifyDataUse } from './classify/classifyDataUse.ts';
import { classifyEffects } from './classify/classifyEffects.ts';
import { classifyLimits } from './classify/classifyLimits.ts';
import { classifyOperation } from './classify/classifyOperation.ts';
import { classifyOutput } from './classify/classifyOutput.ts';
import { createShapesPart } from './classify/classifyShapes.ts';
import { effectFindings } from './classify/effectFindings.ts';
import { errorOfCall } from './classify/errorOfCall.ts';
import { errorOfFindings } from './classify/errorOfFindings.ts';
import type { CallFiles } from './classify/fileChanges.ts';
import type { FoundFinding } from './classify/foundFinding.ts';
import type { TokenCounter } from './classify/tokenCounter.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { keyedHash } from './keyedHash.ts';
import { maskEvidence } from './maskEvidence.ts';
import type { Json } from './model/json.ts';
import { jsonMember } from './model/jsonMember.ts';
import { mergeEvidence } from './model/mergeEvidence.ts';
import { type ServerFacts, serverFacts } from './model/toolCatalog.ts';
import type { Span } from './protocol/events.ts';
import type { CallEvidence } from './protocol/evidence.ts';
import { AlteredRecord, type OpenRecord } from './protocol/journal.ts';
import type { Prices } from './protocol/settings.ts';
import type { ToolFacts } from './protocol/toolFacts.ts';
import type { ServerSettings, ToolSettings } from './protocol/toolSettings.ts';
import type { FindingKind } from './protocol/trail.ts';
import { credentialFingerprint } from './proxy/httpFacts.ts';
import { rawDecision } from './readDecision.ts';
import { readFileStates } from './readFileStates.ts';
import { readSpanText } from './readSpanText.ts';
import type { Redactor } from './redact/redactor.ts';
import { alteredAnswer } from './store/alteredRows.ts';
import { connectionSeen } from './store/connectionRows.ts';
import type { Database } from './store/database.ts';
import { listedTools } from './store/evidenceRows.ts';
import { exchangesOf } from './store/exchangeRows.ts';
import { followsUnfinished, isRaced, type Looks, looksOf, racesOf } from './store/fileStateRows.ts';
import { placeOfJudgement } from './store/judgement.ts';
import type { BodyTask } from './store/secondStage.ts';

export interface ClassifierOptions {
  readonly places: BodyPlaces;
  readonly database: Database;
  /** What the connection's proxy saw when it opened; null where retention took it. */
  readonly openOf: (connectionId: string) => OpenRecord | null;
  /** Keys what is hashed of content and credentials; null where there is none. */
  readonly machineKey: Uint8Array | null;
  /** What the user says that calls cost. */
  readonly prices: () => Prices;
  readonly tokens: TokenCounter;
  /** Stands for a JSON-RPC id, given as JSON text, in the database. */
  readonly idKey: (idText: string) => string;
  /** What the user says of servers' tools, by the server's name. */
  readonly settings: () => Readonly<Record<string, ServerSettings>>;
}

/** A side of a call: its message, or where that is not parsed the beginning of its text. */
export interface MessageBody {
  readonly value?: Json;
  readonly text: string | null;
}

export interface CallClassifier {
  /** Masked. @param response null where there is none */
  classify(task: BodyTask, request: MessageBody, response: MessageBody | null, redactor: Redactor): Promise<Judged>;
  /** A list that is not in the database yet. @param at epoch ms */
  listed(connectionId: string, at: number, tools: ReadonlyMap<string, ToolFacts>): void;
  /** The batch is over: what connections said may have changed by the next. */
  settle(): void;
}

/** What is derived of a call, and what is to be found in it. */
export interface Judged {
  readonly evidence: CallEvidence;
  readonly findings: readonly FoundFinding[];
  /** Calls that were at the same place at the same time. */
  readonly races: readonly number[];
}

/**
 * A part judges what it is about; what parts before it found is handed in. The order is that of what they need: errors
 * and costs ask what was done, repeats ask for all.
 */
type Part = (facts: CallFacts, before: CallEvidence) => CallEvidence;
/** Looks for what is worth a look, once everything is judged. */
type Finder = (facts: CallFacts, evidence: CallEvidence) => readonly FoundFinding[];
const FINDERS: readonly Finder[] = [effectFindings];
/** Kinds that come from here only: what is judged again may find less. */
export const JUDGED_KINDS: readonly FindingKind[] = [
  'malformed_success',
  'annotation_lie',
  'unsafe_repeat',
  'retry_storm',
  'loop',
  'credential_expired',
];

/** Of a connection so many lists are looked back at. */
const LISTS = 50;
const CONNECTIONS = 200;

interface Lists {
  readonly at: number;
  readonly tools: ReadonlyMap<string, ToolFacts>;
}

export function createCallClassifier(options: ClassifierOptions): CallClassifier {
  const { places, database, openOf, machineKey, prices, tokens, idKey, settings } = options;
  const parts: readonly Part[] = [
    createCredentialPart({ fingerprint: (credential) => machineKey && credentialFingerprint(machineKey, credential) }),
    createShapesPart(keyedHash(machineKey, 'shape')),
    (facts) => classifyOutput(facts, tokens),
    classifyOperation,
    classifyEffects,
    errorOfCall,
    classifyDataUse,
    classifyLimits,
    (facts) => classifyCost(facts, prices()),
  ];
  const connections = new Map<string, ConnectionSeen>();
  /** What a command line says stays: to look it up in the catalog takes longer than to judge a call. */
  const launched = new WeakMap<OpenRecord, ServerFacts>();
  const lists = new Map<string, Lists[]>();

  const seen = (connectionId: string): ConnectionSeen => {
    const known = connections.get(connectionId);
    if (known) return known;
    const open = openOf(connectionId);
    const { server, introduced, end } = connectionSeen(database, connectionId);
    const facts = (open && launched.get(open)) ?? serverFacts(server, open?.argv ?? [], open?.url ?? null);
    if (open) launched.set(open, facts);
    const made = { connection_id: connectionId, server, introduced, facts, open, end };
    connections.set(connectionId, made);
    return made;
  };
  const lastWords = new Map<string, string | null>();
  /** Read once for all the calls that a server's end took with it. */
  const stderrOf = (connectionId: string): string | null => {
    const known = lastWords.get(connectionId);
    if (known !== undefined) return known;
    const text = readSpanText(places, connectionId, connectionSeen(database, connectionId).stderr);
    lastWords.set(connectionId, text);
    return text;
  };
  const exchangeOf = (connectionId: string, request: MessageBody, sentMono: number): CallFacts['exchange'] => {
    const id = jsonMember(request.value, 'id');
    if (typeof id !== 'string' && typeof id !== 'number') return null;
    const last = exchangesOf(database, connectionId, idKey(JSON.stringify(id)), sentMono).at(-1);
    return last?.status == null ? null : { status: last.status, headers: last.headers };
  };
  const listsOf = (connectionId: string): Lists[] => {
    const known = lists.get(connectionId);
    if (known) return known;
    if (lists.size >= CONNECTIONS) lists.clear();
    const read = listedTools(database, connectionId, LISTS);
    lists.set(connectionId, read);
    return read;
  };

  /** What the agent was given; where the proxy passed another answer on, the server's own beside it. */
  const answerOf = (task: BodyTask, response: MessageBody | null): Pick<CallFacts, 'result' | 'replaced'> => {
    const result = jsonMember(response?.value, 'result');
    const frame = task.method === 'tools/list' ? task.judge?.response : null;
    const place = frame ? alteredAnswer(database, task.connection_id, frame.key) : null;
    const passed = place && passedInstead(places, task.connection_id, place);
    return passed ? { result: jsonMember(passed, 'result'), replaced: result } : { result, replaced: undefined };
  };
  const filesOf = (task: BodyTask, looks: Looks, races: readonly number[]): CallFiles => {
    const read = (place: Span | null) => place && readFileStates(places, task.connection_id, place);
    const after = read(looks.after);
    // A look that was taken for another answer tells nothing of this call.
    const isOwn = after !== null && after.answer !== null && after.answer === task.judge?.response?.key;
    const shared = races.length > 0 || isRaced(database, task.call) || followsUnfinished(database, task.call);
    return { before: read(looks.before), after: isOwn ? after : null, shared };
  };
  const settingsOf = (connectionId: string, tool: string | null): ToolSettings | null => {
    const tools = settings()[seen(connectionId).server]?.tools;
    if (!tools || tool === null) return null;
    const own = Object.hasOwn(tools, tool) ? tools[tool] : undefined;
    return tools['*'] || own ? { ...tools['*'], ...own } : null;
  };

  return {
    async classify(task, request, response, redactor) {
      const { row } = task;
      const params = jsonMember(request.value, 'params');
      const looks = task.looked ? looksOf(database, task.call) : null;
      const races = looks ? racesOf(database, task.call) : [];
      const listed =
        row.tool === null ? undefined : listsOf(task.connection_id).findLast(({ at }) => at <= row.started_at);
      const connection = seen(task.connection_id);
      const overHttp = row.outcome !== 'success' && connection.open?.transport === 'http';
      const facts: CallFacts = {
        call_id: task.call_id,
        session_id: task.session_id,
        connection,
        event: row.event,
        direction: row.direction,
        method: row.method,
        tool: row.tool,
        protocol_version: row.protocol_version,
        started_at: row.started_at,
        duration_ms: row.duration_ms,
        outcome: row.outcome,
        note: row.note,
        layers: row.layers,
        error_code: row.error_code,
        request_bytes: row.request_bytes,
        response_bytes: row.response_bytes,
        workspace: task.workspace,
        params,
        args: row.method === 'tools/call' ? jsonMember(params, 'arguments') : undefined,
        ...answerOf(task, response),
        error: jsonMember(response?.value, 'error'),
        answerText: response && response.value === undefined ? response.text : null,
        exchange: overHttp ? exchangeOf(task.connection_id, request, task.judge?.request.mono ?? 0) : null,
        stderr: row.outcome === 'lost' && connection.end !== null ? stderrOf(task.connection_id) : null,
        listed: (row.tool !== null && listed?.tools.get(row.tool)) || null,
        decision: row.judged === null ? null : rawDecision(places, task.connection_id, placeOfJudgement(row.judged)),
        files: looks && filesOf(task, looks, races),
        settings: settingsOf(task.connection_id, row.tool),
      };
      if (facts.result !== undefined) await tokens.load();
      let evidence: CallEvidence = {};
      for (const part of parts) evidence = mergeEvidence(evidence, part(facts, evidence));
      const found = FINDERS.flatMap((find) => find(facts, evidence));
      const kinds = found.map(({ kind }) => kind);
      if (kinds.length > 0) evidence = { ...evidence, ...errorOfFindings(facts, evidence, kinds) };
      const said = found.length === 0 ? [] : await redactor.redact(found.map((one) => one.evidence));
      const findings = found.map((one, index) => ({ ...one, evidence: said[index]?.text ?? '' }));
      return { evidence: await maskEvidence(evidence, redactor), findings, races };
    },
    listed(connectionId, at, tools) {
      const known = listsOf(connectionId).filter((list) => list.at !== at);
      lists.set(connectionId, [...known, { at, tools }].sort((a, b) => a.at - b.at).slice(-LISTS));
    },
    settle() {
      connections.clear();
      lastWords.clear();
    },
  };
}

const ALTERED_BYTES = 4 * 1024 * 1024;

/** Null where it is gone, or nothing passed. */
function passedInstead(places: BodyPlaces, connectionId: string, place: Span): Json | null {
  const text = place.length > ALTERED_BYTES ? null : readSpanText(places, connectionId, [place]);
  if (text === null) return null;
  try {
    const passed: Json = JSON.parse(AlteredRecord.parse(JSON.parse(text)).after ?? 'null');
    return passed;
  } catch {
    return null;
  }
}

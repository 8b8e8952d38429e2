/**
 * What the user does about policy: stops and releases servers, sessions and credential lanes, accepts a server's tools,
 * and changes the settings. Says which records that makes for the daemon's own journal; settings are changed right here.
 */
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { makeCaptureId } from './base/ids.ts';
import { importedLines } from './importedLines.ts';
import type { OwnRecord } from './journal/daemonJournal.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { type Granted, grantOnce } from './onceGrant.ts';
import { allowChange, denyChange, modeChange, type PolicyChange } from './policyChange.ts';
import { connectionFacts, isFrozenBy } from './policyFacts.ts';
import type { Action } from './protocol/api.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { Freeze, Once, PolicySettings } from './protocol/policy.ts';
import { changedText, openSettings, saveSettings } from './settingsFile.ts';
import { readCall } from './store/callQueries.ts';
import { readContract } from './store/contractRows.ts';
import type { Database } from './store/database.ts';
import { denialOfCall } from './store/denialQueries.ts';
import { type FrozenConnection, frozenConnections, namesConversation, refusedSince } from './store/freezeQueries.ts';
import { isImported, isImportedCall } from './store/importQueries.ts';
import { openFreezes } from './store/policyRows.ts';
import { callNumber } from './store/resolve.ts';

export type PolicyAct = Extract<Action, { act: 'freeze' | 'thaw' | 'accept' | 'allow' | 'deny' | 'mode' }>;

export interface ActContext {
  readonly database: Database;
  /** What the connection's proxy saw when it opened; null where that is gone. */
  readonly openOf: (connectionId: string) => OpenRecord | null;
  readonly places: BodyPlaces;
  readonly now: Date;
}

export interface Acted {
  readonly records: readonly OwnRecord[];
  /** To be put where the proxies look, once it is on record. */
  readonly once?: Once;
  readonly sentence: string;
}

/** What was asked for cannot be done; the message says why. */
export class ActError extends Error {
  readonly code = 'act_refused';
}

const ACTS: ReadonlySet<string> = new Set([
  'freeze',
  'thaw',
  'accept',
  'allow',
  'deny',
  'mode',
] satisfies PolicyAct['act'][]);

export function isPolicyAct(action: { readonly act: string }): action is PolicyAct {
  return ACTS.has(action.act);
}

/** @throws ActError */
export function policyAct(action: PolicyAct, context: ActContext): Acted {
  refuseForeign(action, context.database);
  switch (action.act) {
    case 'freeze':
      return freeze(action, context);
    case 'thaw':
      return thaw(action, context);
    case 'accept':
      return accept(action, context);
    case 'allow':
      return action.once ? allowOnce(action.call_id, context) : allow(action.call_id, context);
    case 'deny':
      return deny(action.call_id, context);
    case 'mode':
      return saved(() => modeChange(action.mode, action.server, action.rule));
    default:
      return action satisfies never;
  }
}

/** What was imported ran somewhere else: nothing here is about it. */
function refuseForeign(action: PolicyAct, database: Database): void {
  const isSession = 'kind' in action && action.kind === 'session';
  const foreign = isSession
    ? isImported(database, action.target)
    : 'call_id' in action && isImportedCall(database, callNumber(database, action.call_id) ?? -1);
  if (foreign) throw new ActError('It was imported: it ran on another machine, and nothing here can be done to it.');
}

/** As calls name it, with a fingerprint or without; or the name of a variable or header with its fingerprint. */
const LANE =
  /^[^#\s]{1,300}#[0-9a-f]{4,64}$|^[^#\s/]{1,300}(?:_(?:local|anonymous|auto|managed)|\/(?:env|argv|header|url|meta):[^#\s]{1,200})$/;

function freeze({ kind, target, reason }: Extract<PolicyAct, { act: 'freeze' }>, context: ActContext): Acted {
  const { database, now } = context;
  const already = openFreezes(database).find((one) => one.kind === kind && one.target === target);
  if (already)
    return { records: [], sentence: `${kind} ${target} is frozen already, since ${already.at} by ${already.by}` };
  if (kind === 'lane' && !LANE.test(target))
    throw new ActError(
      `A lane is what callgrove call shows of it, such as github/env:GITHUB_TOKEN#3f9a1c02, or ENV_NAME#fingerprint, not ${target.slice(0, 100)}.`,
    );
  const concerned = concernedBy(kind, target, context);
  if (kind === 'session' && concerned.length === 0) throw new ActError(`There is no session ${target}.`);
  const record: Freeze = {
    freeze_id: makeCaptureId('frz', now.getTime(), randomBytes(10)),
    kind,
    target,
    processes: kind === 'session' ? processesOf(concerned, context) : [],
    by: who(),
    reason,
    at: now.toISOString(),
  };
  const sessions = [...new Set(concerned.map(({ session_id }) => session_id))].slice(0, 1000);
  const running = concerned.filter(({ open }) => open).length;
  const where = `${running} running ${running === 1 ? 'connection' : 'connections'}`;
  return {
    records: [['freeze', { freeze: record, sessions }]],
    sentence: `${kind} ${target} is frozen: the next request is refused (${where} now)${kind === 'session' ? `; ${whatStops(database, target)}` : ''}`,
  };
}

/** A session's requests are told apart where the host names their conversation. */
function whatStops(database: Database, sessionId: string): string {
  return namesConversation(database, sessionId)
    ? 'requests that name another conversation go on, those that name none are refused'
    : 'its host names no conversations, so all that its process asks for is refused';
}

function thaw({ kind, target, reason }: Extract<PolicyAct, { act: 'thaw' }>, { database, now }: ActContext): Acted {
  const held = openFreezes(database).filter((one) => one.kind === kind && one.target === target);
  if (held.length === 0) throw new ActError(`${kind} ${target} is not frozen.`);
  const by = who();
  const lists = held.map((one) => ({ freeze_id: one.freeze_id, refused: refusedSince(database, one) }));
  const calls = lists.flatMap(({ refused }) => refused).reduce((sum, one) => sum + one.calls, 0);
  return {
    records: lists.map((one) => ['thaw', { ...one, by, reason, at: now.toISOString() }] as const),
    sentence: `${kind} ${target} is thawed; ${calls === 0 ? 'nothing was' : calls === 1 ? '1 call was' : `${calls} calls were`} refused meanwhile`,
  };
}

function accept({ server, contract }: Extract<PolicyAct, { act: 'accept' }>, { database, now }: ActContext): Acted {
  const known = readContract(database, contract);
  if (!known) throw new ActError(`No server here listed the tools ${contract}.`);
  const record = { server, contract, tools: known.tools, by: who(), at: now.toISOString() };
  const count = Object.keys(known.tools).length;
  return {
    records: [['accept', record]],
    sentence: `the ${count} tools of ${server} are accepted as they were listed`,
  };
}

function allow(callId: string, { database }: ActContext): Acted {
  const denial = denialOfCall(database, callId);
  if (!denial) throw new ActError(`Nothing was held against ${callId}: there is nothing to allow.`);
  return saved((user) => allowChange(denial, user));
}

function allowOnce(callId: string, { database, places, openOf, now }: ActContext): Acted {
  const serverOf = (connectionId: string) => {
    const open = openOf(connectionId);
    return open && connectionFacts(open, null).server;
  };
  const granted: Granted = grantOnce(callId, { database, places, serverOf, by: who(), now });
  if (granted.kind === 'refused') throw new ActError(granted.reason);
  const { once, sentence } = granted;
  return { records: [['once', { once }]], once, sentence };
}

/** Keeps out what a call reached for, whether anything was held against it or not. */
function deny(callId: string, { database, places }: ActContext): Acted {
  const call = readCall(database, callId, importedLines(places));
  if (!call) throw new ActError(`There is no call ${callId}.`);
  const judged = denialOfCall(database, callId)?.paths.flatMap(({ canonical }) => canonical ?? []) ?? [];
  const path = call.input_summary.canonical_path;
  const paths = judged.length > 0 || path === null ? judged : [path];
  return saved((user) => denyChange({ server: call.server, tool: call.tool, paths }, user));
}

function saved(make: (user: PolicySettings) => PolicyChange): Acted {
  const settings = openSettings();
  if (settings.kind === 'failed') throw new ActError(settings.reason);
  const made = make(settings.policy);
  if (made.kind === 'none') throw new ActError(made.sentence);
  const text = changedText(settings.text, made.edits);
  if (text === null) throw new ActError(`${settings.file} cannot take that change; it stays as it is.`);
  const failed = saveSettings(settings, text);
  if (failed !== null) throw new ActError(failed);
  return { records: [], sentence: `${made.sentence} (${settings.file})` };
}

function concernedBy(kind: Freeze['kind'], target: string, { database, openOf }: ActContext): FrozenConnection[] {
  if (kind !== 'lane') return frozenConnections(database, kind, target);
  const lane = { freeze_id: '', kind, target, processes: [], by: '', reason: null, at: '' };
  return frozenConnections(database, 'lane', target).filter(({ connection_id }) => {
    const open = openOf(connection_id);
    return open !== null && isFrozenBy(lane, open, connectionFacts(open, null));
  });
}

function processesOf(connections: readonly FrozenConnection[], { openOf }: ActContext): string[] {
  const keys = connections.flatMap(({ connection_id }) => {
    const open = openOf(connection_id);
    return open ? [connectionFacts(open, null).process] : [];
  });
  return [...new Set(keys)].slice(0, 100);
}

function who(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

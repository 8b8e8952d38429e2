/**
 * Decides per call which session it belongs to: the agent's process with the conversation that the host named, else the
 * process alone, split where it was silent for half an hour. Ids follow from what decides, so that a rebuilt database
 * has the same. Calls that are part of another (children, tasks) follow that one: their caller does not ask here.
 */
import { createHash } from 'node:crypto';

/** A process that names no conversation and is silent for so long starts a new session. */
export const IDLE_SPLIT_MS = 30 * 60_000;

/** The least active processes beyond this are forgotten; a later call of theirs then counts as after silence. */
export const MAX_PROCESSES = 200;
const MAX_SPELLS = 50;

/** A time without half an hour of silence in it: epoch ms. */
interface Spell {
  from: number;
  to: number;
  readonly session_id: string;
  readonly split: 'idle' | null;
}

/** Plain JSON data: the processes that named no conversation, over all connections. */
export interface SessionState {
  readonly processes: Record<string, Spell[]>;
}

export interface CallOrigin {
  /** The agent's process, beyond reuse of its pid: `process_key` of agentOf. */
  readonly process_key: string;
  readonly conversation_id: string | null;
  /** Epoch ms. */
  readonly at: number;
}

export interface SessionChoice {
  readonly session_id: string;
  readonly conversation_id: string | null;
  readonly split: 'idle' | null;
}

export function newSessionState(): SessionState {
  return { processes: {} };
}

/** The session of a call; `state` is changed. Connections may be told in any order, as long as each is in order. */
export function sessionOf(state: SessionState, origin: CallOrigin): SessionChoice {
  const { process_key, conversation_id, at } = origin;
  if (conversation_id !== null) {
    return { session_id: conversationSession(process_key, conversation_id), conversation_id, split: null };
  }
  const spells = state.processes[process_key] ?? [];
  state.processes[process_key] = spells;
  let spell = spellAt(spells, at);
  if (!spell) {
    const split = spells.length === 0 ? null : 'idle';
    const suffix = split === null ? '' : `\nidle:${Math.floor(at / 60_000)}`;
    spell = { from: at, to: at, session_id: sessionId(`${process_key}${suffix}`), split };
    spells.push(spell);
    // The first stays: it tells that those after it are splits.
    if (spells.length > MAX_SPELLS) spells.splice(1, 1);
    forgetOldest(state);
  }
  extend(spell, at);
  return { session_id: spell.session_id, conversation_id: null, split: spell.split };
}

/** The session of a conversation that the host names: the same in the record and at the proxy. */
export function conversationSession(processKey: string, conversationId: string): string {
  return sessionId(`${processKey}\n${conversationId}`);
}

/** Something that is no new call happened (an answer, progress): the process was not silent. */
export function noteActivity(state: SessionState, process_key: string, at: number): void {
  const spell = spellAt(state.processes[process_key] ?? [], at);
  if (spell) extend(spell, at);
}

function spellAt(spells: readonly Spell[], at: number): Spell | null {
  return spells.findLast(({ from, to }) => at > from - IDLE_SPLIT_MS && at < to + IDLE_SPLIT_MS) ?? null;
}

function extend(spell: Spell, at: number): void {
  spell.from = Math.min(spell.from, at);
  spell.to = Math.max(spell.to, at);
}

function forgetOldest(state: SessionState): void {
  const keys = Object.keys(state.processes);
  if (keys.length <= MAX_PROCESSES) return;
  const lastOf = (key: string) => Math.max(...state.processes[key]!.map(({ to }) => to));
  const byAge = keys.map((key) => ({ key, last: lastOf(key) })).sort((a, b) => a.last - b.last);
  for (const { key } of byAge.slice(0, Math.ceil(MAX_PROCESSES / 10))) delete state.processes[key];
}

function sessionId(key: string): string {
  return `ses_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

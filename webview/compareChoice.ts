/** What can be compared, in words to choose from, and what is compared where nobody has chosen yet. Pure. */

import { ORIGINS } from '../daemon/model/originText.ts';
import { agentName, sessionFace } from '../daemon/model/sessionFace.ts';
import type { CaptureHead, HarnessList } from '../daemon/protocol/captures.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { pairOf } from './address.ts';
import { formatCounted, formatMinute } from './figures.ts';
import { readOf } from './readOf.ts';
import type { State } from './state.ts';
import type { Pair } from './view.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Entries of a drop-down; what is chosen is always among them. */
const MOST = 120;

/** @param chosen ids that must be among them, also where the list does not have them */
export function sessionChoices(sessions: Iterable<SessionHead>, chosen: readonly string[]): Choice[] {
  const all = newestFirst(sessions).map((head) => ({
    value: head.session.session_id,
    label: `${formatMinute(Date.parse(head.session.started_at))}  ${sessionFace(head).title}`,
  }));
  return withChosen(all, chosen);
}

export function captureChoices(list: HarnessList | null, chosen: readonly string[]): Choice[] {
  const all = (list?.captures ?? []).map((head) => ({ value: head.capture_id, label: captureLabel(head) }));
  return withChosen(all, chosen);
}

export function freshChoices(list: HarnessList | null, chosen: readonly string[]): Choice[] {
  const all = (list?.fresh ?? []).map(({ fresh_id, at, ref, root, hidden }) => ({
    value: fresh_id,
    label: `${formatMinute(Date.parse(at))}  ${ref} of ${folderOf(root)}, ${formatCounted(hidden, 'hidden item')}`,
  }));
  return withChosen(all, chosen);
}

/** What the list of captures has brought; null while it is on its way. */
export function listOf(state: State): HarnessList | null {
  const read = readOf(state, { what: 'list' });
  return read?.document?.what === 'list' ? read.document.value : null;
}

/** The last two of a kind that belong together; null where there are no two, or nobody knows yet. */
export function defaultPair(of: Pair['of'], state: State): Pair | null {
  if (of === 'runs') {
    const all = newestFirst(state.sessions.values());
    const b = all.find(({ session }) => session.session_id === state.session) ?? all[0];
    if (!b) return null;
    const earlier = all.filter((one) => one !== b && one.session.started_at <= b.session.started_at);
    const sameAgent = (one: SessionHead) => one.session.workspace === b.session.workspace && nameOf(one) === nameOf(b);
    const a = earlier.find(sameAgent) ?? earlier[0] ?? all.find((one) => one !== b);
    return a ? { of, a: a.session.session_id, b: b.session.session_id } : null;
  }
  const list = listOf(state);
  if (of === 'fresh') return list?.fresh[0] ? { of, fresh: list.fresh[0].fresh_id } : null;
  const workspace = state.session === null ? null : state.sessions.get(state.session)?.session.workspace;
  const captures = (list?.captures ?? []).filter(({ origin }) => origin !== 'fresh');
  const b = captures.find(({ root }) => root === workspace) ?? captures[0];
  const a = captures.find((one) => one !== b && one.root === b?.root);
  return a && b ? pairOf(a.capture_id, b.capture_id, null) : null;
}

/**
 * The capture of the same folder that was taken before this one; null where none is known. One that was taken for the same
 * reason comes first: a session that runs is captured as its files change, in its server's environment.
 */
export function captureBefore(list: HarnessList | null, head: CaptureHead): CaptureHead | null {
  const earlier = (list?.captures ?? []).filter(
    (one) => one.root === head.root && one.origin !== 'fresh' && one.captured_at < head.captured_at,
  );
  return earlier.find(({ origin, agent }) => origin === head.origin && agent === head.agent) ?? earlier[0] ?? null;
}

/** A comparison that was asked for without saying of what takes the last two, as soon as they are known. */
export function withDefaultPair(state: State): State {
  if (state.view.view !== 'compare' || state.view.pair !== null || state.hello === null) return state;
  const pair = defaultPair(state.compareOf, state);
  return pair === null ? state : { ...state, view: { view: 'compare', pair } };
}

function captureLabel({ captured_at, origin, root, harness_id, agent }: CaptureHead): string {
  const who = agent === 'unknown' ? ORIGINS[origin] : `${agent}, ${ORIGINS[origin]}`;
  return `${formatMinute(Date.parse(captured_at))}  ${folderOf(root)}, ${who}, ${harness_id.slice(0, 9)}`;
}

function withChosen(all: readonly Choice[], chosen: readonly string[]): Choice[] {
  const shown = all.slice(0, MOST);
  const absent = chosen.filter((id) => !shown.some(({ value }) => value === id));
  return [...absent.map((id) => all.find(({ value }) => value === id) ?? { value: id, label: id }), ...shown];
}

/** Of those that lists show. */
function newestFirst(sessions: Iterable<SessionHead>): SessionHead[] {
  return [...sessions]
    .filter(({ folded }) => !folded)
    .sort((a, b) => (a.session.started_at < b.session.started_at ? 1 : -1));
}

/** Without its version: another one of the same agent is the same agent. */
const nameOf = (head: SessionHead) => agentName(head).split(' ')[0];
const folderOf = (root: string) => root.split(/[\\/]/).filter(Boolean).at(-1) ?? root;

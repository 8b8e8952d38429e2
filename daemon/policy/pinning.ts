/** Whether a server's tools are still those that the user accepted. What changed is told by tool; the diff is made elsewhere. */
import type { Pinned } from '../protocol/policy.ts';

export interface ContractState {
  /** `unpinned` where nothing was accepted yet: the first list is what a pin begins with. */
  readonly state: 'unpinned' | 'accepted' | 'changed';
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** @param listed name of the tool → digest of its contract */
export function contractState(pinned: Pinned | null, listed: Readonly<Record<string, string>>): ContractState {
  if (pinned === null) return { state: 'unpinned', changed: [], added: [], removed: [] };
  const { tools } = pinned;
  const names = Object.keys(listed);
  const changed = names.filter((name) => Object.hasOwn(tools, name) && tools[name] !== listed[name]);
  const added = names.filter((name) => !Object.hasOwn(tools, name));
  const removed = Object.keys(tools).filter((name) => !Object.hasOwn(listed, name));
  const state = changed.length + added.length + removed.length > 0 ? 'changed' : 'accepted';
  return { state, changed, added, removed };
}

/** A tool is held where it is not as it was accepted; the others go on. */
export function isHeld(state: ContractState, tool: string): boolean {
  return state.state === 'changed' && (state.changed.includes(tool) || state.added.includes(tool));
}

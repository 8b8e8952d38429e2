/**
 * Keeps the sizes of the panes over a reload, in this tab only. What was stored is checked like any input; where the
 * browser allows no storage the sizes last as long as the page.
 */
import type { Panes } from './state.ts';

const KEY = 'callgrove.panes';
/** A pane is never wider than a large screen, nor too narrow to be found again. */
const LEAST_PX = 140;
const MOST_PX = 2000;

/** The sizes as they were left, each one replaced by its default where it is missing or makes no sense. */
export function readPanes(storage: () => Storage, defaults: Panes): Panes {
  let stored: unknown = null;
  try {
    stored = JSON.parse(storage().getItem(KEY) ?? 'null');
  } catch {
    return defaults;
  }
  const size = (name: keyof Panes): number => {
    const px: unknown = typeof stored === 'object' && stored !== null ? Reflect.get(stored, name) : null;
    return typeof px === 'number' && px >= LEAST_PX && px <= MOST_PX ? px : defaults[name];
  };
  return { sessions: size('sessions'), detailWidth: size('detailWidth'), detailHeight: size('detailHeight') };
}

export function keepPanes(storage: () => Storage, panes: Panes): void {
  try {
    storage().setItem(KEY, JSON.stringify(panes));
  } catch {
    // Not allowed, or full: they last as long as the page.
  }
}

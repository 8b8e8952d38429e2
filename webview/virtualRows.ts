/**
 * Which rows of the tree stand on the screen, and keeping the end in sight while it is followed. Owns the scrolling
 * element's listeners; draws nothing. While following, the rows are known before anything is scrolled: each change of
 * the data costs one drawing and one layout, not a drawing, a scroll event and a drawing again.
 */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { type Disposable, toDisposable } from '../daemon/base/lifecycle.ts';

const ROW_PX = 28;

/** Rows drawn above and below what is in sight, so that a scroll does not show empty places. */
const OVERSCAN = 12;

export interface RowsInSight {
  /** `slot` names the element that shows the row. */
  readonly items: readonly { readonly index: number; readonly slot: number; readonly topPx: number }[];
  readonly heightPx: number;
  /** Of the rows in sight; -1 where there are none. */
  readonly first: number;
  readonly last: number;
}

export interface VirtualRows extends Disposable {
  /** Call before drawing; `count` is the number of rows in all. */
  layout(count: number, follow: boolean): RowsInSight;
  /** Call after drawing: binds the scrolling element once it exists, and goes to the end while following. */
  settle(follow: boolean): void;
  scrollToIndex(index: number, align?: 'auto' | 'center'): void;
}

export interface VirtualRowsEvents {
  /** Of what stays in sight above the rows, inside the scrolling element. */
  readonly headPx: number;
  readonly element: () => HTMLElement | null;
  /** The user's own scrolling only. */
  readonly onUserScroll: (where: 'up' | 'end') => void;
  readonly onRedraw: () => void;
}

export function virtualRows(events: VirtualRowsEvents): VirtualRows {
  const { headPx } = events;
  let last = { top: 0, height: 0 };
  let rows = 0;
  /** The height at which the end was last followed; null while it is not. */
  let followedPx: number | null = null;
  let byUser = false;
  let bound: HTMLElement | null = null;
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
    count: 0,
    getScrollElement: events.element,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: ({ scrollRect }) => {
      if (followedPx === null || followedPx !== scrollRect?.height) events.onRedraw();
    },
  });
  const unmount = virtualizer._didMount();
  /** It goes through all rows whenever their number changes: while the end is followed nobody asks it for one. */
  const measure = () => {
    if (virtualizer.options.count !== rows) virtualizer.setOptions({ ...virtualizer.options, count: rows });
  };

  const touched = () => {
    byUser = true;
  };
  const scrolled = () => {
    if (!bound) return;
    const { scrollTop, scrollHeight, clientHeight } = bound;
    // A tree that became shorter scrolls up by itself: that is nobody's wish.
    if (byUser && scrollHeight === last.height) {
      if (scrollTop < last.top - 2) events.onUserScroll('up');
      else if (scrollTop > last.top + 2 && scrollTop + clientHeight >= scrollHeight - 4) events.onUserScroll('end');
    }
    last = { top: scrollTop, height: scrollHeight };
  };
  const released = () => {
    byUser = false;
  };
  const bind = (element: HTMLElement | null) => {
    if (element === bound) return;
    bound?.removeEventListener('scroll', scrolled);
    for (const name of ['wheel', 'touchmove', 'pointerdown']) bound?.removeEventListener(name, touched);
    bound = element;
    bound?.addEventListener('scroll', scrolled, { passive: true });
    for (const name of ['wheel', 'touchmove', 'pointerdown']) bound?.addEventListener(name, touched, { passive: true });
  };

  return {
    layout(count, follow) {
      rows = count;
      followedPx = follow ? (virtualizer.scrollRect?.height ?? null) : null;
      if (followedPx !== null) return endOf(count, followedPx - headPx);
      measure();
      const items = virtualizer.getVirtualItems().map(({ index, start }) => ({
        index,
        slot: index,
        topPx: start - headPx,
      }));
      const { range } = virtualizer;
      const heightPx = virtualizer.getTotalSize();
      return { items, heightPx, first: range?.startIndex ?? -1, last: range?.endIndex ?? -1 };
    },
    settle(follow) {
      bind(events.element());
      virtualizer._willUpdate();
      if (!follow || !bound) return;
      released();
      // Beyond the end: the browser stops at it.
      bound.scrollTop = bound.scrollHeight;
      last = { top: bound.scrollTop, height: bound.scrollHeight };
    },
    scrollToIndex(index, align = 'auto') {
      released();
      measure();
      if (index < 0) virtualizer.scrollToOffset(0);
      else virtualizer.scrollToIndex(index, { align });
    },
    dispose: toDisposable(() => {
      bind(null);
      unmount();
    }).dispose,
  };
}

/**
 * The last rows of `count` as they stand when the end is in sight. `viewPx` is the rows' own part of it. They come in the order of their slots: a new row
 * takes over the element of the one that left at the top, because making elements is most of what a row costs.
 */
function endOf(count: number, viewPx: number): RowsInSight {
  const last = count - 1;
  const slots = Math.ceil(Math.max(0, viewPx) / ROW_PX) + 2;
  const from = Math.max(0, count - slots);
  const items = Array.from({ length: Math.min(slots, count) }, (_, i) => {
    const index = from + i;
    return { index, slot: index % slots, topPx: index * ROW_PX };
  }).sort((a, b) => a.slot - b.slot);
  return { items, heightPx: count * ROW_PX, first: count === 0 ? -1 : Math.min(last, from + 2), last };
}

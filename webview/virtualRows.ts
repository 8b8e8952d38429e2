/**
 * Which rows of the tree stand on the screen, and keeping the end in sight while it is followed. Owns the scrolling
 * element's listeners; draws nothing.
 */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { type Disposable, toDisposable } from '../daemon/base/lifecycle.ts';

const ROW_PX = 28;
/** The heading and the session's own row, which stay in sight above the rows. */
const HEAD_PX = 56;

export interface VirtualRows extends Disposable {
  /** Call before drawing; `count` is the number of rows in all. */
  layout(count: number): {
    readonly items: readonly { readonly index: number; readonly topPx: number }[];
    readonly heightPx: number;
  };
  /** Call after drawing: binds the scrolling element once it exists, and goes to the end while following. */
  settle(follow: boolean): void;
  scrollToIndex(index: number): void;
  pageRows(): number;
}

export interface VirtualRowsEvents {
  readonly element: () => HTMLElement | null;
  readonly onMove: (first: number, last: number) => void;
  /** The user's own scrolling only. */
  readonly onUserScroll: (where: 'up' | 'end') => void;
  readonly onRedraw: () => void;
}

export function virtualRows(events: VirtualRowsEvents): VirtualRows {
  let seen = { first: -1, last: -1 };
  let last = { top: 0, height: 0 };
  let byUser = false;
  let bound: HTMLElement | null = null;
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
    count: 0,
    getScrollElement: events.element,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => events.onRedraw(),
  });
  const unmount = virtualizer._didMount();

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
    layout(count) {
      virtualizer.setOptions({ ...virtualizer.options, count });
      const items = virtualizer.getVirtualItems().map(({ index, start }) => ({ index, topPx: start - HEAD_PX }));
      return { items, heightPx: virtualizer.getTotalSize() };
    },
    settle(follow) {
      bind(events.element());
      virtualizer._willUpdate();
      if (follow && bound) {
        const end = bound.scrollHeight - bound.clientHeight;
        if (Math.abs(bound.scrollTop - end) > 1) {
          released();
          bound.scrollTop = end;
        }
        last = { top: bound.scrollTop, height: bound.scrollHeight };
      }
      const { range } = virtualizer;
      if (range && (range.startIndex !== seen.first || range.endIndex !== seen.last)) {
        seen = { first: range.startIndex, last: range.endIndex };
        events.onMove(seen.first, seen.last);
      }
    },
    scrollToIndex(index) {
      released();
      if (index < 0) virtualizer.scrollToOffset(0);
      else virtualizer.scrollToIndex(index, { align: 'auto' });
    },
    pageRows: () => Math.floor((bound?.clientHeight ?? 0) / ROW_PX),
    dispose: toDisposable(() => {
      bind(null);
      unmount();
    }).dispose,
  };
}

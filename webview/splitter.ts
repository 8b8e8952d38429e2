/** Draws the handle between two panes: dragged with the pointer, moved with the arrow keys. */
import { html, type TemplateResult } from 'lit-html';

export interface SplitterOptions {
  readonly label: string;
  readonly name: string;
  /** The handle's own direction: a vertical one changes a width. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly px: number;
  readonly minPx: number;
  readonly maxPx: number;
  /** 1 where moving right or down makes the pane larger. */
  readonly sign: 1 | -1;
  readonly onResize: (px: number) => void;
}

const STEP_PX = 24;

export function splitter(options: SplitterOptions): TemplateResult {
  const { label, name, orientation, px, minPx, maxPx, sign, onResize } = options;
  const bounded = (value: number) => Math.round(Math.max(minPx, Math.min(maxPx, value)));
  const drag = (start: PointerEvent) => {
    const handle = start.currentTarget;
    if (!(handle instanceof HTMLElement) || start.button !== 0) return;
    start.preventDefault();
    handle.setPointerCapture(start.pointerId);
    const origin = orientation === 'vertical' ? start.clientX : start.clientY;
    const move = (event: PointerEvent) =>
      onResize(bounded(px + sign * ((orientation === 'vertical' ? event.clientX : event.clientY) - origin)));
    const stop = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', stop);
      handle.removeEventListener('pointercancel', stop);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', stop);
    handle.addEventListener('pointercancel', stop);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP_PX, ArrowUp: -STEP_PX, ArrowRight: STEP_PX, ArrowDown: STEP_PX }[event.key];
    const to = event.key === 'Home' ? minPx : event.key === 'End' ? maxPx : by === undefined ? null : px + sign * by;
    if (to === null) return;
    event.preventDefault();
    onResize(bounded(to));
  };
  return html`<div
    class="splitter ${orientation} ${name}" role="separator" tabindex="0" aria-label=${label} aria-orientation=${orientation}
    aria-valuenow=${px} aria-valuemin=${minPx} aria-valuemax=${maxPx}
    @pointerdown=${drag} @keydown=${onKey}
  ></div>`;
}

/**
 * The time axis of a session: where a call's bar stands on it and which marks its header shows. Fractions of the axis
 * only; pixels are the style sheet's business.
 */

/** Start and end in epoch milliseconds; `to` is never before `from`. */
export interface Axis {
  readonly from: number;
  readonly to: number;
}

/** Both are fractions of the axis, 0 to 1. */
export interface Place {
  readonly start: number;
  readonly length: number;
}

export interface Tick {
  /** Fraction of the axis, 0 to 1. */
  readonly at: number;
  readonly label: string;
}

/** On which side of its line a mark's label stands; `none`: the line stands alone. */
export type Side = 'right' | 'left' | 'none';

/** With its label's place in a lane as wide as usual, and in one that has room for every other label. */
export interface LabelledTick extends Tick {
  readonly wide: Side;
  readonly narrow: Side;
}

const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 86_400_000, 172_800_000, 604_800_000,
];

/** Where a span stands; what lies outside the axis is cut, what has no end yet runs to the axis' end. */
export function placeOnAxis(axis: Axis, startMs: number, durationMs: number | null): Place {
  const span = Math.max(1, axis.to - axis.from);
  const start = clamp((startMs - axis.from) / span);
  const end = durationMs === null ? 1 : clamp((startMs + durationMs - axis.from) / span);
  return { start, length: Math.max(0, end - start) };
}

/** The smallest axis that holds all the spans; null where there are none. */
export function axisAround(spans: Iterable<{ readonly startMs: number; readonly endMs: number }>): Axis | null {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of spans) {
    from = Math.min(from, startMs);
    to = Math.max(to, endMs);
  }
  return from <= to ? { from, to: Math.max(to, from + 1) } : null;
}

/**
 * Round marks from the axis' start, at most `most` of them, so that their labels do not touch.
 * @param originMs what the labels count from: the session's start
 */
export function axisTicks(axis: Axis, most: number, originMs: number = axis.from): Tick[] {
  const span = Math.max(1, axis.to - axis.from);
  const step = STEPS_MS.find((ms) => span / ms <= Math.max(1, most)) ?? Math.ceil(span / Math.max(1, most));
  const ticks: Tick[] = [];
  const first = Math.ceil((axis.from - originMs) / step) * step;
  for (let offset = first; offset + originMs <= axis.to; offset += step) {
    ticks.push({ at: (offset + originMs - axis.from) / span, label: tickLabel(offset, step) });
  }
  return ticks;
}

/** Behind this fraction a label has no room before the lane's end. */
const END = 0.9;
const NARROW_END = 0.65;
/** Room for two labels, of which the second one stands to the left of its line. */
const CROWDED = 0.5;
/** A label to the left of its line with less before it seems to be the line's before. */
const NARROW_CROWDED = 0.6;

/** Places labels where they do not touch, and do not seem to be another line's. */
export function labelled(ticks: readonly Tick[]): LabelledTick[] {
  // Every other one, unless only the first would be left.
  const each = ticks.some(({ at }, index) => index > 0 && index % 2 === 0 && at <= NARROW_END) ? 2 : 1;
  return ticks.map((tick, index) => {
    const { at } = tick;
    const before = at - (ticks[index - 1]?.at ?? 0);
    const next = ticks[index + 1];
    const crowded = next !== undefined && next.at > END && next.at - at < CROWDED;
    const late = before < NARROW_CROWDED ? 'none' : 'left';
    return {
      ...tick,
      wide: at > END ? 'left' : crowded ? 'none' : 'right',
      narrow: at > NARROW_END ? late : index % each === 0 ? 'right' : 'none',
    };
  });
}

/** A fraction as style sheets write it; finer than a pixel of any screen. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(3)}%`;
}

function tickLabel(offsetMs: number, stepMs: number): string {
  if (offsetMs === 0) return '0';
  if (stepMs < 1000 && offsetMs < 1000) return `${offsetMs} ms`;
  if (offsetMs < 60_000) return `${Number((offsetMs / 1000).toFixed(3))} s`;
  const seconds = Math.floor(offsetMs / 1000);
  const rest = stepMs < 1000 ? String((offsetMs % 1000) / 1000).slice(1) : '';
  if (offsetMs < 3_600_000) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}${rest}`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

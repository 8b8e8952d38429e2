/**
 * Puts the scans of a text together: as it stands, with its escapes undone, and what its encoded runs say; in bounded
 * pieces. What counts as a secret is decided by the scans.
 */
import { isCredentialName } from '../model/credentialNames.ts';
import { scanAssignments } from './assignments.ts';
import { scanEncoded } from './encoded.ts';
import { type Decoded, evenLineEnds, undoEscapes } from './escapes.ts';
import type { Finding } from './finding.ts';
import type { KnownValues } from './knownValues.ts';
import { scanPayments } from './payments.ts';
import { scanUrls } from './urls.ts';

export type Scan = (text: string, into: Finding[]) => void;
/** @param continued the text is the later piece of a longer one */
export type PieceScan = (text: string, into: Finding[], continued: boolean) => void;
/** A text as another reader would read it; null where that is no other. */
export type View = (text: string) => Decoded | null;

/** A text is scanned in pieces of this many characters, each with so many of the one before. */
export const PIECE_CHARS = 256 * 1024;
const OVERLAP_CHARS = 32 * 1024;
const LAYERS = 2;

export interface Strictness {
  /** Looks at every text, decoded ones included. */
  readonly scan: Scan;
  /** Beside the one with JSON's escapes undone. */
  readonly views: readonly View[];
  readonly layers: number;
}

/** @param strict looks further than what stays on the machine is worth */
export function createTextScan(formats: Scan, known: KnownValues | null, strict: Strictness | null = null): PieceScan {
  const isCredential = remembered(isCredentialName);
  const scanPlain = (text: string, into: Finding[], isText: boolean) => {
    formats(text, into);
    if (!isText) return;
    scanAssignments(text, into, isCredential);
    scanPayments(text, into);
    scanUrls(text, into);
    known?.scan(text, into);
    strict?.scan(text, into);
  };
  const views: readonly View[] = [(text) => (text.includes('\\') ? undoEscapes(text) : null), ...(strict?.views ?? [])];
  /** What an encoded run says may be escaped in turn. */
  const scanDecoded = strict
    ? (text: string, into: Finding[], isText: boolean) => {
        scanPlain(text, into, isText);
        for (const view of isText ? views : [])
          throughView(view, text, into, (one, inner) => scanPlain(one, inner, true));
      }
    : scanPlain;
  const scanView = (text: string, into: Finding[], continued: boolean) => {
    const even = evenLineEnds(text);
    scanPlain(even, into, true);
    scanEncoded(even, into, scanDecoded, strict?.layers ?? LAYERS, continued);
  };
  return (text, into, continued) => {
    scanView(text, into, continued);
    for (const view of views) throughView(view, text, into, (one, inner) => scanView(one, inner, continued));
  };
}

const REMEMBERED = 4000;

/** The same judgement, made once for each name of those that come up again and again. */
export function remembered(judge: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const judged = judge(name);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, judged);
    return judged;
  };
}

function throughView(view: View, text: string, into: Finding[], scan: (text: string, into: Finding[]) => void): void {
  const decoded = view(text);
  if (decoded === null) return;
  const inner: Finding[] = [];
  scan(decoded.text, inner);
  for (const { start, end, rule, weight, secret = decoded.text.slice(start, end) } of inner) {
    const found = { start: decoded.offsets[start]!, end: decoded.offsets[end]! };
    into.push({ ...wholeOf(found, decoded), rule, weight, secret });
  }
}

function wholeOf(found: { start: number; end: number }, { wholes }: Decoded): { start: number; end: number } {
  let { start, end } = found;
  for (const whole of wholes ?? []) {
    if (whole.end <= found.start || whole.start >= found.end) continue;
    start = Math.min(start, whole.start);
    end = Math.max(end, whole.end);
  }
  return { start, end };
}

/** Scans a text of any length in pieces, one a step. A finding that a piece cuts off goes on to the end of its word. */
export function* findInPieces(text: string, scan: PieceScan, found: Finding[]): Generator<void> {
  if (text.length <= PIECE_CHARS + OVERLAP_CHARS) {
    scan(text, found, false);
    return;
  }
  for (let from = 0; from < text.length; from += PIECE_CHARS) {
    const to = Math.min(text.length, from + PIECE_CHARS + OVERLAP_CHARS);
    const inPiece: Finding[] = [];
    scan(text.slice(from, to), inPiece, from > 0);
    for (const finding of inPiece) {
      let end = from + finding.end;
      if (end >= to) while (end < text.length && !/[\s"'`<>\\]/.test(text[end]!)) end++;
      found.push({ ...finding, start: from + finding.start, end });
    }
    if (to === text.length) return;
    yield;
  }
}

/** The findings that do not lie within one of the ranges, which are in order. */
export function outside(
  findings: readonly Finding[],
  ranges: readonly { start: number; end: number }[],
): readonly Finding[] {
  if (ranges.length === 0) return findings;
  let at = 0;
  return [...findings]
    .sort((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      while (at < ranges.length && ranges[at]!.end <= start) at++;
      const range = ranges[at];
      return range === undefined || start < range.start || end > range.end;
    });
}

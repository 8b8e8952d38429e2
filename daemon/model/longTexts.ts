/**
 * Long texts that stayed where they were when a document was read: in their place stands a mark that only its reader could
 * write. Whoever looks for something asks here what a mark stands for; most texts are told by their beginning and size.
 */

export interface LongText {
  /** Its first characters, at least {@link HEAD_CHARS} where it has so many. */
  readonly head: string;
  /** It surely has more characters than this. */
  readonly moreThan: number;
  /** Bytes in UTF-8. */
  bytes(): number;
  /** The text itself: this reads it. */
  whole(): string;
}

export interface LongTexts {
  /** Null for a text that stands for itself. */
  of(value: string): LongText | null;
}

export const HEAD_CHARS = 16;

/** Of a document that was read whole. */
export const NO_LONG_TEXTS: LongTexts = { of: () => null };

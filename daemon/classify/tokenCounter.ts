/**
 * Counts tokens with a tokenizer that is named beside each count, and refuses what it would count too slowly: a peer can
 * write whatever it likes. The tokenizer takes 130 ms and some 70 MB, so it is loaded when something is to be counted.
 */

/** OpenAI's of GPT-4o and later. Claude's is not public: for it, this is a measure and no more. */
export const TOKENIZER = 'o200k_base';

export interface TokenCounter {
  /** To be awaited before counting; afterwards it costs nothing. */
  load(): Promise<void>;
  /** Null where it is too long or would take too long, or where nothing was loaded. */
  count(text: string): number | null;
}

/** Of one result no more is counted. */
const COUNTED_CHARS = 256 * 1024;
/** The time that a piece without a joint takes grows with its square: 1 ms at this length, 2 s at 64 KiB. */
const RUN_CHARS = 600;

export function createTokenCounter(): TokenCounter {
  let loading: Promise<void> | null = null;
  let counted: ((text: string) => number) | null = null;
  return {
    load() {
      loading ??= loadTokenizer().then(
        (count) => {
          counted = count;
        },
        () => {},
      );
      return loading;
    },
    count: (text) => (counted === null || !isCountable(text) ? null : counted(text)),
  };
}

const PIECES = 20_000;
const PIECE_CHARS = 40;

/** The same few words come again and again: what each of them counts is kept. */
async function loadTokenizer(): Promise<(text: string) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const { O200K_TOKEN_SPLIT_REGEX: pieces } = await import('gpt-tokenizer/encodingParams/constants');
  // What looks like a control token is a text like any other.
  const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
  const known = new Map<string, number>();
  return (text) => {
    let sum = 0;
    for (const piece of text.match(pieces) ?? []) {
      let count = known.get(piece);
      if (count === undefined) {
        count = countTokens(piece, plain);
        if (known.size >= PIECES) known.clear();
        if (piece.length <= PIECE_CHARS) known.set(piece, count);
      }
      sum += count;
    }
    return sum;
  };
}

const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const MARK = 4;

/** Is it of a bounded length, and does it break into words as texts and data do? */
export function isCountable(text: string): boolean {
  if (text.length > COUNTED_CHARS) return false;
  if (text.length <= RUN_CHARS) return true;
  let [run, kind] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const now = kindOf(text.charCodeAt(at));
    // Digits are taken three at a time, wherever they stand.
    if (now !== kind || now === DIGIT) [run, kind] = [0, now];
    if (++run > RUN_CHARS) return false;
  }
  return true;
}

function kindOf(code: number): number {
  if (code >= 0x80) return isWideMark(code) ? MARK : LETTER;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code <= 0x20) return SPACE;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? LETTER : MARK;
}

/** Punctuation of East Asian texts, which have no spaces. */
function isWideMark(code: number): boolean {
  return (code >= 0x2010 && code <= 0x205e) || (code >= 0x3001 && code <= 0x303f) || (code >= 0xff01 && code <= 0xff20);
}

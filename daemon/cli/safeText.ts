/**
 * Makes text from tools, servers and agents safe to print. Such text is hostile: an escape sequence could move the cursor,
 * retitle the window or hide a line, a bidi mark could turn a path round.
 */

// C0 and C1 controls, soft hyphen, bidi marks and isolates, zero-width characters but the joiner, line and paragraph
// separators, byte-order mark, interlinear marks, tag characters, lone surrogates.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

/** More than four marks on one character only hide the lines above it. */
const PILED = /(\p{M}{4})\p{M}+/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '⏎', '\r': '', '\t': ' ' };

/** Signs that our own texts use; letters of other scripts are content and stay. */
const ASCII: Readonly<Record<string, string>> = {
  '⏎': '\\n',
  '…': '...',
  '·': '-',
  '—': '-',
  '–': '-',
  '→': '->',
  '←': '<-',
  '’': "'",
};
const SIGNS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g');

/** One line: every character that could do more than stand there is replaced by a visible stand-in. */
export function safeLine(text: string, unicode = true): string {
  const shown = text.replace(PILED, '$1').replace(UNSAFE, (character) => {
    const named = NAMED[character];
    if (named !== undefined) return named;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20
      ? `^${String.fromCharCode(code + 64)}`
      : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
  return unicode ? shown : shown.replace(SIGNS, (sign) => ASCII[sign] ?? sign);
}

/** Several lines: line ends and tabs stay, the rest is as in `safeLine`. */
export function safeBlock(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) =>
      line
        .split('\t')
        .map((part) => safeLine(part))
        .join('\t'),
    )
    .join('\n');
}

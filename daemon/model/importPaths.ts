/**
 * The files that a Markdown text imports by `@path`: as they are written, outside code blocks, code spans and comments.
 * Where a path leads, and whether it may be followed, is decided by the reader.
 *
 * After code.claude.com/docs/en/memory ("Import additional files"); Gemini CLI's imports are written the same way.
 */

const LIMIT = 200;

/** In the order of the text, each once, at most 200. `\ ` in a path is a blank, a `#fragment` is left out. */
export function importPaths(text: string): string[] {
  const found = new Set<string>();
  for (const paragraph of paragraphsOf(text)) {
    for (const [, written = ''] of withoutSpans(paragraph).matchAll(/(?:^|\s)@((?:[^\s\\]|\\ )+)/g)) {
      const path = written.replaceAll('\\ ', ' ').replace(/#.*$/, '');
      if (!/^(?:\.{0,2}\/.|~\/.|[A-Za-z0-9._-])/.test(path) || path.length > 1000) continue;
      found.add(path);
      if (found.size === LIMIT) return [...found];
    }
  }
  return [...found];
}

/** Runs of lines that belong together, without fenced and indented code and without comments. */
function paragraphsOf(text: string): string[] {
  const paragraphs: string[][] = [[]];
  let fence: string | null = null;
  let inComment = false;
  let inList = false;
  let afterBlank = true;
  for (const line of text.split('\n')) {
    if (fence !== null) {
      const [, closing] = /^ {0,3}(`{3,}|~{3,})[ \t]*\r?$/.exec(line) ?? [];
      if (closing?.startsWith(fence)) fence = null;
      continue;
    }
    if (inComment) {
      if (line.includes('-->')) inComment = false;
      continue;
    }
    const opening = /^(?:[ \t>]*|[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
    if (opening !== undefined) {
      fence = opening;
      paragraphs.push([]);
      continue;
    }
    if (/^ {0,3}<!--/.test(line)) {
      inComment = !line.includes('-->');
      continue;
    }
    if (/^\s*$/.test(line)) {
      afterBlank = true;
      paragraphs.push([]);
      continue;
    }
    const indented = /^(?: {4}|\t)/.test(line);
    if (/^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/.test(line)) inList = true;
    else if (afterBlank && !/^[ \t]/.test(line)) inList = false;
    if (indented && afterBlank && !inList) continue;
    afterBlank = false;
    paragraphs.at(-1)?.push(line);
  }
  return paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}

/** Without code spans: a run of backticks up to the next run of the same length. Linear in the text's length. */
function withoutSpans(text: string): string {
  if (!text.includes('`')) return text;
  const runs = [...text.matchAll(/`+/g)].map(({ 0: { length }, index }) => ({ length, index }));
  const later = new Map<number, number[]>();
  for (const [at, { length }] of runs.entries()) later.set(length, [...(later.get(length) ?? []), at]);
  let kept = '';
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const { length, index } = runs[at]!;
    const same = later.get(length)!;
    while (same.length > 0 && same[0]! <= at) same.shift();
    const end = same[0];
    if (end === undefined) continue;
    // What stands right behind a span is still in the middle of a word.
    kept += `${text.slice(from, index)}\u0000`;
    from = runs[end]!.index + length;
    at = end;
  }
  return kept + text.slice(from);
}

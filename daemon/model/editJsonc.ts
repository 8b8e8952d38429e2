/** Changes values in JSON with comments and leaves everything else as it stands: comments, order, indentation. */
import { applyEdits, type ModificationOptions, modify } from 'jsonc-parser';

export interface JsoncEdit {
  /** Names of members and places in lists; -1 appends to a list. */
  readonly path: readonly (string | number)[];
  /** undefined takes it out. */
  readonly value: unknown;
}

/** @param text of JSON that can be parsed; an empty one becomes an object. The result ends with a line end. */
export function editJsonc(text: string, edits: readonly JsoncEdit[]): string {
  let edited = text.trim() === '' ? '{}\n' : text;
  const eol = edited.includes('\r\n') ? '\r\n' : '\n';
  const tab = /^\t/m.test(edited);
  const width = /^( +)\S/m.exec(edited)?.[1]?.length ?? 2;
  for (const { path, value } of edits) {
    const options: ModificationOptions = {
      formattingOptions: { insertSpaces: !tab, tabSize: tab ? 1 : Math.min(width, 8), eol },
      isArrayInsertion: path.at(-1) === -1,
    };
    edited = applyEdits(edited, modify(edited, [...path], value, options));
  }
  return edited.endsWith('\n') ? edited : `${edited}${eol}`;
}

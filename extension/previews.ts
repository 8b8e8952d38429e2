/** Read-only documents that show a file as it would be. Held in memory until the window closes or they are replaced. */
import { type TextDocumentContentProvider, Uri } from 'vscode';

export const PREVIEW = 'callgrove-preview';

export interface Previews extends TextDocumentContentProvider {
  /** @param side `before` or `after`; the path keeps its name, so that the editor colours it by its language */
  put(side: 'before' | 'after', file: string, text: string): Uri;
}

export function previews(): Previews {
  const texts = new Map<string, string>();
  let count = 0;
  return {
    put(side, file, text) {
      // A number of its own: the editor keeps what it once read under a name.
      const uri = Uri.from({ scheme: PREVIEW, path: Uri.file(file).path, query: `${side}&${++count}` });
      texts.set(uri.toString(), text);
      return uri;
    },
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  };
}

/** What stands in the place of a bundle that is not shown, or not yet: a few sentences in a page without any script. Pure. */
import { markupText } from '../daemon/base/markupText.ts';

/** @param sentences of anybody's words: they are text */
export function bundleNotice(name: string, sentences: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'" />
    <title>${markupText(name)}</title>
  </head>
  <body>
    <h2>${markupText(name)}</h2>
    ${sentences
      .filter((sentence) => sentence !== '')
      .map((sentence) => `<p>${markupText(sentence)}</p>`)
      .join('\n    ')}
  </body>
</html>
`;
}

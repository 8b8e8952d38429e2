/**
 * The HTML around the page in a webview, with a content security policy that lets nothing in but the page's own script
 * and style. Pure: a nonce and two URLs go in.
 */
import { markupText } from '../daemon/base/markupText.ts';
import { pagePolicy } from '../daemon/base/pagePolicy.ts';
import type { Shown } from '../webview/bridge.ts';

export interface PageParts {
  /** The webview's own source, for the policy. */
  readonly source: string;
  /** Random, new for every HTML. */
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** A tab stands beside the editor's own list of sessions; a view may stand alone. */
  readonly place: 'tab' | 'view';
  /** What to begin with where the page has kept nothing. */
  readonly shown: Shown | null;
}

export function pageHtml({ source, nonce, script, style, place, shown }: PageParts): string {
  const policy = pagePolicy(`'nonce-${nonce}'`, `${source} 'nonce-${nonce}'`, ['img-src data:']);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${markupText(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Callgrove</title>
    <link rel="stylesheet" nonce="${markupText(nonce)}" href="${markupText(style)}" />
    <script type="module" nonce="${markupText(nonce)}" src="${markupText(script)}"></script>
  </head>
  <body class="in-editor in-${place}" data-show="${markupText(JSON.stringify(shown))}">
    <div id="root"></div>
  </body>
</html>
`;
}

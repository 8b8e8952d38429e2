/**
 * The HTML around the page in a webview, with a content security policy that lets nothing in but the page's own script
 * and style. Pure: a nonce and two URLs go in.
 */
import { EMPTY_STYLE } from '../daemon/base/emptyStyle.ts';
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
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}' ${EMPTY_STYLE}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Callgrove</title>
    <link rel="stylesheet" nonce="${attribute(nonce)}" href="${attribute(style)}" />
    <script type="module" nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
  </head>
  <body class="in-editor in-${place}" data-show="${attribute(JSON.stringify(shown))}">
    <div id="root"></div>
  </body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

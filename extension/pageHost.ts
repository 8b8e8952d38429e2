/** Puts the page into a webview and joins it to its relay: the same for an editor tab and for a view. */
import { randomBytes } from 'node:crypto';
import { Uri, type Webview, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../daemon/base/lifecycle.ts';
import type { Shown } from '../webview/bridge.ts';
import { pageHtml } from './pageHtml.ts';
import { type OpenWish, type PageRelay, pageRelay } from './pageRelay.ts';

export interface PageSetup {
  /** The folder with page.js and page.css. */
  readonly pageFolder: string;
  readonly daemonFile: string;
  readonly wakeDaemon: (asked: boolean) => void;
  readonly open: (wish: OpenWish) => void;
}

export interface HostedPage extends Disposable {
  show(shown: Shown): void;
  /** The webview was hidden: its page is gone until it says `ready` again. */
  rest(): void;
}

/** @param onShown what the page shows now */
export function hostPage(
  webview: Webview,
  { pageFolder, daemonFile, wakeDaemon, open }: PageSetup,
  place: 'tab' | 'view',
  shown: Shown | null,
  onShown: (shown: Shown) => void,
): HostedPage {
  const store = new DisposableStore();
  const folder = Uri.file(pageFolder);
  const url = (name: string) => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
  const relay: PageRelay = store.add(
    pageRelay({
      ...{ daemonFile, wakeDaemon, onShown, open },
      post: (message) => void webview.postMessage(message),
      mayChangeSettings: () => workspace.isTrusted,
    }),
  );
  store.add(webview.onDidReceiveMessage((message: unknown) => relay.receive(message)));
  webview.options = { enableScripts: true, localResourceRoots: [folder], enableForms: false };
  webview.html = pageHtml({
    source: webview.cspSource,
    nonce: randomBytes(18).toString('base64url'),
    script: url('page.js'),
    style: url('page.css'),
    place,
    shown,
  });
  return { show: relay.show, rest: relay.rest, dispose: () => store.dispose() };
}

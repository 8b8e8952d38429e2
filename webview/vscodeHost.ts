/**
 * The host of a page inside an editor: every message goes to the extension and comes from it, which holds the token and
 * the sockets. Keeps what is shown over a reload of the window; decides nothing else.
 */
import { Emitter } from '../daemon/base/events.ts';
import { DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import { type Host, Shown, type ToHost, ToPage } from './bridge.ts';
import { isReport } from './place.ts';

/** The editor's side of a webview: there is one in each, and it may be taken once. */
interface EditorApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: Shown): void;
}
declare global {
  var acquireVsCodeApi: undefined | (() => EditorApi);
}

/** Whether the page stands in an editor's webview, with the extension behind it, and not in a browser tab. */
export function isInEditor(): boolean {
  return typeof globalThis.acquireVsCodeApi === 'function' && !isReport();
}

/** Throws outside of an editor. */
export function vscodeHost(): Host {
  if (globalThis.acquireVsCodeApi === undefined) throw new Error('this page is in no editor');
  const api = globalThis.acquireVsCodeApi();
  const store = new DisposableStore();
  const messages = store.add(new Emitter<ToPage>());
  const kept = Shown.safeParse(api.getState());
  const wanted = Shown.safeParse(readWanted());

  const receive = ({ data, origin }: MessageEvent<unknown>) => {
    // The editor relays the extension's messages from a frame of this page's own origin; others have none to give.
    if (origin !== window.location.origin) return;
    const parsed = ToPage.safeParse(data);
    if (parsed.success) return messages.fire(parsed.data);
    console.error('A message of the extension was not understood.', parsed.error.issues.slice(0, 3));
    if (isFeed(data)) messages.fire({ type: 'link', link: { kind: 'refused', reason: 'version' } });
  };
  window.addEventListener('message', receive);
  store.add(toDisposable(() => window.removeEventListener('message', receive)));

  return {
    start: kept.success ? kept.data : wanted.success ? wanted.data : { session: null, call: null },
    onMessage: messages.on,
    send(message) {
      if (message.type === 'shown') api.setState(message.shown);
      api.postMessage(message);
    },
    dispose: () => store.dispose(),
  };
}

/** What the extension wrote into the page's HTML to begin with. */
function readWanted(): unknown {
  try {
    return JSON.parse(document.body.dataset.show ?? 'null');
  } catch {
    return null;
  }
}

/** One that cannot be read leaves a hole in what is shown, unlike an answer, which only leaves a pane empty. */
function isFeed(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'feed';
}

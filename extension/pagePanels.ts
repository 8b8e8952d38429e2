/** The page as an editor tab: one tab a window, brought to the front when asked for again, restored after a reload. */
import { type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { type Disposable, DisposableStore } from '../daemon/base/lifecycle.ts';
import { Shown } from '../webview/bridge.ts';
import { type HostedPage, hostPage, type PageSetup } from './pageHost.ts';

export const PANEL = 'callgrove.page';

export interface PagePanels extends Disposable {
  /** @param shown null: what the page showed last */
  open(shown: Shown | null): void;
  /** A panel that the editor kept over a reload. */
  restore(panel: WebviewPanel, state: unknown): void;
}

/** What was shown last in this workspace. The editor keeps a page's own state too, but writes it down too rarely. */
export interface ShownMemory {
  read(): unknown;
  write(shown: Shown): void;
}

export function pagePanels(
  setup: PageSetup,
  icons: { readonly light: Uri; readonly dark: Uri },
  memory: ShownMemory,
): PagePanels {
  const store = new DisposableStore();
  let open: { panel: WebviewPanel; page: HostedPage } | null = null;

  const adopt = (panel: WebviewPanel, shown: Shown | null) => {
    panel.iconPath = icons;
    const page = hostPage(panel.webview, setup, 'tab', shown, memory.write);
    const mine = { panel, page };
    open?.panel.dispose();
    open = mine;
    panel.onDidChangeViewState(() => panel.visible || page.rest());
    panel.onDidDispose(() => {
      page.dispose();
      if (open === mine) open = null;
    });
  };
  // The tab itself stays: the editor ends its extensions at every reload, and brings the tab back.
  store.add({ dispose: () => open?.page.dispose() });

  return {
    open(shown) {
      if (open === null) {
        adopt(window.createWebviewPanel(PANEL, 'Callgrove', ViewColumn.Active, { enableFindWidget: true }), shown);
        return;
      }
      open.panel.reveal();
      if (shown !== null) open.page.show(shown);
    },
    restore(panel, state) {
      const [remembered, kept] = [Shown.safeParse(memory.read()), Shown.safeParse(state)];
      adopt(panel, null);
      const newest = remembered.success ? remembered.data : kept.success ? kept.data : null;
      if (newest !== null) open?.page.show(newest);
    },
    dispose: () => store.dispose(),
  };
}

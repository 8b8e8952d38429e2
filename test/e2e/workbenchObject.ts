/** Speaks for the editor: tests say what a user sees and does, only this file knows how the workbench is built. */
import type { Browser, Page } from '../support/browser.ts';

/** A bound for waiting, ms; no test is judged by it. */
const BOUND_MS = Number(process.env.CALLGROVE_BOUND_MS ?? 30_000);

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
}

export type WorkbenchWindow = Awaited<ReturnType<typeof openWindow>>;

export async function openWindow(browser: Browser, url: string, { width = 1400, height = 900 }: WindowOptions = {}) {
  const context = await browser.newContext({ viewport: { width, height } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(BOUND_MS);
  /** Violations of a content security policy in our own pages. */
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/callgrove/i.test(message.text()) && message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  return { ...speak(page), page, complaints, close: () => context.close() };
}

function speak(page: Page) {
  const activity = page.locator('.activitybar .action-label[aria-label^="Callgrove"]').first();
  const status = page.locator('#callgrove\\.callgrove\\.callgrove\\.status, [id$="callgrove.status"]').first();
  /** A tree view by its heading. */
  const section = (name: string) => page.locator('.pane', { has: page.locator('.pane-header', { hasText: name }) });
  return {
    activity,
    status,
    section,
    notification: (text: string) => page.locator('.notification-toast', { hasText: text }).first(),
    sessionItem: (text: string) => section('Sessions').getByRole('treeitem', { name: text }).first(),
    serverItem: (text: string) => section('Servers').getByRole('treeitem', { name: text }).first(),
    lens: (text: string) => page.locator('.codelens-decoration a', { hasText: text }),
    /** The change that is to be confirmed. */
    diff: page.locator('.tab', { hasText: 'with Callgrove' }),
    /** Our page in the editor tab that is in front. */
    callsPage() {
      const inner = page
        .locator('iframe.webview.ready')
        .last()
        .contentFrame()
        .locator('iframe#active-frame')
        .contentFrame();
      return {
        hero: inner.locator('.hero'),
        row: (text: string) => inner.locator('.rows .row-call', { hasText: text }).first(),
        detail: inner.locator('.detail'),
        frame: inner,
      };
    },
    async command(title: string) {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget input.input');
      await input.waitFor();
      await input.fill(`>${title}`);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
      await page.keyboard.press('Enter');
    },
    /** As a user reloads: the editor writes down what is open first, which a browser's own reload does not wait for. */
    async reload() {
      const loaded = page.waitForEvent('load');
      await this.command('Developer: Reload Window');
      await loaded;
      await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    },
    async openFile(name: string) {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget input.input');
      await input.waitFor();
      await input.fill(name);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
      await page.keyboard.press('Enter');
    },
    /** An entry of the list that is open. */
    async choose(label: string) {
      await page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
    },
    /** The text that the open box asks for. */
    async answer(text: string) {
      await page.locator('.quick-input-widget input.input').fill(text);
      await page.keyboard.press('Enter');
    },
    /** A modal question. */
    async agree(question: string, button: string) {
      const dialog = page.locator('.monaco-dialog-box', { hasText: question });
      await dialog.getByRole('button', { name: button, exact: true }).click();
    },
    async press(notification: string, button: string) {
      await page
        .locator('.notification-toast', { hasText: notification })
        .first()
        .getByRole('button', { name: button, exact: true })
        .click();
    },
    async until(holds: () => Promise<boolean>, what: string) {
      const end = Date.now() + BOUND_MS;
      while (!(await holds())) {
        if (Date.now() > end) throw new Error(`did not happen: ${what}`);
        await page.waitForTimeout(50);
      }
    },
  };
}

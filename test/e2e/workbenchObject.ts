/** Speaks for the editor: tests say what a user sees and does, only this file knows how the workbench is built. */
import type { Browser, Page } from '../support/browser.ts';
import { BOUND_MS, clickUntil, doUntil, insist, until } from './soon.ts';

/** A window is up after this long, ms; no test is judged by it. */
const UP_MS = 2 * BOUND_MS;

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
}

/** An answer to a question of a command: a line of the list that it shows, or a text. */
export type Answer = { readonly line: string } | { readonly text: string };

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
  await page.locator('.monaco-workbench').waitFor({ timeout: UP_MS });
  const spoken = speak(page);
  // Before that the palette has none of our commands.
  await spoken.status.waitFor();
  return { ...spoken, page, complaints, close: () => context.close() };
}

function speak(page: Page) {
  const activity = page.locator('.activitybar .action-label[aria-label^="Callgrove"]').first();
  const status = page.locator('#callgrove\\.callgrove\\.callgrove\\.status, [id$="callgrove.status"]').first();
  /** A tree view by its heading. */
  const section = (name: string) => page.locator('.pane', { has: page.locator('.pane-header', { hasText: name }) });
  const closeList = () => page.keyboard.press('Escape');
  /** Chooses a line of the palette, opened anew until it offers it: an older one may just be closing, and takes the key with it. */
  const palette = async (text: string, line: string) => {
    const input = page.locator('.quick-input-widget input.input');
    await insist(async (patienceMs) => {
      await page.keyboard.press('F1');
      await input.fill(text, { timeout: patienceMs });
      const row = page.locator('.quick-input-list .monaco-list-row', { hasText: line }).first();
      await row.waitFor({ timeout: 2 * patienceMs });
      // Not Enter: where something took the focus meanwhile, the key would go there and nobody would notice.
      await row.click({ timeout: patienceMs });
    }, closeList);
  };
  /** As a toast, or in the centre where it goes after some seconds. */
  const notification = (text: string) => page.locator('.notification-list-item', { hasText: text }).first();
  const showCentre = async () => {
    if (!(await page.locator('.notifications-center').isVisible()))
      await palette('>Notifications: Show Notifications', 'Show Notifications');
  };
  /** Looks into the centre where no toast came: on a busy machine it may be gone before anybody looked. */
  const notified = (text: string) =>
    doUntil(async () => {
      const came = notification(text).waitFor({ timeout: 10_000 });
      await came.catch(showCentre);
    }, notification(text));
  return {
    activity,
    status,
    section,
    notified,
    sessionItem: (text: string) => section('Sessions').getByRole('treeitem', { name: text }).first(),
    serverItem: (text: string) => section('Servers').getByRole('treeitem', { name: text }).first(),
    lens: (text: string) => page.locator('.codelens-decoration a', { hasText: text }),
    /** Presses a lens until its question is there: lenses are drawn anew while others come in. */
    async askByLens(text: string, question: string) {
      // A second press while the first is worked on would ask a second time.
      const lens = page.locator('.codelens-decoration a', { hasText: text }).first();
      await clickUntil(lens, notification(question), BOUND_MS / 3);
    },
    /** The change that is to be confirmed. */
    diff: page.locator('.tab', { hasText: 'with Callgrove' }),
    /** Our page in the editor tab that is in front. */
    callsPage() {
      const inner = page
        .locator('iframe.webview.ready')
        // A walkthrough is one too, and stays behind the tab in front.
        .filter({ visible: true })
        .last()
        .contentFrame()
        .locator('iframe#active-frame')
        .contentFrame();
      return {
        hero: inner.locator('.hero'),
        row: (text: string) => inner.locator('.rows .row-call', { hasText: text }).first(),
        /** Shows the end, and what comes from then on. */
        follow: () =>
          doUntil(async () => {
            const button = inner.locator('.follow');
            if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click({ timeout: 5_000 });
          }, inner.locator('.follow[aria-pressed="true"]')),
        detail: inner.locator('.detail'),
        sheet: inner.locator('.sheet'),
        frame: inner,
      };
    },
    /** One step of the walkthrough, once it is ticked off or while it is not. */
    step: (id: string, done: boolean) =>
      page.locator(`.getting-started-step[data-step-id$="#${id}"][aria-checked="${done}"]`),
    dialog: page.locator('.monaco-dialog-box'),
    /** What activation cost, whole ms, as the editor measured it: reading the code, calling it, and waiting for it. */
    async activation() {
      await this.command('Developer: Startup Performance');
      await page.locator('.tab.active', { hasText: 'Startup Performance' }).waitFor();
      let cells: string[] = [];
      await until(async () => {
        await page.locator('.editor-group-container.active .monaco-editor .view-lines').click();
        await page.keyboard.press('Control+A');
        await page.keyboard.press('Control+C');
        const text = await page.evaluate<string>('navigator.clipboard.readText()');
        const row = text.split('\n').find((line) => line.includes('callgrove.callgrove'));
        cells = row?.split('|').map((cell) => cell.trim()) ?? [];
        return cells.length > 0;
      }, 'a line about Callgrove');
      const [loadMs, callMs, finishMs] = cells.filter((cell) => /^-?\d+$/.test(cell)).map(Number);
      return { loadMs, callMs, finishMs };
    },
    /** The terminal that is in front, by its name; some windows draw its text as a picture. */
    terminal: (name: string) => page.locator('.part.panel', { hasText: name }).first(),
    async command(title: string) {
      await palette(`>${title}`, title);
    },
    /** As a user reloads: the editor writes down what is open first, which a browser's own reload does not wait for. */
    async reload() {
      const loaded = page.waitForEvent('load');
      await this.command('Developer: Reload Window');
      await loaded;
      await page.locator('.monaco-workbench').waitFor({ timeout: UP_MS });
    },
    async openFile(name: string) {
      await palette(name, name);
    },
    /**
     * A command that asks, with the answers in order. Asked anew where a question went away unanswered: on a busy
     * machine the palette may give the focus back so late that it closes the list which has just opened.
     */
    async ask(title: string, ...answers: readonly Answer[]) {
      await insist(async (patienceMs) => {
        await this.command(title);
        for (const answer of answers)
          if ('text' in answer) {
            const input = page.locator('.quick-input-widget input.input');
            await input.fill(answer.text, { timeout: 2 * patienceMs });
            await input.press('Enter', { timeout: patienceMs });
            await input.waitFor({ state: 'hidden', timeout: 2 * patienceMs });
          } else {
            const row = page.locator('.quick-input-list .monaco-list-row', { hasText: answer.line }).first();
            await row.click({ timeout: 2 * patienceMs });
            // Else what is typed next would go into the list's filter.
            await row.waitFor({ state: 'hidden', timeout: 2 * patienceMs });
          }
      }, closeList);
    },
    /**
     * The text that the open box asks for; the key goes to the box, whatever has the focus. A dialog for files puts its
     * own text there once it has read the folder, and takes no key until then.
     */
    async answer(text: string) {
      const input = page.locator('.quick-input-widget input.input');
      await input.waitFor();
      await insist(async (patienceMs) => {
        // Taken by an attempt before this one, and only slow to close.
        if (!(await input.isVisible())) return;
        await input.fill(text, { timeout: patienceMs });
        await page.waitForTimeout(300);
        const shown = await input.inputValue({ timeout: patienceMs });
        if (shown !== text) throw new Error(`the box shows "${shown}"`);
        await input.press('Enter', { timeout: patienceMs });
        await input.waitFor({ state: 'hidden', timeout: 2 * patienceMs });
      });
    },
    /** A modal question. */
    async agree(question: string, button: string) {
      const dialog = page.locator('.monaco-dialog-box', { hasText: question });
      await dialog.getByRole('button', { name: button, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    },
    async press(text: string, button: string) {
      await notified(text);
      const item = notification(text);
      const target = item.getByRole('button', { name: button, exact: true });
      let failures = 0;
      await insist(
        async (patienceMs) => {
          // Pressed, and only slow to go.
          if (failures > 1 && !(await item.isVisible())) return;
          await target.click({ timeout: 2 * patienceMs });
          await item.waitFor({ state: 'detached', timeout: 2 * patienceMs });
        },
        async () => {
          failures++;
          // It may have gone into the centre before it was pressed.
          if (!(await item.isVisible())) await showCentre();
        },
      );
    },
    until,
  };
}

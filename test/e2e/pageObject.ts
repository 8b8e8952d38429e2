/** Speaks for the page: tests say what a user sees and does, only this file knows how the page is built. */
import type { Browser, Locator, Page } from '../support/browser.ts';
import { BOUND_MS, clickUntil, soon, until } from './soon.ts';

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

export interface Seen {
  readonly page: Page;
  /** Errors on the console, uncaught errors and violations of the content security policy, as they came. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: PageOptions = {},
): Promise<CallgrovePage & Seen> {
  const { width = 1300, height = 700, scheme = 'dark' } = options;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(BOUND_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy directive .*violat|violates/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { ...speak(page), page, complaints, close: () => context.close() };
}

export type CallgrovePage = ReturnType<typeof speak>;

function speak(page: Page) {
  const rows = page.locator('.rows .row');
  const calls = page.locator('.row-call');
  const tree = page.locator('.tree');
  const detail = page.locator('.detail');
  /** What a screen reader speaks for the row with the cursor; empty while there is none. */
  const cursorRow = () =>
    tree.evaluate((element) => {
      const id = element.getAttribute('aria-activedescendant');
      return (id && document.getElementById(id)?.getAttribute('aria-label')) || '';
    });
  return {
    rows,
    calls,
    detail,
    session: (text: string) => page.locator('.session', { hasText: text }),
    row: (text: string) => page.locator('.rows .row', { hasText: text }),
    firstRows: () => rows.first().waitFor(),
    /** Tool names in sight, top to bottom, without those drawn beyond the edges. */
    toolsInSight: () =>
      tree.evaluate((element) => {
        const box = element.getBoundingClientRect();
        return [...element.querySelectorAll('.row-call')]
          .map((row) => ({ top: row.getBoundingClientRect().top, text: row.querySelector('.tool')?.textContent ?? '' }))
          .filter(({ top }) => top >= box.top && top < box.bottom)
          .sort((a, b) => a.top - b.top)
          .map(({ text }) => text);
      }),
    /** Waits until a condition on the page's own values holds. */
    until: (holds: () => Promise<boolean>) => until(holds, holds.toString()),
    /** So many calls are drawn: how many fit is known a moment after the first. */
    callsAre: (count: number) => soon(() => calls.count(), count),
    hashIs: (expected: string | RegExp) => soon(() => page.evaluate<string>('location.hash'), expected),
    followIs: (on: boolean) => soon(() => page.locator('.follow').getAttribute('aria-pressed'), String(on)),
    cursorIs: (expected: RegExp) => soon(cursorRow, expected),
    /** Rows that come in above it may move it from under the click. */
    openRow: (text: string, leadsTo: Locator) =>
      clickUntil(page.locator('.rows .row', { hasText: text }).first(), leadsTo),
    /** Until nothing moves any more: a wheel turns on for some frames. */
    settled: () =>
      until(async () => {
        const top = () => tree.evaluate((element) => element.scrollTop);
        const before = await top();
        await page.evaluate(
          () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
        );
        return (await top()) === before;
      }, 'the scrolling ends'),
    scrollTo: (px: number) =>
      tree.evaluate((element, top) => {
        element.scrollTop = top;
      }, px),
    wheel: async (px: number) => {
      await tree.hover();
      await page.mouse.wheel(0, px);
    },
    scrolled: () =>
      tree.evaluate((element) => ({
        top: Math.round(element.scrollTop),
        end: element.scrollHeight - element.clientHeight,
      })),
    press: (key: string) => page.keyboard.press(key),
    focusTree: () => tree.focus(),
    cursorRow,
    filter: (text: string) => page.locator('.call-filter input').fill(text),
    filterValue: () => page.locator('.call-filter input').inputValue(),
    filterFocused: () => page.evaluate(() => document.activeElement?.classList.contains('call-filter') ?? false),
    filterError: page.locator('.filter-error'),
    errorsOnly: page.locator('.errors-only'),
    everything: page.locator('.everything'),
    follow: page.locator('.follow'),
    newPill: page.locator('.new-rows'),
    /** The view beside the calls: harness or comparison. */
    sheet: page.locator('.sheet'),
    group: (key: string) => page.locator(`.sheet .fold-${key}`),
    fold: (text: string) => page.locator('.rows .row', { hasText: text }).locator('.twisty.foldable').click(),
    open: (text: string) => page.locator('.row-call', { hasText: text }).first().click(),
    tab: (name: string) => page.locator('vscode-panel-tab', { hasText: name }).click(),
    body: (name: string) => page.locator(`.body-${name} pre`),
    showFrame: () => page.locator('.show-frame').first().click(),
    showRaw: page.locator('.show-raw'),
    confirmRaw: page.locator('.confirm-raw'),
    rawMark: page.locator('.raw-mark'),
    banner: page.locator('.banner'),
    hero: page.locator('.hero'),
    notice: page.locator('.notice'),
    linkWord: page.locator('.link'),
    text: () => page.locator('body').innerText(),
    hash: () => page.evaluate(() => location.hash),
    copied: () => page.evaluate(() => navigator.clipboard.readText()),
    bodyClass: () => page.evaluate(() => document.body.className),
  };
}

/** The page as it is built, and a browser to look at it, for all tests of a file; each visit ends without a complaint. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, launchBrowser } from '../support/browser.ts';
import { openPage, type PageOptions } from './pageObject.ts';

export type Opened = Awaited<ReturnType<typeof openPage>>;

export interface VisitOptions extends PageOptions {
  /** What the console may complain of. */
  readonly expected?: RegExp;
}

export interface BuiltPage {
  /** Where `page.js`, `page.css` and `index.html` stand. */
  folder(): Promise<string>;
  browser(): Promise<Browser>;
  visit(url: string, run: (page: Opened) => Promise<void>, options?: VisitOptions): Promise<void>;
}

/** To be called once, at the top of a test file. */
export function builtPage(): BuiltPage {
  // Begun at once: hooks of a file may run side by side.
  const folder = buildPage();
  const browser = launchBrowser();
  // Who waits for them is told; nobody else is.
  for (const one of [folder, browser]) one.catch(() => {});
  after(async () => {
    await (await browser).close();
    await rm(await folder, { recursive: true, force: true });
  });
  return {
    folder: () => folder,
    browser: () => browser,
    async visit(url, run, { expected, ...options } = {}) {
      const page = await openPage(await browser, url, options);
      try {
        await run(page);
        assert.deepEqual(
          page.complaints.filter((text) => !expected?.test(text)),
          [],
        );
      } finally {
        await page.close();
      }
    },
  };
}

async function buildPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'callgrove-page-'));
  const builder: { buildPage(outdir: string, version: string): Promise<void> } = await import(
    pathToFileURL(join(import.meta.dirname, '..', '..', 'esbuild.page.mjs')).href
  );
  await builder.buildPage(folder, 'test');
  return folder;
}

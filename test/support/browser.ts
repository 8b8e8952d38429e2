/** The browser for tests: Chromium from test/e2e's lockfile, started the one way that works on a bare machine. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from '../e2e/node_modules/playwright-core/index.d.ts';
import { browserPlaces, lockfileDigest } from './prepareBrowser.ts';

export type { Browser, Locator, Page } from '../e2e/node_modules/playwright-core/index.d.ts';

/** What Chromium needs to start on a bare machine, and to leave the network alone. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/**
 * Starts a headless Chromium of its own; the caller closes it. Use `(await launchBrowser()).newPage()`.
 * @throws with the command to run where the browser has not been prepared yet
 */
export async function launchBrowser(): Promise<Browser> {
  const { stamp, manifest, program, libraries, fontConfig } = browserPlaces;
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockfileDigest()) {
    throw new Error('The browser is not prepared: run `node node24.mjs test/support/prepareBrowser.ts`.');
  }
  const playwright: typeof import('../e2e/node_modules/playwright-core/index.d.ts') =
    createRequire(manifest)('playwright-core');
  const libraryPath = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return playwright.chromium.launch({
    executablePath: program,
    headless: true,
    args: [...BROWSER_FLAGS],
    env: { ...process.env, LD_LIBRARY_PATH: libraryPath, FONTCONFIG_FILE: fontConfig },
  });
}

/**
 * `callgrove open`: a bundle's report in the browser. It is made anew, by this version's own page, from what the bundle
 * holds: no script of the bundle's is run, and nothing of it chooses a name or a place.
 */
import { createWriteStream, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { noBrowserBecause, openBrowser } from './browser.ts';
import { openBundleFile } from './bundleFile.ts';
import { couldNot, EXIT } from './exit.ts';
import { safeLine } from './safeText.ts';
import type { Verb } from './verb.ts';

const PREFIX = 'callgrove-open-';
/** What was opened longer ago is thrown away by the next one. */
const KEPT_MS = 24 * 60 * 60_000;

export const open: Verb = {
  spec: {
    name: 'open',
    summary: 'shows a bundle’s report in the browser, without importing it',
    usage: ['open FILE [--no-open] [--json]'],
    args: [{ name: 'FILE', required: true, help: 'a bundle' }],
    options: { 'no-open': { value: null, help: 'only print where the report is' } },
    examples: [['open bug.callgrove.zip', 'its report, which needs no network']],
    exits: { 1: 'something is wrong with the bundle: it is not shown' },
  },
  async run({ args, flag, json, out, terminal }) {
    const opened = await openBundleFile(args[0] ?? '');
    const refuse = async (reason: string) => {
      if (json) await out.json({ ok: false, reason });
      else out.note(`callgrove: ${opened.file} is not shown: ${safeLine(reason)}`);
      return EXIT.finding;
    };
    if (opened.kind === 'refused') return refuse(opened.reason);
    const { bundle } = opened;
    throwOutOld(Date.now());
    const { BundleError } = await import('../bundle/bundleError.ts');
    const { pageReport } = await import('../pageReport.ts');
    const folder = mkdtempSync(join(tmpdir(), PREFIX));
    const file = join(folder, 'report.html');
    try {
      const report = pageReport();
      if (!report) throw couldNot('the page that reports are made of was not built', '`npm run build` makes it.');
      await pipeline(report(bundle, bundle.manifest), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if (error instanceof BundleError) return await refuse(error.message);
      throw error;
    } finally {
      bundle.dispose();
    }
    const url = pathToFileURL(file).href;
    if (json) await out.json({ ok: true, file, url });
    else await out.line(url);
    const facts = { env: process.env, platform: process.platform, interactive: terminal().live };
    const reason = flag('no-open') || json ? null : noBrowserBecause(facts);
    if (reason) out.note(`Not opened: ${reason}.`);
    else if (!flag('no-open') && !json) {
      const failure = await openBrowser(url);
      if (failure) out.note(`Not opened: ${failure}.`);
    }
    return EXIT.fine;
  },
};

/** Reports that were opened on another day. */
function throwOutOld(now: number): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    const isOurs = stat?.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid);
    if (stat && isOurs && now - stat.mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}

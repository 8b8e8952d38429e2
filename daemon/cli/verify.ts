/** `callgrove verify`: is this bundle whole, is it what its hashes say, and is there no secret in it? Needs no daemon. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import type { BundleFault } from '../bundle/bundleError.ts';
import type { Verified } from '../bundle/verifyBundle.ts';
import { readMachineKey } from '../connectionRedactor.ts';
import type { BundleReader } from '../protocol/bundle.ts';
import { openBundleFile } from './bundleFile.ts';
import { couldNot, EXIT } from './exit.ts';
import { makePaint } from './paint.ts';
import { progressLine } from './progressLine.ts';
import { safeLine } from './safeText.ts';
import { counted } from './statusLines.ts';
import type { Verb } from './verb.ts';

export const verify: Verb = {
  spec: {
    name: 'verify',
    summary: 'checks a bundle: hashes, records, completeness, and once more for secrets',
    usage: ['verify FILE [--report FILE] [--json]'],
    args: [{ name: 'FILE', required: true, help: 'a bundle' }],
    options: {
      report: {
        value: 'FILE',
        help: 'writes its report, drawn anew by this Callgrove, where the bundle is what it says',
      },
    },
    examples: [
      ['verify bug.callgrove.zip', 'before it is passed on, or after it came'],
      ['verify bug.callgrove.zip --report bug.html', 'to look at what came without trusting its own pages'],
    ],
    exits: { 1: 'something is wrong with it' },
  },
  async run({ args, option, json, home, out, terminal }) {
    const opened = await openBundleFile(args[0] ?? '');
    const result: Verified =
      opened.kind === 'open' ? await check(opened.bundle, home, option('report')) : refused(opened.code, opened.reason);
    const ok = result.problems.length === 0;
    if (json) {
      await out.json({
        file: opened.file,
        ok,
        ...result,
        manifest: opened.kind === 'open' ? opened.bundle.manifest : null,
      });
    } else {
      const paint = makePaint(terminal());
      for (const { code, reason } of result.problems) await out.line(`${paint.bad(code)}  ${safeLine(reason)}`);
      const what = `${counted(result.calls, 'call')} and ${counted(result.frames, 'frame')}`;
      if (ok) await out.line(`${opened.file} is whole: ${what}, every hash and record right, no secret found.`);
    }
    return ok ? EXIT.fine : EXIT.finding;
  },
};

/** @param report where its report is to be written; null for nowhere */
async function check(bundle: BundleReader, home: string, report: string | null): Promise<Verified> {
  const { verifyBundle } = await import('../bundle/verifyBundle.ts');
  const { bundleScan } = await import('../bundleScan.ts');
  const { readRules } = await import('../exportSource.ts');
  const progress = progressLine(process.stderr);
  try {
    const scan = bundleScan(readMachineKey(placesOf(home, join).machineKey), readRules());
    const verified = await verifyBundle(bundle, scan, (lines) => progress.say(`checking: ${lines} lines`));
    // A secret in it is for its reader to see; what is not whole would be shown wrong.
    if (report !== null && verified.problems.every(({ code }) => code === 'secret')) await drawReport(bundle, report);
    return verified;
  } finally {
    progress.end();
    bundle.dispose();
  }
}

async function drawReport(bundle: BundleReader, file: string): Promise<void> {
  const { pageReport } = await import('../pageReport.ts');
  const build = pageReport();
  if (build === null) throw couldNot('the page that reports are made of was not built');
  await writeFile(file, build(bundle, bundle.manifest), { mode: 0o600 });
}

function refused(code: BundleFault, reason: string): Verified {
  return { problems: [{ code, reason }], calls: 0, frames: 0, secrets: [] };
}

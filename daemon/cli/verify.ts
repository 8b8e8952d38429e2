/** `callgrove verify`: is this bundle whole, is it what its hashes say, and is there no secret in it? Needs no daemon. */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import type { BundleFault } from '../bundle/bundleError.ts';
import type { Verified } from '../bundle/verifyBundle.ts';
import { readMachineKey } from '../connectionRedactor.ts';
import type { BundleReader } from '../protocol/bundle.ts';
import { openBundleFile } from './bundleFile.ts';
import { EXIT } from './exit.ts';
import { makePaint } from './paint.ts';
import { progressLine } from './progressLine.ts';
import { safeLine } from './safeText.ts';
import { counted } from './statusLines.ts';
import type { Verb } from './verb.ts';

export const verify: Verb = {
  spec: {
    name: 'verify',
    summary: 'checks a bundle: hashes, records, completeness, and once more for secrets',
    usage: ['verify FILE [--json]'],
    args: [{ name: 'FILE', required: true, help: 'a bundle' }],
    options: {},
    examples: [['verify bug.callgrove.zip', 'before it is passed on, or after it came']],
    exits: { 1: 'something is wrong with it' },
  },
  async run({ args, json, home, out, terminal }) {
    const opened = await openBundleFile(args[0] ?? '');
    const result: Verified =
      opened.kind === 'open' ? await check(opened.bundle, home) : refused(opened.code, opened.reason);
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

async function check(bundle: BundleReader, home: string): Promise<Verified> {
  const { verifyBundle } = await import('../bundle/verifyBundle.ts');
  const { bundleScan } = await import('../bundleScan.ts');
  const { readRules } = await import('../exportSource.ts');
  const progress = progressLine(process.stderr);
  try {
    const scan = bundleScan(readMachineKey(placesOf(home, join).machineKey), readRules());
    return await verifyBundle(bundle, scan, (lines) => progress.say(`checking: ${lines} lines`));
  } finally {
    progress.end();
    bundle.dispose();
  }
}

function refused(code: BundleFault, reason: string): Verified {
  return { problems: [{ code, reason }], calls: 0, frames: 0, secrets: [] };
}

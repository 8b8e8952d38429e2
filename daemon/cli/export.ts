/** `callgrove export`: a session as one file for somebody else, masked, with a look at what leaves the machine before it does. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { removeParts } from '../bundle/partFiles.ts';
import { bytesText } from '../model/bytesText.ts';
import { ownScript } from '../ownScript.ts';
import { type PackEnd, type PackThread, startPackThread } from '../packThread.ts';
import { BodyLevel, BUNDLE_SUFFIX, type BundleOptions, DEFAULT_BUNDLE_BYTES } from '../protocol/bundle.ts';
import { cutLines, memberLines, redactionLines } from './bundleLines.ts';
import { type CliError, couldNot, EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { makePaint } from './paint.ts';
import { progressLine } from './progressLine.ts';
import { parseSize } from './prune.ts';
import { resolveId } from './resolveId.ts';
import type { Context, Verb } from './verb.ts';
import { waitUntilRead } from './waitUntilRead.ts';

const TOO_LARGE = '--max-size allows more; --preview --max-size 0 shows how much there is.';

export const exportVerb: Verb = {
  spec: {
    name: 'export',
    summary: 'writes a session as one file: masked, safe to attach, readable without Callgrove',
    usage: [
      'export [SESSION] -o FILE [--bodies full|head|shape|none] [--with-instructions] [--max-size SIZE] [--diff SESSION]',
      'export [SESSION] --preview',
    ],
    args: [{ name: 'SESSION', required: false, help: 'an id, the beginning of one, last (the default) or last~N' }],
    options: {
      output: {
        value: 'FILE',
        help: `the bundle, by custom NAME${BUNDLE_SUFFIX}; one that is there is not overwritten`,
        short: 'o',
      },
      bodies: { value: 'LEVEL', help: 'of each message: full, head (2 KiB, the default), shape (no values) or none' },
      'with-instructions': { value: null, help: 'the texts of instruction files too, not only their hashes' },
      'max-size': {
        value: 'SIZE',
        help: 'of the file; what is left out for it stands in the manifest (default: 24MB; 0: no limit)',
      },
      diff: { value: 'SESSION', help: 'with the comparison with another session in it' },
      preview: { value: null, help: 'writes nothing: what would be in it, and what was masked' },
      'no-redact': { value: null, help: 'masks nothing: for yourself only' },
      force: { value: null, help: 'overwrites FILE' },
    },
    examples: [
      ['export last --preview', 'what would leave this machine'],
      [`export last -o bug${BUNDLE_SUFFIX}`, 'for an issue: under 24 MB'],
      [`export ses_3f9a -o whole${BUNDLE_SUFFIX} --bodies full --max-size 0`, 'all of it'],
    ],
    exits: {},
  },
  async run(context) {
    const file = fileOf(context);
    const options = optionsOf(context);
    // It gets ready while the daemon is asked what is meant.
    const thread = startPackThread(ownScript('pack'));
    try {
      return await pack(context, thread, file, options);
    } finally {
      thread.dispose();
    }
  },
};

/** @param file null for a preview */
async function pack(
  context: Context,
  thread: PackThread,
  file: string | null,
  options: BundleOptions,
): Promise<ExitCode> {
  const { args, flag, json, home, out, scope, terminal, connect, untilStopped } = context;
  const client = await connect();
  const progress = progressLine(process.stderr);
  // First of all: what was recorded last may be what is meant.
  const isRead = await waitUntilRead(client, progress.say);
  progress.end();
  if (!isRead) out.note('The daemon is still reading: what was recorded last may be missing.');
  const session_id = await resolveId(client, 'session', args[0] ?? 'last', scope);
  const other = context.option('diff');
  const diff = other === null ? null : await resolveId(client, 'session', other, scope);
  if (flag('no-redact')) out.note('Nothing is masked: this bundle may hold secrets. Do not pass it on.');
  const scratch = mkdtempSync(join(tmpdir(), 'callgrove-export-'));
  const request = {
    home,
    session_id,
    options: { ...options, diff },
    file: file ?? join(scratch, 'preview'),
    temporary: scratch,
    force: flag('force'),
    keep: file !== null,
    quiet: false,
  };
  const stopped = untilStopped();
  try {
    const ended = await thread.pack(request, stopped, ({ phase, done, total }) =>
      progress.say(
        phase === 'reading' ? `reading: ${done} of ${total} calls` : `packing${done > 1 ? ', smaller' : ''}`,
      ),
    );
    progress.end();
    if (stopped.aborted) throw couldNot('stopped: nothing was written');
    if (ended.type === 'failed') throw failureOf(ended, file);
    const { manifest, bytes } = ended;
    if (json) await out.json({ file, bytes, manifest });
    else {
      const paint = makePaint(terminal());
      if (file === null) for (const line of memberLines(manifest, paint)) await out.line(line);
      const lines = [...redactionLines(manifest, paint), ...cutLines(manifest, paint)];
      for (const line of lines) await out.line(line);
      await out.line(file === null ? `The bundle would have ${bytesText(bytes)}.` : `${file}: ${bytesText(bytes)}`);
    }
    return EXIT.fine;
  } finally {
    progress.end();
    rmSync(scratch, { recursive: true, force: true });
    if (file !== null) removeParts(file);
  }
}

function failureOf({ code, message }: Extract<PackEnd, { type: 'failed' }>, file: string | null): CliError {
  if (code === 'taken') return wrongUsage(`${file} is there already`, '--force overwrites it.');
  if (code === 'rules') return couldNot(`your own rules for what bundles leave out cannot be read: ${message}`);
  return couldNot(message, code === 'too_large' ? TOO_LARGE : null);
}

/** Null for a preview. */
function fileOf({ option, flag }: Context): string | null {
  const output = option('output');
  if (flag('preview')) return null;
  if (output === null) throw wrongUsage('-o FILE is missing', '--preview shows what would be in the bundle.');
  const file = resolve(output);
  if (!existsSync(dirname(file))) throw wrongUsage(`there is no folder ${dirname(file)} for ${basename(file)}`);
  if (existsSync(file) && !flag('force')) throw wrongUsage(`${file} is there already`, '--force overwrites it.');
  return file;
}

function optionsOf({ option, flag }: Context): BundleOptions {
  const bodies = BodyLevel.safeParse(option('bodies') ?? 'head');
  if (!bodies.success)
    throw wrongUsage(`--bodies takes full, head, shape or none, not ${JSON.stringify(option('bodies'))}`);
  const size = option('max-size');
  const max = size === null ? DEFAULT_BUNDLE_BYTES : parseSize(size);
  return {
    bodies: bodies.data,
    with_instructions: flag('with-instructions'),
    max_bytes: max === 0 ? null : max,
    redact: !flag('no-redact'),
    diff: null,
    around: null,
  };
}

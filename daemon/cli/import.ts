/** `callgrove import`: puts somebody else's session beside one's own, to be looked at and compared. Nothing in it is run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { placesOf } from '../base/places.ts';
import { type DaemonClient, DaemonError } from '../feed/daemonClient.ts';
import { Status } from '../protocol/api.ts';
import type { BundleReader } from '../protocol/bundle.ts';
import { SessionHead } from '../protocol/feed.ts';
import { IMPORT_REFUSED } from '../protocol/imported.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { openBundleFile } from './bundleFile.ts';
import { couldNot, EXIT, type ExitCode } from './exit.ts';
import { prepareHome } from './prepareHome.ts';
import { progressLine } from './progressLine.ts';
import { safeLine } from './safeText.ts';
import { counted } from './statusLines.ts';
import type { Context, Verb } from './verb.ts';
import { waitUntilRead } from './waitUntilRead.ts';

/** The daemon looks for new journals once a second at least. */
const LOOK_MS = 50;
const TAKEN_MS = 60_000;

export const importVerb: Verb = {
  spec: {
    name: 'import',
    summary: 'puts a session out of a bundle beside your own, marked as foreign',
    usage: ['import FILE [--json]'],
    args: [{ name: 'FILE', required: true, help: 'a bundle' }],
    options: {},
    examples: [
      ['import bug.callgrove.zip', 'then: callgrove show SESSION, callgrove diff SESSION last'],
      ['import bug.callgrove.zip --json', 'its session’s id as JSON'],
    ],
    exits: { 1: 'something is wrong with the bundle: it was not imported' },
  },
  async run(context) {
    const { args, out, json } = context;
    const opened = await openBundleFile(args[0] ?? '');
    if (opened.kind === 'refused') {
      if (json) await out.json({ file: opened.file, ok: false, reason: opened.reason });
      else out.note(`callgrove: ${opened.file} is not imported: ${safeLine(opened.reason)}`);
      return EXIT.finding;
    }
    try {
      return await importBundle(context, opened.file, opened.bundle);
    } finally {
      opened.bundle.dispose();
    }
  },
};

async function importBundle(
  { home, out, json, connect }: Context,
  file: string,
  bundle: BundleReader,
): Promise<ExitCode> {
  const { BundleError } = await import('../bundle/bundleError.ts');
  const { readChecked } = await import('../bundle/readChecked.ts');
  const { hashOfFile, importSession } = await import('../importSession.ts');
  const { createRedactor } = await import('../redact/redactor.ts');
  const places = placesOf(home, join);
  prepareHome(places);
  // The daemon, where none is up, starts while the bundle is read.
  const connecting = connect();
  connecting.catch(() => {
    // Whoever waits for it hears of it.
  });
  const id = bundle.manifest.session_id;
  const progress = progressLine(process.stderr);
  const done = async (already: boolean): Promise<ExitCode> => {
    progress.end();
    if (json) await out.json({ file, ok: true, session_id: id, already });
    else {
      const { calls } = bundle.manifest.counts;
      await out.line(
        already ? `${id} is here already` : `${id}: ${counted(calls, 'call')} imported, marked as foreign`,
      );
      await out.line(`callgrove show ${id} shows it; callgrove diff ${id} SESSION compares it with one of yours.`);
    }
    return EXIT.fine;
  };
  try {
    // Where there is no folder to write in, it is the daemon that says why.
    if (!existsSync(places.journal)) await connecting;
    const key = machineKey(places.machineKey);
    const checked = readChecked(bundle);
    const written = await importSession(checked.bundle, await hashOfFile(file), {
      journal: places.journal,
      // What is masked in the database is masked on the way: that there is something to mask is no reason to refuse it.
      redactor: await createRedactor(key ? { machineKey: key } : {}),
      at: new Date(),
      onProgress: (calls) => progress.say(`importing: ${calls} of ${bundle.manifest.counts.calls} calls`),
      async isWanted() {
        await checked.finish();
        const before = await sessionOf(await connecting, id);
        if (before && before.session.source !== 'imported')
          throw couldNot(
            `session ${id} is one of this machine: there is nothing to import`,
            `callgrove show ${id} shows it.`,
          );
        return before === null;
      },
    });
    if (written === null) return await done(true);
    const client = await connecting;
    const refusal = await untilTaken(client, id);
    if (refusal !== null) throw couldNot(refusal);
    await waitUntilRead(client, progress.say);
    return await done(false);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    progress.end();
    if (json) await out.json({ file, ok: false, reason: error.message });
    else out.note(`callgrove: ${file} is not imported: ${safeLine(error.message)}`);
    return EXIT.finding;
  } finally {
    progress.end();
    await connecting.catch(() => {
      // What went wrong was said, or did not matter.
    });
  }
}

/** @returns why the daemon did not take it, or null when its session is there */
async function untilTaken(client: DaemonClient, id: string): Promise<string | null> {
  const until = performance.now() + TAKEN_MS;
  while (performance.now() < until) {
    if ((await sessionOf(client, id))?.session.source === 'imported') return null;
    const { notes } = await client.get('/api/status', Status);
    const refused = notes.findLast((note) => note.startsWith(IMPORT_REFUSED));
    if (refused !== undefined) return refused;
    await sleep(LOOK_MS);
  }
  return 'the daemon did not take it in time';
}

async function sessionOf(client: DaemonClient, id: string): Promise<SessionHead | null> {
  try {
    return await client.get(`/api/sessions/${encodeURIComponent(id)}`, SessionHead);
  } catch (error) {
    if (error instanceof DaemonError && error.apiCode === 'not_found') return null;
    throw error;
  }
}

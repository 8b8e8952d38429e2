/** `callgrove import`: puts somebody else's session beside one's own, to be looked at and compared. Nothing in it is run. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { placesOf } from '../base/places.ts';
import { type DaemonClient, DaemonError } from '../feed/daemonClient.ts';
import { Status } from '../protocol/api.ts';
import type { BundleReader } from '../protocol/bundle.ts';
import { SessionHead } from '../protocol/feed.ts';
import { importRefused } from '../protocol/imported.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { openBundleFile } from './bundleFile.ts';
import { couldNot, EXIT, type ExitCode } from './exit.ts';
import { prepareHome } from './prepareHome.ts';
import { progressLine } from './progressLine.ts';
import { safeLine } from './safeText.ts';
import { counted } from './statusLines.ts';
import type { Context, Verb } from './verb.ts';

const LOOK_MS = 50;
/** The daemon may read something else in between. */
const STANDSTILL_MS = 60_000;

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
  const places = placesOf(home, join);
  prepareHome(places);
  // The daemon, where none is up, starts while the bundle is read.
  const connecting = connect();
  connecting.catch(() => {
    // Whoever waits for it hears of it.
  });
  const { BundleError } = await import('../bundle/bundleError.ts');
  const { readChecked } = await import('../bundle/readChecked.ts');
  const { hashOfFile, importSession } = await import('../importSession.ts');
  const { createRedactor } = await import('../redact/redactor.ts');
  // What is read is let go of soon. A nursery that grows with the bundle would take 70 MB more and no less time.
  setFlagsFromString('--semi-space-growth-factor=1');
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
    await prepareJournal(places.journal, connecting);
    const key = machineKey(places.machineKey);
    const checked = readChecked(bundle);
    const written = await importSession(checked, await hashOfFile(file), {
      journal: places.journal,
      // What is masked in the database is masked on the way: that there is something to mask is no reason to refuse it.
      redactor: await createRedactor(key ? { machineKey: key } : {}),
      at: new Date(),
      onProgress: (calls) => progress.say(`importing: ${calls} of ${bundle.manifest.counts.calls} calls`),
      async isWanted() {
        const before = await sessionOf(await connecting, id);
        if (before && before.session.source !== 'imported')
          throw couldNot(
            `session ${id} is one of this machine: there is nothing to import`,
            `callgrove show ${id} shows it.`,
          );
        // What is coming may be this one already.
        return before === null || before.folded;
      },
    });
    if (written === null) return await done(true);
    const client = await connecting;
    progress.say('importing: the daemon reads the last of it');
    const refusal = await settled(client, id, written);
    if (refusal !== null) throw couldNot(refusal);
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

async function prepareJournal(folder: string, connecting: Promise<unknown>): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    // It is the daemon that says why.
    await connecting;
  }
}

/** Waits until the daemon has read all of it. @returns why it did not take it, or null */
async function settled(client: DaemonClient, id: string, importId: string): Promise<string | null> {
  let [movedAt, rev] = [performance.now(), -1];
  for (;;) {
    const head = await sessionOf(client, id);
    if (!head?.folded) {
      const { notes } = await client.get('/api/status', Status);
      const refused = notes.findLast((note) => note.startsWith(importRefused(importId)));
      if (head || refused !== undefined) return refused ?? null;
    } else if (head.rev !== rev) [movedAt, rev] = [performance.now(), head.rev];
    if (performance.now() - movedAt > STANDSTILL_MS)
      throw couldNot(`the daemon has not read session ${id} to its end`, 'callgrove daemon status shows what it does.');
    await sleep(LOOK_MS);
  }
}

async function sessionOf(client: DaemonClient, id: string): Promise<SessionHead | null> {
  try {
    return await client.get(`/api/sessions/${encodeURIComponent(id)}`, SessionHead);
  } catch (error) {
    if (error instanceof DaemonError && error.apiCode === 'not_found') return null;
    throw error;
  }
}

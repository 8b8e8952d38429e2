/** `callgrove doctor`: looks at everything that recording and watching stand on, and says what to do about what is wrong. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { connectDaemon } from '../feed/connectDaemon.ts';
import { daemonEntry } from '../feed/daemonRuntime.ts';
import { keptDrills, keptVerifications } from '../keptResults.ts';
import { SessionList, type Status } from '../protocol/api.ts';
import { machineKey } from '../proxy/machineKey.ts';
import type { Check } from './check.ts';
import { checkDaemon } from './checkDaemon.ts';
import { checkDatabase } from './checkDatabase.ts';
import { checkDrills } from './checkDrills.ts';
import { checkEntries, type Sightings } from './checkEntries.ts';
import { checkJournal } from './checkJournal.ts';
import { checkLauncher } from './checkLauncher.ts';
import { checkLeftovers } from './checkLeftovers.ts';
import { checkPolicy } from './checkPolicy.ts';
import { checkPort } from './checkPort.ts';
import { checkRepository } from './checkRepository.ts';
import { checkRuntime } from './checkRuntime.ts';
import { checkStateFolder } from './checkStateFolder.ts';
import { checkVerifications } from './checkVerifications.ts';
import { EXIT } from './exit.ts';
import { findEntries } from './findEntries.ts';
import { makePaint, type Paint } from './paint.ts';
import { callgroveScript } from './program.ts';
import { safeLine } from './safeText.ts';
import type { Verb } from './verb.ts';
import { workspaceOf } from './workspace.ts';

export const doctor: Verb = {
  spec: {
    name: 'doctor',
    summary: "looks at runtime, launcher, daemon, what is stored, and every server in the agents' files",
    usage: ['doctor [--json]'],
    args: [],
    options: {},
    examples: [
      ['doctor', 'a line for each, with its remedy where something is wrong'],
      ['doctor --json', 'the same as one document'],
    ],
    exits: { 1: 'a check failed' },
  },
  async run({ home, json, out, terminal }) {
    const places = placesOf(home, join);
    const { version, versions, platform, arch, execPath: ownNode } = process;
    const daemonNode = daemonEntry(callgroveScript()).execPath;
    const { checks, status } = await checkDaemon(home);
    const sightings = await sightingsOf(home, status);
    const found = await findEntries(places.bin);
    const gaps = sightings?.anywhere.reduce((sum, head) => sum + head.gaps, 0) ?? null;
    const key = existsSync(places.machineKey) ? machineKey(places.machineKey) : null;
    const all: Check[] = [
      ...checkRuntime({ node: version.slice(1), napi: versions.napi, platform, arch, daemonNode, ownNode }),
      ...checkStateFolder(home),
      ...checkLeftovers(home, Date.now()),
      ...(await checkLauncher(
        home,
        found.entries.some(({ ours }) => ours),
      )),
      ...checks,
      ...(await checkPort(home, status !== null)),
      ...checkDatabase(home, status !== null),
      ...checkJournal(home, status, gaps),
      ...checkPolicy(home, status !== null),
      ...checkRepository(workspaceOf(process.cwd())),
      ...checkDrills(keptDrills.read(places.drills), key, Date.now()),
      ...checkVerifications(keptVerifications.read(places.verifiedPaths), key, Date.now()),
      ...checkEntries(found, sightings, Date.now()),
    ];
    const failed = all.some(({ state }) => state === 'fail');
    if (json) await out.json({ v: 1, ok: !failed, checks: all });
    else {
      const screen = terminal();
      for (const line of all.flatMap((check) => checkLines(check, makePaint(screen), screen.unicode)))
        await out.line(line);
    }
    return failed ? EXIT.finding : EXIT.fine;
  },
};

/** The sessions that the daemon knows; null where none answers. */
async function sightingsOf(home: string, status: Status | null): Promise<Sightings | null> {
  if (!status) return null;
  try {
    const client = await connectDaemon({ home, entry: null, timeoutMs: 3_000 });
    try {
      const { sessions: anywhere } = await client.get('/api/sessions?all=1', SessionList);
      const workspace = encodeURIComponent(workspaceOf(process.cwd()));
      const { sessions: here } = await client.get(`/api/sessions?workspace=${workspace}`, SessionList);
      return { anywhere, here };
    } finally {
      client.close();
    }
  } catch {
    return null;
  }
}

/** The check, and its remedy below it. Exported for its test. */
export function checkLines({ name, state, detail, remedy }: Check, paint: Paint, unicode: boolean): string[] {
  const marks = {
    ok: paint.good(unicode ? '✓' : 'ok  '),
    warn: paint.warn(unicode ? '!' : 'warn'),
    fail: paint.bad(unicode ? '✗' : 'FAIL'),
  };
  const lines = [`${marks[state]} ${name.padEnd(13)} ${safeLine(detail, unicode)}`];
  if (remedy)
    lines.push(`${' '.repeat(unicode ? 16 : 19)}${paint.dim(`${unicode ? '→' : '->'} ${safeLine(remedy, unicode)}`)}`);
  return lines;
}

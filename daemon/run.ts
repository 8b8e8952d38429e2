/**
 * `callgrove run`: stands between an agent and its stdio server, passes every byte and records it. This file joins the
 * parts: the server is spawned first, then the journal opened, then the pipes connected. Whatever fails in Callgrove's
 * own part costs the record, never the server.
 */
import { writeSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isatty } from 'node:tty';
import { isLoader, programOf } from './agents/launcherFile.ts';
import { takeOver } from './agents/takeOver.ts';
import { makeConnectionId } from './base/ids.ts';
import { type Places, placesOf, stateFolder } from './base/places.ts';
import { daemonEntry } from './feed/daemonRuntime.ts';
import { startDaemonOnce } from './feed/startDaemon.ts';
import { SegmentWriter } from './journal/segmentWriter.ts';
import type { Direction, ExitRecord } from './protocol/journal.ts';
import { sinkOfAgent, sinkOfChild } from './proxy/byteSink.ts';
import { sourceOfAgent, sourceOfChild } from './proxy/byteSource.ts';
import { chance } from './proxy/chance.ts';
import { lateOs, lateV8 } from './proxy/lateBuiltins.ts';
import { loadGate } from './proxy/lateGate.ts';
import { lingering } from './proxy/lingering.ts';
import { createLookout, type Lookout } from './proxy/lookout.ts';
import { machineKey } from './proxy/machineKey.ts';
import { mirrorEnd } from './proxy/mirrorEnd.ts';
import { type OpenInputs, openFacts } from './proxy/openFacts.ts';
import { relay } from './proxy/relay.ts';
import { parseRun, RUN_HELP, type RunOptions } from './proxy/runOptions.ts';
import { type Server, spawnServer } from './proxy/spawnServer.ts';
import { prepareStateFolder } from './proxy/stateFolder.ts';
import { FORWARDED, stopServer } from './proxy/stopServer.ts';
import { deliveredByTerminal, terminalFacts } from './proxy/terminalSignal.ts';
import type { Opened } from './runUrl.ts';

const WRONG_USAGE = 2;
const NOT_STARTED = 127;
/** The daemon is started when the server has answered, or after this, in milliseconds. */
const DAEMON_AFTER_MS = 1000;
/** By then a start is over, also that of ten servers at once, in milliseconds. */
const STARTED_MS = 1000;
/** So many different sentences about policy are said on stderr. */
const MAX_SAID = 20;

const UNRECORDED: Opened = { journal: null, open: null, policyFile: null };

/** Without loading the runtime's `perf_hooks`. Exchanges over HTTP are timed by those, so their journal is as well. */
const QUICK_CLOCK = { now: Date.now, monotonic: () => process.uptime() * 1000 };

const parsed = parseRun(process.argv.slice(3), isAbsolute);
if (parsed.kind === 'help') {
  takeOver();
  writeSync(1, RUN_HELP);
} else if (parsed.kind === 'wrong') {
  // An entry may have been written by a newer version: the loader starts its server without us.
  if (isLoader(process.argv[1] ?? '')) throw new Error(parsed.reason);
  say(parsed.reason);
  process.exitCode = WRONG_USAGE;
} else void run(parsed.options);

/** From the spawn to the connected pipes there is no turn of the event loop, so nothing of the server can be missed. */
async function run(options: RunOptions): Promise<void> {
  if (options.url !== null) return runHttp(options, options.url);
  takeOver();
  const started = start(options);
  if ('error' in started) return notStarted(options, started.error);
  const { server } = started;
  if (server.pid === undefined)
    return notStarted(options, await new Promise<Error>((resolve) => server.once('error', resolve)));
  // Later errors are signals that could not be sent to a server that is gone.
  server.on('error', () => {});
  const opened = openJournal(options, server.pid);
  connect(options, server, opened);
  // Chunks leave only garbage behind: a larger nursery would cost memory per proxy and keep nothing worth keeping, and what
  // outlives the nursery by chance is cleared away before it comes to much. Said when the start is over: after a change of
  // flags the engine distrusts its prepared code and compiles built-ins anew.
  setTimeout(() => lateV8().setFlagsFromString('--semi-space-growth-factor=1 --optimize-for-size'), STARTED_MS).unref();
}

/** An HTTP server: what that takes is loaded only here. */
async function runHttp(options: RunOptions, url: string): Promise<void> {
  const { runUrl } = await import('./runUrl.ts');
  takeOver();
  runUrl({
    url,
    headers: options.headers,
    openJournal: (facts) => openJournal(options, null, facts),
    lookout: lookoutFor,
    spoken: daemonStarter(options),
    say,
    signalNumber,
  });
}

function start(options: RunOptions): { server: Server } | { error: unknown } {
  try {
    return { server: spawnServer(options.command, options.args, isatty(2)) };
  } catch (error) {
    return { error };
  }
}

function notStarted(options: RunOptions, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  say(`cannot start ${options.command}: ${reason}`);
  const { journal } = openJournal(options, null);
  journal?.fact('exit', { code: null, signal: null, error: reason } satisfies ExitRecord);
  journal?.close();
  process.exit(NOT_STARTED);
}

/** Null where nothing can be recorded at all; that was said on stderr. */
function openJournal(
  options: RunOptions,
  childPid: number | null,
  http: ((key: Uint8Array | null) => OpenInputs['http']) | null = null,
): Opened {
  try {
    const places = placesFor(options);
    const state = prepareStateFolder(places, process.getuid?.() ?? null);
    if (state.kind === 'refused') {
      say(`not recording: ${state.reason}`);
      return UNRECORDED;
    }
    const connectionId = makeConnectionId(Date.now(), chance(10));
    const onTrouble = (reason: string) => say(`the journal cannot be written (${reason}); traffic goes on unrecorded`);
    const clock = http ? {} : { clock: QUICK_CLOCK };
    const journal = new SegmentWriter({ folder: places.journal, connectionId, onTrouble, ...clock });
    const argv = http ? [] : [options.command, ...options.args];
    const key = machineKey(places.machineKey);
    const { name } = options;
    const open = openFacts({
      connectionId,
      name,
      argv,
      http: http?.(key) ?? null,
      childPid,
      env: process.env,
      key,
    });
    journal.fact('open', open);
    return { journal, open, policyFile: places.policy };
  } catch (error) {
    say(`not recording: ${error instanceof Error ? error.message : String(error)}`);
    return UNRECORDED;
  }
}

function placesFor(options: RunOptions): Places {
  const override = options.home ?? process.env.CALLGROVE_HOME;
  if (override && !isAbsolute(override)) throw new Error('CALLGROVE_HOME must be an absolute path');
  return placesOf(stateFolder(process.platform, lateOs().homedir(), override, process.env.LOCALAPPDATA, join), join);
}

/** Null where nothing is recorded: the policy file then lies in a folder that is not to be trusted either. */
function lookoutFor({ journal, open, policyFile }: Opened, tellAgent: (line: Uint8Array) => void): Lookout | null {
  if (!journal || !open || !policyFile) return null;
  return createLookout({ policyFile, open, journal, tellAgent, say: saidOnce(say) }, loadGate);
}

function connect(options: RunOptions, server: Server, opened: Opened): void {
  const { journal } = opened;
  const startDaemon = daemonStarter(options);
  const record = (direction: Direction) => (bytes: Uint8Array) => journal?.chunk(direction, bytes) ?? -1;
  const lookout = lookoutFor(opened, (line) => toAgent.add(line));
  const kill = (signal: NodeJS.Signals, reason: string) => {
    journal?.fact('signal', { signal, to: 'child', reason });
    return server.kill(signal);
  };
  const stopper = stopServer({ kill });
  const recordAnswer = record('s2c');
  const recordNoise = record('stderr');

  const fromAgent = relay({
    open: sourceOfAgent,
    sink: sinkOfChild(server.stdin),
    record: record('c2s'),
    ...(journal && { held: { hold: (bytes) => journal.hold('c2s', bytes), release: () => journal.release() } }),
    gate: lookout && {
      get holds() {
        return lookout.holds;
      },
      before: lookout.fromAgent,
      behind: lookout.forwarded,
      end: lookout.agentEnded,
    },
    onEnd() {
      journal?.fact('eof', null, 'c2s');
      leave.agentEnded();
    },
    onDone() {},
    onBroken() {},
  });
  const toAgent = relay({
    open: (listener) => sourceOfChild(server.stdout, listener),
    sink: sinkOfAgent(1),
    record(bytes) {
      const ordinal = recordAnswer(bytes);
      leave.spoken();
      startDaemon();
      return ordinal;
    },
    gate: lookout && { before: lookout.fromServer, end: lookout.serverEnded },
    onEnd: () => journal?.fact('eof', null, 's2c'),
    onDone: () => leave.outputDone(),
    onBroken() {
      fromAgent.stop();
      server.stdin.end();
      stopper.abandoned();
    },
  });
  const { stderr } = server;
  if (stderr)
    relay({
      open: (listener) => sourceOfChild(stderr, listener),
      sink: sinkOfAgent(2),
      record(bytes) {
        const ordinal = recordNoise(bytes);
        leave.spoken();
        return ordinal;
      },
      onEnd() {},
      onDone: () => leave.outputDone(),
      onBroken() {},
    });

  const leave = lingering({ outputs: stderr ? 2 : 1, busy: () => toAgent.busy, leave: finish });
  for (const signal of FORWARDED)
    process.on(signal, () => {
      journal?.fact('signal', { signal, to: 'proxy', reason: 'received' });
      if (deliveredByTerminal(signal, terminalFacts)) return;
      stopper.signal(signal);
      leave.signalled();
    });

  let end: ExitRecord = { code: null, signal: null, error: null };
  server.once('exit', (code, signal) => {
    end = { code, signal, error: null };
    stopper.dispose();
    leave.serverEnded();
  });
  function finish(): void {
    journal?.fact('exit', end);
    journal?.close();
    mirrorEnd(end, signalNumber);
  }
}

function signalNumber(name: string): number {
  return Object.entries(lateOs().constants.signals).find(([known]) => known === name)?.[1] ?? 0;
}

/** Starts the daemon once, behind the traffic's back; whether it starts or not makes no difference to the agent. */
function daemonStarter(options: RunOptions): () => void {
  if (!options.daemon) return () => {};
  let due = true;
  const start = async () => {
    try {
      const script = programOf(process.argv[1] ?? '');
      if (script) await startDaemonOnce(placesFor(options).home, daemonEntry(script));
    } catch {
      // Recorded all the same: the next daemon reads the journal.
    }
  };
  const once = () => {
    if (!due) return;
    due = false;
    clearTimeout(timer);
    setImmediate(start);
  };
  const timer = setTimeout(once, DAEMON_AFTER_MS);
  timer.unref();
  return once;
}

/** A hostile peer must not fill the agent's log. */
function saidOnce(tell: (sentence: string) => void): (sentence: string) => void {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence) || said.size >= MAX_SAID) return;
    said.add(sentence);
    tell(sentence);
  };
}

function say(sentence: string): void {
  try {
    writeSync(2, `callgrove: ${sentence}\n`);
  } catch {
    // Nobody listens.
  }
}

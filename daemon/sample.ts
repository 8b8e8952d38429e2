/**
 * The entry of `npm start`: a real MCP client does a small coding task in a temporary repository through `callgrove
 * run`, the terminal shows its calls as they happen, and the page stays up until Ctrl+C, which stops what this started.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { placesOf } from './base/places.ts';
import { noBrowserBecause, openBrowser } from './cli/browser.ts';
import { stopDaemon } from './cli/daemon.ts';
import { CliError } from './cli/exit.ts';
import { makeOutput } from './cli/output.ts';
import { pageUrl } from './cli/pageUrl.ts';
import { callgroveScript } from './cli/program.ts';
import { stateHome } from './cli/stateHome.ts';
import { currentTerminal } from './cli/terminal.ts';
import { watch } from './cli/watch.ts';
import { connectDaemon } from './feed/connectDaemon.ts';
import { type DaemonClient, DaemonError } from './feed/daemonClient.ts';
import { isAlive, readDaemonFile } from './feed/daemonFile.ts';
import { SessionList } from './protocol/api.ts';
import { watchLauncher } from './sampleLauncher.ts';
import { makeSampleRepository } from './sampleRepository.ts';
import { sampleServers } from './sampleServers.ts';
import { afterwards, beforehand, SAMPLE_AGENT } from './sampleWords.ts';

/** After the agent has ended its last calls are on the way to the screen for a moment. */
const SETTLE_MS = 8_000;
/** A stopped agent closes its servers, which have 2 s each to go. */
const AGENT_STOP_MS = 6_000;

async function sample(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const launcher = watchLauncher(process.env, () => stop.abort());
  const out = makeOutput(process.stdout, process.stderr, () => stop.abort());
  const home = stateHome(null, process.env);
  const state = readDaemonFile(placesOf(home, join).daemonFile);
  const ours = state.kind !== 'present' || !isAlive(state.file);
  const client = await connectDaemon({ home, entry: { execPath: process.execPath, script: callgroveScript() } });
  const repository = makeSampleRepository();
  let agent: ChildProcess | null = null;
  try {
    if (!sampleServers(repository.root))
      throw new CliError(3, 'the sample servers are not installed', 'Run npm ci in a checkout first.');
    const page = await pageUrl(client);
    await out.write(beforehand({ page, root: repository.root, git: repository.git, home, program: programText() }));
    if (
      noBrowserBecause({ env: process.env, platform: process.platform, interactive: process.stdout.isTTY === true }) ===
      null
    ) {
      await openBrowser(page.url);
    }
    agent = startAgent(repository.root, home);
    const failure = await showUntilDone(agent, client, repository.root, out, stop.signal);
    if (!stop.signal.aborted)
      await out.write(afterwards({ failure, program: programText(), anywhere: spelled(callgroveScript()) }));
    if (!stop.signal.aborted) await stopped(stop.signal);
    return 0;
  } finally {
    launcher.dispose();
    if (agent) await endAgent(agent);
    repository.dispose();
    if (ours)
      await stopDaemon(client, home).catch((error: Error) => out.note(`The daemon did not stop: ${error.message}`));
    client.close();
    await out.write(
      `Stopped. ${ours ? 'The daemon is down and the' : 'The'} temporary repository is gone; the recording stays.\n`,
    );
    await out.flush();
  }
}

function startAgent(root: string, home: string): ChildProcess {
  const script = fileURLToPath(import.meta.url);
  return spawn(process.execPath, [process.argv[1] ?? script, 'agent', root, home], {
    cwd: root,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

/** Draws the sample's sessions until the agent has ended and what it did is on the screen. Returns why it failed, or null. */
async function showUntilDone(
  agent: ChildProcess,
  client: DaemonClient,
  root: string,
  out: ReturnType<typeof makeOutput>,
  stop: AbortSignal,
): Promise<string | null> {
  const done = new AbortController();
  let said = '';
  agent.stderr?.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-4_000);
  });
  const watching = watch({
    client,
    again: async () => client,
    out,
    terminal: () => currentTerminal(process.stdout),
    json: false,
    wants: ({ session }) =>
      session.workspace === root || (session.agent_id.startsWith(SAMPLE_AGENT) && session.terminal_state === 'running'),
    newest: false,
    history: 500,
    everything: false,
    filter: '',
    footer: 'Ctrl+C stops',
    stop: AbortSignal.any([stop, done.signal]),
  });
  const [code] = await once(agent, 'exit', { signal: stop }).catch(() => [0]);
  if (!stop.aborted) await settled(client, root, stop);
  done.abort();
  await watching;
  return code === 0 ? null : said.trim() || `it ended with ${code}`;
}

/** Waits until the daemon knows that the sample's sessions are over, and its lines have been drawn. */
async function settled(client: DaemonClient, root: string, stop: AbortSignal): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  const path = `/api/sessions?workspace=${encodeURIComponent(root)}`;
  while (performance.now() < deadline && !stop.aborted) {
    const { sessions } = await client.get(path, SessionList);
    if (
      sessions.length > 0 &&
      sessions.every(({ session, running_calls }) => session.terminal_state !== 'running' && running_calls === 0)
    )
      break;
    await sleep(100, undefined, { signal: stop }).catch(() => {});
  }
  await sleep(1_000, undefined, { signal: stop }).catch(() => {});
}

async function endAgent(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const gone = once(agent, 'exit');
  agent.kill('SIGTERM');
  const timer = setTimeout(() => agent.kill('SIGKILL'), AGENT_STOP_MS);
  await gone;
  clearTimeout(timer);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}

/** How the user calls callgrove from here. */
function programText(): string {
  return spelled(relative(process.cwd(), callgroveScript()));
}

function spelled(script: string): string {
  return `node ${/\s/.test(script) ? JSON.stringify(script) : script}`;
}

if (process.argv[2] === 'agent') {
  const { runSampleAgent } = await import('./sampleAgent.ts');
  process.exitCode = await runSampleAgent(process.argv[3] ?? '', process.argv[4] ?? '');
} else {
  process.exitCode = await sample().catch((error) => {
    const known = error instanceof CliError || error instanceof DaemonError;
    process.stderr.write(
      `callgrove: ${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    return 3;
  });
}

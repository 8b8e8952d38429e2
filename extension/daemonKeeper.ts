/**
 * Starts and stops the daemon through the command line, which alone knows how. Decides when a start is due: on a wish,
 * when somebody looks and none runs, when the one that runs is older; never in a workspace that is not trusted, never
 * again on its own after the user stopped it, and not more often than every ten seconds.
 */
import { homedir } from 'node:os';
import { window, workspace } from 'vscode';
import { findNode } from './findNode.ts';
import type { Log } from './log.ts';
import { type CliResult, runCli } from './runCli.ts';

export interface DaemonKeeper {
  /** Starts one where none runs, and replaces an older one. Says what went wrong where `asked`. */
  start(asked: boolean): Promise<boolean>;
  stop(): Promise<void>;
  /** Somebody ended it on purpose: it stays so until a wish. */
  ended(): void;
}

const AGAIN_MS = 10_000;

/** @param knock tells those who wait that one may be up */
export function daemonKeeper(cli: string, log: Log, knock: () => void): DaemonKeeper {
  let stopped = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<boolean> | null = null;

  const begin = async (asked: boolean): Promise<boolean> => {
    const configured = workspace.getConfiguration('callgrove').get<string>('node') || null;
    const runtime = await findNode(configured);
    log.info(`starting the daemon with ${runtime ?? 'the editor’s own runtime'}`);
    const result = await runCli({ cli, args: ['daemon', 'start'], cwd: homedir(), runtime });
    if (result.code === 0) {
      log.info(result.stdout.trim());
      knock();
      return true;
    }
    log.error(whatWasSaid(result));
    if (asked) await sayFailure('The daemon could not be started.', result, log);
    return false;
  };

  return {
    async start(asked) {
      if (!workspace.isTrusted) return false;
      if (asked) stopped = false;
      else if (stopped || performance.now() - startedAt < AGAIN_MS) return false;
      startedAt = performance.now();
      running ??= begin(asked).finally(() => {
        running = null;
      });
      return running;
    },
    async stop() {
      stopped = true;
      const result = await runCli({ cli, args: ['daemon', 'stop'], cwd: homedir() });
      if (result.code === 0) log.info(result.stdout.trim());
      else await sayFailure('The daemon could not be stopped.', result, log);
      knock();
    },
    ended() {
      stopped = true;
    },
  };
}

/** The command line's own words: they name what failed and the remedy. */
export function whatWasSaid({ code, stderr, stdout }: CliResult): string {
  return stderr.trim() || stdout.trim() || `callgrove ended with ${code ?? 'a signal'} and said nothing`;
}

export async function sayFailure(what: string, result: CliResult, log: Log): Promise<void> {
  const said = whatWasSaid(result);
  log.error(`${what} ${said}`);
  const chosen = await window.showErrorMessage(`${what} ${said.split('\n')[0]}`, 'Show Log');
  if (chosen === 'Show Log') log.show();
}

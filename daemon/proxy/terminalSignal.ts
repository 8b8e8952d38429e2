/**
 * Tells whether a signal came from the terminal's keyboard, which sends it to the whole foreground group: then the
 * server, which stays in our group, has it already and must not get it twice.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { statFields } from './processChain.ts';

/** The terminal is asked for its modes for no longer than this, in milliseconds. */
const ASK_LIMIT_MS = 300;

export interface TerminalFacts {
  /** Is our process group the one that the terminal's keyboard reaches? */
  readonly foreground: boolean;
  /** Does the terminal turn Ctrl+C into a signal? Programs with a full screen switch that off. */
  readonly keysSignal: boolean;
}

/** The terminal sends these three; it cannot be told apart who sent one, so its modes decide. */
export function deliveredByTerminal(signal: NodeJS.Signals, facts: () => TerminalFacts): boolean {
  if (signal !== 'SIGINT' && signal !== 'SIGQUIT' && signal !== 'SIGHUP') return false;
  const { foreground, keysSignal } = facts();
  return foreground && (signal === 'SIGHUP' || keysSignal);
}

/** Never throws; without a terminal nothing is in the foreground. */
export function terminalFacts(): TerminalFacts {
  const foreground = inForeground();
  return { foreground, keysSignal: foreground && keysMakeSignals() };
}

function inForeground(): boolean {
  if (process.platform !== 'linux') return process.stdin.isTTY === true || process.stderr.isTTY === true;
  // After the state: ppid, pgrp, session, tty_nr, tpgid.
  const [, , group, , , terminalGroup] = statFields('self');
  return group !== undefined && group === terminalGroup;
}

function keysMakeSignals(): boolean {
  if (process.platform === 'win32') return true;
  try {
    const terminal = openSync('/dev/tty', 'r');
    const modes = spawnSync('stty', ['-a'], { stdio: [terminal, 'pipe', 'ignore'], timeout: ASK_LIMIT_MS });
    closeSync(terminal);
    return !/(^|\s)-isig\b/.test(String(modes.stdout));
  } catch {
    return true;
  }
}

/** What a verb is: its words for the help, its options, and what it does. Everything it touches comes in with the context. */
import type { DaemonClient } from '../feed/daemonClient.ts';
import type { ExitCode } from './exit.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface OptionSpec {
  /** The value's name in the help, or null for a switch. */
  readonly value: string | null;
  readonly help: string;
  /** One letter that stands for it. */
  readonly short?: string;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly required: boolean;
  readonly help: string;
}

export interface VerbSpec {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** Usage lines without the program's name. */
  readonly usage: readonly string[];
  readonly args: readonly ArgumentSpec[];
  /** Beside the common ones. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** What its exit codes mean where that is more than the usual. */
  readonly exits: Readonly<Partial<Record<ExitCode, string>>>;
}

export interface Scope {
  /** The current workspace; null with `--all`. */
  readonly workspace: string | null;
  readonly all: boolean;
}

export interface Context {
  readonly args: readonly string[];
  /** The value of an option, or null where it is not given. */
  readonly option: (name: string) => string | null;
  /** Every value of an option that may be given many times. */
  readonly values: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
  readonly json: boolean;
  readonly scope: Scope;
  /** The state folder, absolute. */
  readonly home: string;
  readonly out: Output;
  readonly terminal: () => Terminal;
  /** Finds the daemon, starting one when none is up. Throws a CliError that says what to do. */
  readonly connect: () => Promise<DaemonClient>;
  /** For verbs that go on until they are stopped: from now on Ctrl+C and SIGTERM abort this instead of ending the process. */
  readonly untilStopped: () => AbortSignal;
}

export interface Verb {
  readonly spec: VerbSpec;
  readonly run: (context: Context) => Promise<ExitCode>;
}

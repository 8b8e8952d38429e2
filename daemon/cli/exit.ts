/** How a verb ends: the four exit codes, and the one error that carries a code and a sentence for people. */

export const EXIT = { fine: 0, finding: 1, usage: 2, failed: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the verb with `code` after its message was printed to stderr. `hint` says what to do, on a line of its own. */
export class CliError extends Error {
  readonly code: ExitCode;
  readonly hint: string | null;
  constructor(code: ExitCode, message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
    this.hint = hint;
  }
}

export function wrongUsage(message: string, hint: string | null = null): CliError {
  return new CliError(EXIT.usage, message, hint);
}

export function couldNot(message: string, hint: string | null = null, cause?: unknown): CliError {
  return new CliError(EXIT.failed, message, hint, { cause });
}

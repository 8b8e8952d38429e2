/**
 * The one door to the database driver: opens a file with the settings that everything else relies on. It knows no
 * table; what a file may contain is decided by migrations.ts and openStore.ts.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Disposable } from '../base/lifecycle.ts';

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** The part of the driver's statement that we use. Rows are parsed where they are read (rows.ts). */
export interface Statement {
  run(...values: readonly SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  get(...values: readonly SqlValue[]): SqlRow | undefined;
  all(...values: readonly SqlValue[]): SqlRow[];
  iterate(...values: readonly SqlValue[]): IterableIterator<SqlRow>;
}

interface Driver {
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  pragma(text: string, options?: { simple: boolean }): unknown;
  function(
    name: string,
    options: { deterministic: boolean; directOnly: boolean },
    body: (...values: SqlValue[]) => SqlValue,
  ): unknown;
  close(): unknown;
  readonly inTransaction: boolean;
}

type DriverConstructor = new (
  file: string,
  options: { readonly: boolean; fileMustExist: boolean; timeout: number },
) => Driver;

export interface Database extends Disposable {
  readonly file: string;
  /** Prepares once: the same text gives the same statement. Texts must be few; values are bound, never joined in. */
  sql(text: string): Statement;
  /** Prepares a statement that is not kept: for texts built from a viewer's filter. */
  once(text: string): Statement;
  exec(text: string): void;
  pragma(text: string): SqlValue;
  /** Runs `work` in one transaction: all of it is kept, or (when it throws) nothing. */
  transaction<T>(work: () => T): T;
  /** Runs `work` on one unchanging state of the file; within another one's, on that. */
  snapshot<T>(work: () => T): T;
  /** One unchanging state of the file until it is let go: the file cannot be cut back while it is held. */
  hold(): Disposable;
  /**
   * Runs `work`; a statement in it that calls `within(n)` for each row ends with `TimeLimitError` after `limitMs`.
   * The driver is built without SQLite's progress callback, so the limit has to be asked for in the statement.
   */
  limited<T>(limitMs: number, work: () => T): T;
}

export class DriverError extends Error {
  readonly code = 'driver';
}

export class TimeLimitError extends Error {
  readonly code = 'too_slow';
}

/** The driver is built against N-API 10 and ends the whole process on a runtime that lacks it: so it is asked first. */
function loadDriver(): DriverConstructor {
  if (Number(process.versions.napi ?? 0) < 10) {
    throw new DriverError(
      `Callgrove's daemon needs Node 22.14 or later (N-API 10) for its database; this is Node ${process.versions.node} with N-API ${process.versions.napi}.`,
    );
  }
  return createRequire(import.meta.url)('better-sqlite3');
}

/**
 * The same statement with a plan that depends on no value. The driver is built with STAT4, where a parameter that stands by
 * itself in a condition has the statement prepared anew for each other value, which takes several times as long as it runs.
 * Behind a plus, which changes nothing, it is an expression like any other.
 */
export function steady(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|\?/g, (one) => (one === '?' ? '+?' : one));
}

/**
 * @param mode `read` opens an existing file read-only
 * @param busyTimeoutMs how long a statement waits for another process's lock
 */
export function openDatabase(file: string, mode: 'read' | 'write', busyTimeoutMs = 5000): Database {
  const Constructor = loadDriver();
  // The file is made by us first, so that it is never readable by others, not even for a moment. -wal and -shm copy its mode.
  if (mode === 'write' && file !== ':memory:') {
    closeSync(openSync(file, 'a', 0o600));
    if (process.platform !== 'win32') chmodSync(file, 0o600);
  }
  const driver = new Constructor(file, {
    readonly: mode === 'read',
    fileMustExist: mode === 'read',
    timeout: busyTimeoutMs,
  });
  const statements = new Map<string, Statement>();
  let deadline = Number.POSITIVE_INFINITY;
  driver.function('within', { deterministic: false, directOnly: true }, (_row) => {
    if (performance.now() > deadline) throw new TimeLimitError('the question took too long');
    return 1;
  });
  driver.function('lower_unicode', { deterministic: true, directOnly: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : (text ?? null),
  );
  const once = (text: string) => driver.prepare(steady(text));
  const sql = (text: string): Statement => {
    const known = statements.get(text);
    if (known) return known;
    const made = once(text);
    statements.set(text, made);
    return made;
  };
  let open = true;
  return {
    file,
    sql,
    once,
    exec: (text) => void driver.exec(text),
    pragma: (text) => {
      const value = driver.pragma(text, { simple: true });
      return typeof value === 'string' || typeof value === 'number' ? value : null;
    },
    transaction(work) {
      sql('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        sql('COMMIT').run();
        return result;
      } catch (error) {
        // A full disk or a failed write has ended the transaction already; then the first error is what happened.
        if (driver.inTransaction) sql('ROLLBACK').run();
        throw error;
      }
    },
    snapshot(work) {
      if (driver.inTransaction) return work();
      sql('BEGIN DEFERRED').run();
      try {
        return work();
      } finally {
        if (driver.inTransaction) sql('COMMIT').run();
      }
    },
    hold() {
      let held = true;
      sql('BEGIN DEFERRED').run();
      return {
        dispose() {
          if (held && open) sql('COMMIT').run();
          held = false;
        },
      };
    },
    limited(limitMs, work) {
      deadline = performance.now() + limitMs;
      try {
        return work();
      } finally {
        deadline = Number.POSITIVE_INFINITY;
      }
    },
    dispose() {
      if (!open) return;
      open = false;
      statements.clear();
      driver.close();
    },
  };
}

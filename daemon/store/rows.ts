/**
 * The border between SQLite's rows and our values: a column read as what it must be. A column of another type means a
 * damaged or foreign file, and says so by name.
 */
import type { SqlRow } from './database.ts';

export class RowError extends Error {
  readonly code = 'bad_row';
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new RowError(`column ${column} holds no text`);
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new RowError(`column ${column} holds no number`);
  return value;
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

export function flag(row: SqlRow, column: string): boolean {
  return number(row, column) !== 0;
}

/** A column that we filled with JSON ourselves. @param read parses what came out */
export function json<T>(row: SqlRow, column: string, read: (value: unknown) => T): T {
  return read(JSON.parse(text(row, column)));
}

/**
 * The same for a column that says the same in most rows: read anew only where it says something else than in the row
 * before, so that rows may share what came out, and nobody may change it.
 */
export function alike<T>(read: (value: unknown) => T): (row: SqlRow, column: string) => T {
  let last: { readonly text: string; readonly value: T } | null = null;
  return (row, column) => {
    const now = text(row, column);
    if (last?.text !== now) last = { text: now, value: read(JSON.parse(now)) };
    return last.value;
  };
}

/** One of a fixed set of words. */
export function word<const T extends string>(row: SqlRow, column: string, words: readonly T[]): T {
  const value = text(row, column);
  const found = words.find((one) => one === value);
  if (found === undefined)
    throw new RowError(`column ${column} holds the unknown word ${JSON.stringify(value).slice(0, 40)}`);
  return found;
}

/**
 * `control/wrapped.json`: the files that `wrap` has changed, so that all of them are found again from anywhere. A list of
 * places to look at and nothing more: what is undone, and how, the entries say themselves.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from './writeWhole.ts';

const LIMIT = 1000;
const listFile = (home: string) => join(home, 'control', 'wrapped.json');

/** Absolute paths; empty where nothing is known. Never throws. */
export function rememberedFiles(home: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(listFile(home), 'utf8'));
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** Adds to the list. Failing to is no reason not to wrap: it costs `unwrap --all` a place to look at. Never throws. */
export function rememberFiles(home: string, files: readonly string[]): void {
  const all = [...new Set([...rememberedFiles(home), ...files])].slice(-LIMIT);
  try {
    mkdirSync(dirname(listFile(home)), { recursive: true, mode: 0o700 });
    writeWhole(listFile(home), Buffer.from(`${JSON.stringify(all, null, 2)}\n`), 0o600);
  } catch {
    // Said above.
  }
}

/**
 * Changes the user's settings file: only the values that are meant, and only to something that can be read again. Who
 * else writes the file meanwhile is not overwritten.
 */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { readConfig, saveConfig } from './agents/editFile.ts';
import { writeWhole } from './agents/writeWhole.ts';
import { userSettings } from './base/places.ts';
import { editJsonc, type JsoncEdit } from './model/editJsonc.ts';
import { readSettings } from './model/readSettings.ts';
import type { PolicySettings } from './protocol/policy.ts';

/** Where this user's settings stand. */
export function settingsFile(): string {
  return userSettings(process.platform, homedir(), process.env.APPDATA, join);
}

export type OpenSettings =
  | {
      readonly kind: 'open';
      readonly file: string;
      readonly text: string;
      readonly bytes: Buffer | null;
      readonly policy: PolicySettings;
    }
  /** `reason` names the file, and line and column where something in it is wrong. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A file that is not there is empty. Links are followed: dotfiles are often kept elsewhere. */
export function openSettings(file = settingsFile()): OpenSettings {
  if (!existsSync(file)) return { kind: 'open', file, text: '', bytes: null, policy: {} };
  const target = realpathSync(file);
  const read = readConfig(target);
  if (read.kind === 'failed') return { kind: 'failed', reason: `${file}: ${read.reason}` };
  const settings = readSettings(read.text);
  if (settings.kind === 'broken') return { kind: 'failed', reason: `${file}: ${settings.reason}` };
  if (settings.policy === null)
    return { kind: 'failed', reason: `${file}: ${settings.mistakes[0]?.sentence ?? 'it has a mistake'}` };
  return { kind: 'open', file: target, text: read.text, bytes: read.bytes, policy: settings.policy };
}

/** The text as it will be; null where it could not be read again. */
export function changedText(text: string, edits: readonly JsoncEdit[]): string | null {
  const changed = editJsonc(text, edits);
  const settings = readSettings(changed);
  return settings.kind === 'read' && settings.policy !== null ? changed : null;
}

/** @returns null when it was saved, else why not */
export function saveSettings({ file, bytes }: Extract<OpenSettings, { kind: 'open' }>, text: string): string | null {
  if (bytes !== null) {
    const saved = saveConfig(file, bytes, text);
    return saved.kind === 'saved' ? null : `${file}: ${saved.reason}`;
  }
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeWhole(file, Buffer.from(text), 0o600);
    return null;
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

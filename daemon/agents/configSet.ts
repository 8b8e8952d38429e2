/**
 * The config files at work in one command: each read once, changed as text in memory, and saved at the end. So that a
 * change which goes wrong half-way has written nothing, and a dry run is the same command without the last step.
 */
import type { ConfigFormat } from '../model/configTree.ts';
import { formatOf, parseConfig, type ReadText } from '../model/rewriteConfig.ts';
import { type ServerEntry, serverEntries } from '../model/serverEntries.ts';
import type { ConfigFile } from './configFiles.ts';
import { type ReadFile, readConfig, saveConfig } from './editFile.ts';

export interface OpenFile {
  readonly file: ConfigFile;
  readonly format: ConfigFormat;
  readonly before: ReadFile;
  /** What stands there after the changes so far, with its entries. */
  now: ReadText;
  /** As they stood before any change. */
  readonly entries: readonly ServerEntry[];
}

export type Opened =
  | { readonly kind: 'open'; readonly open: OpenFile }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ConfigSet {
  open(file: ConfigFile): Opened;
  changed(): readonly OpenFile[];
  /** Saves one. Null when it went well, else why not. */
  save(open: OpenFile): string | null;
}

export function createConfigSet(): ConfigSet {
  const known = new Map<string, Opened>();
  return {
    open(file) {
      const found = known.get(file.target) ?? openFile(file);
      known.set(file.target, found);
      return found;
    },
    changed: () =>
      [...known.values()].flatMap((one) =>
        one.kind === 'open' && one.open.now.text !== one.open.before.text ? [one.open] : [],
      ),
    save({ file, before, now }) {
      const saved = saveConfig(file.target, before.bytes, now.text);
      return saved.kind === 'saved' ? null : saved.reason;
    },
  };
}

function openFile(file: ConfigFile): Opened {
  const before = readConfig(file.target);
  if (before.kind === 'failed') return before;
  const format = formatOf(file.path);
  // An empty file declares nothing, and is no mistake.
  if (before.text.trim() === '')
    return { kind: 'open', open: { file, format, before, now: { text: before.text, entries: [] }, entries: [] } };
  const config = parseConfig(before.text, format);
  if (config.kind === 'broken') return { kind: 'failed', reason: `it cannot be read: ${config.reason}` };
  const entries = serverEntries(config);
  return { kind: 'open', open: { file, format, before, now: { text: before.text, entries }, entries } };
}

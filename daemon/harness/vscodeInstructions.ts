/**
 * What is particular to VS Code: folders of instructions that its settings add to those of the table
 * (`chat.instructionsFilesLocations`), and the setting that keeps instructions from being applied by themselves. Settings
 * come with checkouts, too: only folders of the workspace and of the home folder are looked in.
 */
import type { InstructionOptions } from './instructionOptions.ts';
import type { FileRow, InstructionRow, Step } from './instructionRow.ts';
import type { Finding, Search } from './instructionSearch.ts';
import { isObject } from './readConfig.ts';

const KEY = 'chat.instructionsFilesLocations';
const FOLDERS = 50;

export function vscodeRow(row: InstructionRow, options: InstructionOptions): InstructionRow {
  const known = new Set(row.steps.flatMap(({ files }) => files.flatMap(({ setting }) => setting?.key ?? [])));
  const added = options.layers
    .flatMap(({ value }) => (isObject(value) && isObject(value[KEY]) ? Object.entries(value[KEY]) : []))
    .filter(([folder, on]) => on === true && !known.has(`${KEY}/${folder}`))
    .map(([folder]) => folder);
  const folders = [...new Set(added)].filter((folder) => !folder.split(/[\\/]/).includes('..')).slice(0, FOLDERS);
  const stepOf = (look: Step['look'], inHome: boolean): Step => ({
    look,
    pick: 'all',
    files: folders
      .filter((folder) => folder.startsWith('~/') === inHome && !folder.startsWith('/') && !/^[A-Za-z]:/.test(folder))
      .map((folder): FileRow => {
        const path = `${folder.replace(/^\.\//, '').replace(/[\\/]+$/, '')}/**/*.instructions.md`;
        const setting = { key: `${KEY}/${folder}`, otherwise: false };
        return { path, kind: 'rule', scope: 'applyTo', setting, why: `${KEY} names its folder.` };
      }),
  });
  return { ...row, steps: [...row.steps, stepOf('start', false), stepOf('home', true)] };
}

/** With `chat.includeApplyingInstructions` off, what has an `applyTo` counts when the user adds it. */
export function vscodeInstructions(found: readonly Finding[], { options }: Search): Finding[] {
  const set = options.set('chat.includeApplyingInstructions');
  if (set?.value !== false) return [...found];
  return found.map((one) => {
    const applies = one.kind === 'rule' && (one.counts === 'yes' || one.counts === 'on_touch');
    if (!applies) return one;
    return { ...one, counts: 'manual', why: `chat.includeApplyingInstructions is false in ${set.shown}.` };
  });
}

/** The form of rows that say which settings of an agent count, and where they stand. The rows are in `settingsTable.ts`. */
import type { AgentSetting } from '../protocol/harness.ts';

export interface SettingRule {
  /**
   * The way to the member, its levels parted by `/`. A level may be a glob over names; `{here}` stands for names that are
   * the path of the root or the working directory, `{above}` also for folders above it; a level in VS Code's form keeps its dots.
   */
  readonly key: string;
  readonly kind: AgentSetting['kind'];
  /**
   * How it becomes rows: the `value` as one; the `items` of a list; the `members` of an object with their values; only
   * the `names` of its members, where values may be secret; the commands of `hooks`; of a list of folders whether the
   * workspace is in one (`here`).
   */
  readonly shape: 'value' | 'items' | 'members' | 'names' | 'hooks' | 'here';
  /** Whether it lets the agent do something unasked: always, never, or where the value's text fits. */
  readonly grants: boolean | RegExp;
}

type Short = readonly [key: string, kind: SettingRule['kind'], shape: SettingRule['shape'], grants: boolean | RegExp];

/** Rules in short. */
export function rulesOf(...all: readonly Short[]): SettingRule[] {
  return all.map(([key, kind, shape, grants]) => ({ key, kind, shape, grants }));
}

export interface SettingsRow {
  /** As in `model/knownAgents.ts`. */
  readonly agent: string;
  readonly source: string;
  /**
   * Weakest first: `./` is in the root, `>/` in every folder below it down to the working
   * directory, the others as in `homePath.ts`.
   */
  readonly files: readonly string[];
  readonly rules: readonly SettingRule[];
}

/** Files that are a setting each: a command, a skill, a sub-agent. */
export interface SettingFilesRow {
  readonly agent: string;
  readonly source: string;
  readonly kind: AgentSetting['kind'];
  /** Placed as `SettingsRow.files`, with globs. */
  readonly files: readonly string[];
  readonly grants: boolean;
}

/**
 * What an agent's settings let it do, and what they tell it: one row each, guidance and grants told apart, with the file
 * that says so and whether git tracks it. A grant in a tracked file came with the repository; what that means is judged
 * by others.
 */
import type { AgentSetting } from '../protocol/harness.ts';
import { boundedFiles, keepTexts } from './boundedFiles.ts';
import type { Files } from './files.ts';
import { placeOf, portable } from './homePath.ts';
import { readConfig } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';
import { settingFile } from './settingFiles.ts';
import { SETTING_FILES } from './settingFilesTable.ts';
import { settingPaths } from './settingPaths.ts';
import { type FoundSetting, settingRules } from './settingRules.ts';
import { SETTINGS } from './settingsTable.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export interface ReadAgentSettings {
  readonly settings: AgentSetting[];
  /** By digest, each at most 256 KiB: commands, skills, sub-agents. */
  readonly texts: Record<string, string>;
  /** What could not be read, each in one sentence. */
  readonly missing: string[];
}

/** Of one agent. */
const LIMIT = 2000;

/** For the agent of the request, or for all that the tables have; in the order of the tables. Never throws. */
export function readAgentSettings(
  request: CaptureRequest,
  files: Files,
  listing: Pick<WorkspaceListing, 'tracked'>,
): ReadAgentSettings {
  const asked = ({ agent }: { readonly agent: string }) => request.agent === null || agent === request.agent;
  const settings: AgentSetting[] = [];
  const kept = keepTexts();
  const bounded = boundedFiles(files);
  const missing: string[] = [];
  const counts = new Map<string, number>();

  const add = (agent: string, absolute: string, found: readonly FoundSetting[], sha256: string | null): void => {
    const { place, path } = placeOf(absolute, request);
    const tracked = place === 'repository' ? listing.tracked(path) : false;
    for (const [at, one] of found.entries()) {
      const count = counts.get(agent) ?? 0;
      if (count === LIMIT) missing.push(`Of the settings of ${agent} only the first ${LIMIT} are captured.`);
      counts.set(agent, count + 1);
      if (count >= LIMIT) return;
      // The digest is that of the file's own row; what its head grants is told by its value.
      settings.push({ agent, place, path, ...one, tracked, sha256: at === 0 ? sha256 : null });
    }
  };

  for (const { agent, files: paths, rules } of SETTINGS.filter(asked)) {
    for (const { absolute, within } of settingPaths(paths, request, files)) {
      const read = readConfig(absolute, within, files);
      if (read.kind === 'read') add(agent, absolute, settingRules(read.value, rules, request), null);
      if (read.kind === 'failed') missing.push(portable(`${absolute} ${read.reason}.`, request));
    }
  }
  for (const row of SETTING_FILES.filter(asked)) {
    for (const { absolute, within, name } of settingPaths(row.files, request, files)) {
      const content = bounded.read(absolute, within);
      if (content.kind === 'refused') missing.push(portable(`${absolute} ${content.reason}.`, request));
      if (content.kind !== 'file') continue;
      kept.keep(content);
      add(row.agent, absolute, settingFile(row, name, content, request), content.sha256);
    }
  }
  return { settings, texts: kept.texts, missing: [...new Set([...missing, ...kept.missing()])] };
}

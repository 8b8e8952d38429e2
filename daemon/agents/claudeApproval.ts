/**
 * What the user has answered Claude Code about a project's servers. An entry of the user's own is started without that
 * question, so it is read where the answers stand: `~/.claude.json`, the user's settings, and settings of the folder that
 * git does not track. What arrives with a repository approves nothing.
 */
import { join } from 'node:path';
import { type ConfigNode, memberOf } from '../model/configTree.ts';
import { parseConfig } from '../model/rewriteConfig.ts';
import type { Surroundings } from './configFiles.ts';
import type { OpenFile } from './configSet.ts';
import { readConfig } from './editFile.ts';

export type Approval = 'approved' | 'rejected' | 'not asked';

/**
 * @param own `~/.claude.json`
 * @param project the name of the folder in it
 */
export function claudeApproval(
  own: OpenFile,
  project: string,
  server: string,
  { root, home, env }: Surroundings,
  isTracked: (target: string) => boolean,
): Approval {
  const folder = env.CLAUDE_CONFIG_DIR || join(home, '.claude');
  const local = join(root, '.claude', 'settings.local.json');
  const answers = [
    memberOf(memberOf(rootOf(own.now.text), 'projects')?.value, project)?.value,
    settings(join(folder, 'settings.json')),
    isTracked(local) ? undefined : settings(local),
  ];
  if (answers.some((one) => names(one, 'disabledMcpjsonServers', server))) return 'rejected';
  const isApproved = answers.some(
    (one) => names(one, 'enabledMcpjsonServers', server) || isOn(one, 'enableAllProjectMcpServers'),
  );
  return isApproved ? 'approved' : 'not asked';
}

function settings(path: string): ConfigNode | undefined {
  const read = readConfig(path);
  return read.kind === 'read' ? rootOf(read.text) : undefined;
}

function rootOf(text: string): ConfigNode | undefined {
  const config = parseConfig(text, 'json');
  return config.kind === 'broken' ? undefined : config.root;
}

function names(answers: ConfigNode | undefined, key: string, server: string): boolean {
  const list = memberOf(answers, key)?.value;
  return list?.kind === 'array' && list.items.some((item) => item.kind === 'string' && item.value === server);
}

function isOn(answers: ConfigNode | undefined, key: string): boolean {
  const value = memberOf(answers, key)?.value;
  return value?.kind === 'other' && value.value === true;
}

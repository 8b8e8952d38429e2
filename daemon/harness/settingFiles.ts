/**
 * Files that are a setting each: commands, skills, sub-agents, rules of what may run. What their heads let the agent do
 * unasked stands beside them as a grant of its own.
 */
import { type Field, itemsOf, readFrontmatter, textOf } from '../model/frontmatter.ts';
import type { FileContent } from './files.ts';
import type { CaptureRequest } from './request.ts';
import type { SettingFilesRow } from './settingRow.ts';
import type { FoundSetting } from './settingRules.ts';
import { settingKey, settingText } from './settingText.ts';

const DESCRIPTION_CHARS = 200;
const ITEMS = 100;

/** The file's own row first. */
export function settingFile(
  row: SettingFilesRow,
  name: string,
  { text }: FileContent,
  request: CaptureRequest,
): FoundSetting[] {
  const { fields, body } = readFrontmatter(text);
  const key = settingKey(nameOf(name), null, request);
  const first = body.split('\n').find((line) => line.trim() !== '' && !/^\s*(?:#!|\/\/|#\s*$)/.test(line)) ?? '';
  const description = (textOf(fields.get('description')) ?? first.replace(/^#+\s*/, '')).slice(0, DESCRIPTION_CHARS);
  return [
    {
      kind: row.kind,
      key,
      value: settingText(description.trim(), request),
      authority: row.grants ? 'grant' : 'guidance',
    },
    ...headGrants(key, fields, request),
  ];
}

/** `deep/name` of `deep/name.prompt.md`; a skill and an extension are called as their folders. */
function nameOf(path: string): string {
  const folder = /^(?:.*\/)?([^/]+)\/(?:SKILL\.md|gemini-extension\.json)$/.exec(path)?.[1];
  return folder ?? path.replace(/(?:\.(?:prompt|agent|chatmode))?\.(?:md|toml|rules|js|ts|json)$/, '');
}

function headGrants(key: string, fields: ReadonlyMap<string, Field>, request: CaptureRequest): FoundSetting[] {
  const grant = (kind: FoundSetting['kind'], name: string, item: string | null, value: string): FoundSetting => ({
    kind,
    key: settingKey(`${key}: ${name}`, item, request),
    value: settingText(value, request),
    authority: 'grant',
  });
  const found: FoundSetting[] = [];
  // https://code.claude.com/docs/en/skills ("allowed-tools"): used without asking while the skill or command runs.
  for (const name of ['allowed-tools', 'allowedTools']) {
    const items = itemsOf(fields.get(name)).slice(0, ITEMS);
    found.push(...items.map((item) => grant('permission', name, item, item)));
  }
  // https://code.claude.com/docs/en/sub-agents ("permissionMode", "hooks", "mcpServers")
  const mode = textOf(fields.get('permissionMode'));
  if (mode !== null && /acceptEdits|bypassPermissions|dontAsk|auto/.test(mode)) {
    found.push(grant('mode', 'permissionMode', null, mode));
  }
  const hooks = fields.get('hooks');
  if (hooks?.kind === 'nested') {
    const commands = hooks.lines.flatMap((line) => /^[\s-]*(?:command|bash):\s*(.+)$/.exec(line)?.[1] ?? []);
    found.push(...commands.slice(0, ITEMS).map((command, at) => grant('hook', `hooks ${at + 1}`, null, command)));
  }
  // https://opencode.ai/docs/agents ("permission")
  const permission = fields.get('permission');
  const allowed = permission?.kind === 'nested' ? permission.lines.filter((line) => /allow/.test(line)) : [];
  found.push(...allowed.slice(0, ITEMS).map((line) => grant('permission', 'permission', line.trim(), line.trim())));
  return found;
}

/**
 * What is particular to Claude Code's instructions: exclusions by its settings, its plugin that reads AGENTS.md, the
 * part of its memory that it reads, and whether imports out of the workspace were allowed. After
 * https://code.claude.com/docs/en/memory, anthropics/claude-code mods/agents-md/README.md, and what version 2.1.332 sends.
 */
import { join } from 'node:path';
import { globMatch } from '../model/globMatch.ts';
import type { Files } from './files.ts';
import { homePaths } from './homePath.ts';
import type { Finding, Search } from './instructionSearch.ts';
import { memberAt, readConfig, stringList } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';

const MEMORY_LINES = 200;
const MEMORY_BYTES = 25 * 1024;

/** What its plugin agents-md does, by the words of its option. */
type AgentsMd = 'claude-md' | 'claude-md-or-agents-md' | 'claude-md-and-agents-md' | 'managed-only';
const AGENTS_MD: ReadonlySet<unknown> = new Set<AgentsMd>([
  'claude-md',
  'claude-md-or-agents-md',
  'claude-md-and-agents-md',
  'managed-only',
]);
/** The words of the option's older name. */
const OLDER: Readonly<Record<string, AgentsMd>> = {
  none: 'managed-only',
  claude: 'claude-md',
  'agents-fallback': 'claude-md-or-agents-md',
  both: 'claude-md-and-agents-md',
};
const PLUGIN = 'agents-md@builtin';

export function claudeInstructions(found: readonly Finding[], search: Search): Finding[] {
  const ruled = found.map((one) => withoutEmpty(cutMemory(claudeExcluded(one, search), search)));
  return withAgentsMd(ruled, search);
}

/** `claudeMdExcludes` of all layers add up; they are globs over absolute paths, and the organization's files stay. */
export function claudeExcluded(one: Finding, { options }: Search): Finding {
  if (one.look === 'managed' || one.kind === 'memory') return one;
  const path = one.absolute.replaceAll('\\', '/');
  for (const { value, shown } of options.layers) {
    const glob = stringList(memberAt(value, ['claudeMdExcludes'])).find((pattern) => globMatch(pattern, path));
    if (glob !== undefined) return { ...one, counts: 'excluded', why: `claudeMdExcludes of ${shown} names it.` };
  }
  return one;
}

/** Comments are taken out before a file is read; of what is empty then nothing is sent. */
function withoutEmpty(one: Finding): Finding {
  if (one.content.kind !== 'file' || one.content.text.replace(/<!--[\s\S]*?-->/g, '').trim() !== '') return one;
  return { ...one, counts: 'excluded', why: 'It is empty, or holds comments alone.' };
}

/** A CLAUDE.md of the project that says something stands before every AGENTS.md, wherever the two are. */
function withAgentsMd(found: readonly Finding[], { options }: Search): Finding[] {
  const isAgentsMd = ({ name }: Finding) => name === 'AGENTS.md' || name === '.claude/AGENTS.md';
  const own = found.some(
    (one) =>
      one.look === 'ancestors' && one.counts !== 'excluded' && /^(?:\.claude\/)?CLAUDE(?:\.local)?\.md$/.test(one.name),
  );
  const mode = agentsMdMode(options);
  return found.map((one) => {
    if (one.content.kind !== 'file' || one.counts === 'excluded') return one;
    if (mode === 'managed-only' && one.look !== 'managed' && one.kind !== 'memory')
      return { ...one, counts: 'excluded', why: `${PLUGIN} is set to ${mode}.` };
    if (!isAgentsMd(one)) return one;
    const yes = one.look === 'below' ? 'on_touch' : 'yes';
    switch (mode) {
      case 'off':
        return { ...one, counts: 'excluded', why: `enabledPlugins switches ${PLUGIN} off, which would read it.` };
      case 'claude-md':
      case 'managed-only':
        return { ...one, counts: 'excluded', why: `${PLUGIN} is set to ${mode}.` };
      case 'claude-md-and-agents-md':
        return { ...one, counts: yes, why: `${PLUGIN} is set to read it beside CLAUDE.md.` };
      case 'claude-md-or-agents-md':
        return own
          ? { ...one, counts: 'shadowed', why: 'The project has a CLAUDE.md, and AGENTS.md is not imported.' }
          : {
              ...one,
              counts: yes,
              why: 'The project has no CLAUDE.md: Claude Code 2.1.332 reads this in its place, older versions may not.',
            };
      default:
        return mode satisfies never;
    }
  });
}

/** The older name of the option counts where the new one says nothing; a checkout can switch the plugin off, not set it. */
function agentsMdMode({ layers, set }: Search['options']): AgentsMd | 'off' {
  if (set(`enabledPlugins/${PLUGIN}`)?.value === false) return 'off';
  const option = (name: string) =>
    layers
      .filter(({ from }) => from !== 'workspace')
      .map(({ value }) => memberAt(value, ['pluginConfigs', PLUGIN, 'options', name]))
      .findLast((value) => value !== undefined);
  const asked = option('instructionFiles');
  const mode = isAgentsMdMode(asked) ? asked : 'claude-md-or-agents-md';
  const older = option('projectInstructions');
  if (older === undefined || mode !== 'claude-md-or-agents-md') return mode;
  return (typeof older === 'string' ? OLDER[older] : undefined) ?? 'claude-md';
}

const isAgentsMdMode = (value: unknown): value is AgentsMd => AGENTS_MD.has(value);

/** Only the start of the memory is read when a session begins. */
function cutMemory(one: Finding, { request }: Search): Finding {
  if (one.kind !== 'memory' || one.content.kind !== 'file' || one.counts === 'excluded') return one;
  if (/^(?:1|true)$/.test(request.environment.plain.CLAUDE_CODE_DISABLE_AUTO_MEMORY ?? '')) {
    return { ...one, counts: 'excluded', why: 'CLAUDE_CODE_DISABLE_AUTO_MEMORY is set.' };
  }
  const lines = one.content.text.split('\n').length - (one.content.text.endsWith('\n') ? 1 : 0);
  if (lines <= MEMORY_LINES && one.content.size <= MEMORY_BYTES) return one;
  return { ...one, counts: 'cut', why: `${one.why} Of it the first ${MEMORY_LINES} lines or 25 KiB are read.` };
}

/** How the folder of a project's memory is called: the path of the checkout, all worktrees share the main one's. */
export function claudeProjectName(request: CaptureRequest, files: Files): string {
  const link = files.read(join(request.root, '.git'), request.root, 4096);
  const main = link.kind === 'file' ? /^gitdir: (.+?)[\\/]\.git[\\/]worktrees[\\/]/m.exec(link.text)?.[1] : undefined;
  return (main ?? request.root).replace(/[^A-Za-z0-9]/g, '-');
}

/** As the user answered when Claude Code asked about imports out of the workspace; null where nothing says. */
export function claudeImportsApproved({ request, files }: Search): boolean | null {
  for (const { base, rest, within } of homePaths('{CLAUDE_CONFIG_DIR:~}/.claude.json', request)) {
    const read = readConfig(join(base, rest), within, files);
    if (read.kind !== 'read') continue;
    for (const folder of [request.cwd, request.root]) {
      const project = memberAt(read.value, ['projects', folder.replaceAll('\\', '/')]);
      const answer = memberAt(project, ['hasClaudeMdExternalIncludesApproved']);
      if (answer === true) return true;
      if (answer === false && memberAt(project, ['hasClaudeMdExternalIncludesWarningShown']) === true) return false;
    }
  }
  return null;
}

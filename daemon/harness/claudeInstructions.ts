/**
 * What is particular to Claude Code's instructions: exclusions by its settings, its plugin that reads AGENTS.md, the
 * part of its memory that it reads, and whether imports out of the workspace were allowed. After
 * https://code.claude.com/docs/en/memory and anthropics/claude-code mods/agents-md/README.md.
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

export function claudeInstructions(found: readonly Finding[], search: Search): Finding[] {
  return withAgentsMd(found, search).map((one) => cutMemory(claudeExcluded(one, search), search));
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

/** The plugin's option was renamed, and its default changed, between versions: not set, nothing is known. */
function withAgentsMd(found: readonly Finding[], { options }: Search): Finding[] {
  const isAgentsMd = ({ name }: Finding) => name === 'AGENTS.md' || name === '.claude/AGENTS.md';
  const own = found.some((one) => one.look === 'ancestors' && /^(?:\.claude\/)?CLAUDE(?:\.local)?\.md$/.test(one.name));
  const plugin = (option: string) =>
    options.layers
      .filter(({ from }) => from !== 'workspace')
      .map(({ value }) => memberAt(value, ['pluginConfigs', 'agents-md@builtin', 'options', option]))
      .findLast((value) => value !== undefined);
  const mode = plugin('projectInstructions') ?? plugin('instructionFiles') ?? null;
  return found.map((one) => {
    if (!isAgentsMd(one) || one.content.kind !== 'file') return one;
    const yes = one.look === 'below' ? 'on_touch' : 'yes';
    if (mode === 'both' || mode === 'claude-md-and-agents-md') {
      return { ...one, counts: yes, why: 'Its plugin agents-md is set to read it beside CLAUDE.md.' };
    }
    if (mode === 'claude' || mode === 'claude-md' || mode === 'none' || mode === 'managed-only') {
      return { ...one, counts: 'excluded', why: `Its plugin agents-md is set to ${mode}.` };
    }
    if (own) return { ...one, counts: 'shadowed', why: 'The project has a CLAUDE.md, and AGENTS.md is not imported.' };
    if (mode !== null)
      return { ...one, counts: yes, why: 'The project has no CLAUDE.md; its plugin agents-md reads it.' };
    return {
      ...one,
      counts: 'unknown',
      why: 'Claude Code does not read it itself; some versions of its built-in plugin agents-md do.',
    };
  });
}

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

/** The line by which people know a session before they label it: who, where, and what it did first. */

export interface TitleFacts {
  /** `claude-code/2.1.329`, or `unknown`. */
  readonly agent_id: string;
  readonly branch: string | null;
  /** Full or short hash. */
  readonly commit: string | null;
  /** Last part of the workspace's path; shown where there is no branch. */
  readonly folder: string | null;
  /** In order of their first use. */
  readonly first_tools: readonly string[];
}

const MAX_PART_CHARS = 40;
const MAX_TOOLS = 3;

/** For example `claude-code · main@1a2b3c4 · read_file, write_file`. Parts that are not known are left out. */
export function sessionTitle(facts: TitleFacts): string {
  const agent = facts.agent_id === 'unknown' ? 'unknown agent' : facts.agent_id.replace(/\/[^/]*$/, '');
  const commit = facts.commit?.slice(0, 7) ?? null;
  const place =
    facts.branch === null
      ? (commit ?? facts.folder)
      : commit === null
        ? facts.branch
        : `${clip(facts.branch)}@${commit}`;
  const tools = facts.first_tools.slice(0, MAX_TOOLS).map(clip).join(', ');
  return [agent, place, tools].flatMap((part) => (part ? [part === tools ? part : clipPlace(part)] : [])).join(' · ');
}

function clip(text: string): string {
  return text.length <= MAX_PART_CHARS ? text : `${text.slice(0, MAX_PART_CHARS - 1)}…`;
}

function clipPlace(text: string): string {
  return text.length <= MAX_PART_CHARS + 8 ? text : clip(text);
}

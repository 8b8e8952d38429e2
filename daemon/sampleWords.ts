/** What the sample tells the person who started it, before and after. Text only. */
import type { PageUrl } from './cli/pageUrl.ts';
import { safeLine } from './cli/safeText.ts';

/** What the agent calls itself. */
export const SAMPLE_AGENT = 'callgrove-sample';

/** @param program how the user calls callgrove from where they are */
export function beforehand(facts: {
  page: PageUrl;
  root: string;
  git: boolean;
  home: string;
  program: string;
}): string {
  return [
    'A small agent fixes a bug in a temporary repository. Its MCP servers run behind callgrove run.',
    '',
    `  page        ${facts.page.url}`,
    `              works once, within a minute; later: ${facts.program} ui`,
    `  repository  ${facts.root}${facts.git ? '' : ' (a plain folder: there is no git here)'}, removed at the end`,
    `  recorded    ${facts.home}`,
    '',
    '',
  ].join('\n');
}

/**
 * @param facts.failure why the agent failed, or null
 * @param facts.anywhere how callgrove is called from another folder
 */
export function afterwards(facts: { failure: string | null; program: string; anywhere: string }): string {
  const { failure, program, anywhere } = facts;
  const ended =
    failure === null
      ? 'The agent is done.'
      : `The agent failed: ${failure
          .split('\n')
          .map((line) => safeLine(line))
          .join('\n  ')}`;
  return [
    '',
    `${ended} The page stays up until Ctrl+C, which stops what this started.`,
    '',
    'What next',
    `  ${program} ui                    the page again, with a new code`,
    `  ${program} show last --all       this session`,
    `  ${program} calls --all --errors  what went wrong in it`,
    '',
    "To trace your own servers, in your project's folder:",
    `  ${anywhere} wrap --dry-run  what it would change in your agents' files`,
    `  ${anywhere} wrap            changes it; unwrap takes it back, byte for byte`,
    '',
    '',
  ].join('\n');
}

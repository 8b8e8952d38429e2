/** `README.md` of a bundle: what somebody who gets it has to know, without Callgrove and without having heard of it. */
import { BUNDLE_VERSION, type BundledSession, type ManifestDraft, MEMBER } from '../protocol/bundle.ts';

const BODIES = {
  full: 'Every message is there in full.',
  head: 'Of every message the first 2 KiB are there.',
  shape: 'Of every message the shape is there: names and types, no values.',
  none: 'The texts of the messages are not there.',
} as const;

/** @param session masked already */
export function readmeText({ session, connections }: BundledSession, draft: ManifestDraft): string {
  const { counts, options, cut, redaction } = draft;
  const masked = redaction.reduce((sum, { count }) => sum + count, 0);
  const servers = [...new Set(connections.map(({ server }) => server))].map(inCode).join(', ');
  const lines = [
    `# ${inCode(session.label ?? session.title)}`,
    '',
    `One session of ${inCode(session.agent_id)} with ${servers === '' ? 'no server' : servers}, recorded by`,
    `[Callgrove](https://www.npmjs.com/package/callgrove) ${draft.callgrove}: what a coding agent did through its MCP servers.`,
    '',
    `- ${counts.calls} calls, ${session.failed_calls} of the tool calls failed, ${session.denied_calls} were denied; ended: ${session.terminal_state}`,
    `- started ${session.started_at}, session \`${session.session_id}\``,
    '',
    'Open `report.html` in a browser: it needs no network and no Callgrove. With Callgrove, `callgrove verify FILE` checks',
    'the hashes and looks for secrets once more, `callgrove import FILE` puts the session beside your own, to be compared',
    'with `callgrove diff`. Nothing in here is ever run.',
    '',
    '## What is in it',
    '',
    '| file | holds |',
    '| --- | --- |',
    `| \`${MEMBER.session}\` | the session, its connections to servers, gaps in the record |`,
    `| \`${MEMBER.calls}\` | ${counts.calls} calls, one a line: what was called, how it ended, what it touched |`,
    `| \`${MEMBER.frames}\` | ${counts.frames} JSON-RPC messages, one a line, those that belong to no call first |`,
    `| \`${MEMBER.denials}\`, \`${MEMBER.findings}\` | what policy refused (${counts.denials}), what is worth a look (${counts.findings}) |`,
    `| \`harness/\` | what the agent woke up on: instruction files, settings, servers, git (${counts.captures} captures) |`,
    `| \`${MEMBER.manifest}\` | versions, hashes of all files, what was masked and what was left out |`,
    '',
    BODIES[options.bodies],
    options.with_instructions
      ? 'The texts of instruction files are included.'
      : 'Instruction files are named by their hashes; their texts are not included.',
    '',
    '## What was masked',
    '',
    draft.redacted
      ? `${masked} places. A secret stands as \`<secret:kind#digits>\`, the home folder as \`~\`, names of user and machine and e-mail addresses as \`<user#digits>\`, \`<host#digits>\`, \`<email#digits>\`. The same value has the same digits; they are keyed, so that nobody can try guesses.`
      : '**Nothing.** This bundle was made with `--no-redact`: it may hold secrets. Do not pass it on.',
  ];
  if (cut.length > 0)
    lines.push('', '## What was left out', '', ...cut.map(({ what, count, why }) => `- ${what}: ${count}. ${why}.`));
  lines.push('', `Bundle format ${BUNDLE_VERSION}.`, '');
  return lines.join('\n');
}

/** As it stands, in one line: a placeholder is no tag of HTML's. */
function inCode(text: string): string {
  return `\`${text.replace(/[`\r\n]+/g, ' ')}\``;
}

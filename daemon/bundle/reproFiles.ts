/** The files of `repro/` beside the script: the messages, what they are sent to and what came of it, and how to run it. */

import { fenced } from '../model/markdown.ts';
import { shellWords } from '../model/shellWords.ts';
import { inspectorLine } from './inspectorLine.ts';
import type { ReproPlan } from './reproPlan.ts';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** @param earlier those of the plan's that are needed */
export function reproFiles(plan: ReproPlan, earlier: readonly string[], version: string): TextFile[] {
  const { server, handshake, failing, id, expected, answers, waitMs } = plan;
  const frames = [...handshake, ...earlier, failing];
  const count = messageCount(frames);
  const settings = { v: 1, callgrove: version, server, failing: id, expected, answers, wait_ms: waitMs };
  return [
    { name: 'frames.ndjson', text: `${frames.join('\n')}\n` },
    { name: 'repro.json', text: `${JSON.stringify(settings, null, 2)}\n` },
    { name: 'README.md', text: readme(plan, count) },
  ];
}

/** A call with several rounds is as many messages. */
export function messageCount(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.split('\n').length, 0);
}

/** The command that shows the failure, typed in the folder that holds it. */
export function reproCommand({ server }: ReproPlan): string {
  return server.command.length > 0 || server.url !== null ? 'node repro.mjs' : 'node repro.mjs -- SERVER-COMMAND';
}

function readme(plan: ReproPlan, count: number): string {
  const { server } = plan;
  const line = inspectorLine(plan);
  const target = server.url ?? (server.command.length > 0 ? shellWords(server.command) : null);
  return `# Reproduction

\`${reproCommand(plan)}\` replays ${count} recorded ${count === 1 ? 'message' : 'messages'} and says whether the failure shows (exit code 1) or not (0);
2 means that it could not be tried. It needs Node 18 or later and nothing else. Read it before you run it: it is short.
${
  target === null
    ? '\nThe record does not name the server’s command: give it after `--`.\n'
    : `\nIt ${server.url === null ? 'starts' : 'asks'}:\n\n${fenced(target)}\n\nAnother one: \`node repro.mjs -- COMMAND ARGS…\`, or \`node repro.mjs URL --header "Name: value"\`.\n`
}${
  server.variables.length > 0
    ? `\nWhen this was recorded these variables were set: ${server.variables.slice(0, 40).join(', ')}. Their values are not here.\n`
    : ''
}
Secrets and names were replaced by placeholders like \`<secret:…>\`; \`~\` stands for the home folder.
${line === null ? '' : `\nWith the MCP Inspector, without what came before:\n\n${fenced(line)}\n`}`;
}

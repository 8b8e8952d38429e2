/**
 * The Markdown for an issue tracker: what happened in words, the failing call and its error, versions, the harness, and
 * how to reproduce it. Made of a bundle's members, which are redacted already; what others said stands in it as code.
 */
import { durationText } from '../model/durationText.ts';
import { fenced, inlineCode, plainText } from '../model/markdown.ts';
import { outcomeText } from '../model/outcomeText.ts';
import { shellWords } from '../model/shellWords.ts';
import type { BundledConnection, ManifestDraft } from '../protocol/bundle.ts';
import type { StoredCapture } from '../protocol/captures.ts';
import type { Call, Session } from '../protocol/record.ts';
import { inspectorLine } from './inspectorLine.ts';
import { reproCommand } from './reproFiles.ts';
import type { ReproChoice } from './reproPlan.ts';

/** Whether the failure was seen again when it was replayed here. */
export type Verdict =
  | { readonly reproduced: 'yes'; readonly messages: number; readonly least: boolean }
  | { readonly reproduced: 'no'; readonly got: string | null }
  | { readonly reproduced: 'not tried'; readonly why: string };

export interface IssueFacts {
  readonly session: Session;
  readonly call: Call;
  readonly connection: BundledConnection | null;
  /** As the detail pane shows them; null where there is none. */
  readonly bodies: { readonly arguments: string | null; readonly result: string | null; readonly error: string | null };
  readonly draft: ManifestDraft;
  /** The session's first. */
  readonly capture: StoredCapture | null;
  readonly plan: ReproChoice;
  readonly verdict: Verdict;
  /** Of the machine that the report is made on. */
  readonly machine: { readonly node: string; readonly os: string };
  /** The bundle's file name. */
  readonly bundle: string;
}

/** A tracker shows no more of a block with pleasure. */
const BODY_CHARS = 3000;

export function issueText(facts: IssueFacts): string {
  const { call, bundle, draft } = facts;
  const parts = [
    `# ${title(call)}`,
    whatHappened(facts),
    call.error_message === null ? null : fenced(call.error_message),
    errorFacts(call),
    body('Arguments', facts.bodies.arguments),
    body('Error', facts.bodies.error),
    call.outcome === 'success' || facts.bodies.error === null ? body('Answer', facts.bodies.result) : null,
    `## Reproduce\n\n${reproduce(facts)}`,
    `## Versions\n\n${list(versions(facts))}`,
    `## Harness\n\n${list(harness(facts))}`,
    `---\n${inlineCode(bundle)} holds the call and those around it, ${draft.redacted ? 'redacted' : '**not redacted**'}: unpack it and open \`report.html\`, or \`callgrove open ${bundle}\`.`,
  ];
  return `${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`;
}

function title(call: Call): string {
  const name = plainText(call.tool ?? call.method);
  const how = call.error?.error_class;
  const ends: Readonly<Record<Call['outcome'], string>> = {
    success: 'answers',
    error: call.layers.rpc === 'error' ? 'answers with a protocol error' : 'fails',
    denied: 'was denied',
    cancelled: 'was cancelled before it answered',
    timeout: 'does not answer in time',
    lost: 'gives no answer',
    running: 'has not answered yet',
  };
  const what =
    call.outcome === 'error' && how !== undefined && how !== 'unknown' ? ` (${how.replaceAll('_', ' ')})` : '';
  return `${plainText(call.server)}: ${name} ${ends[call.outcome]}${what}`;
}

function whatHappened({ session, call, connection }: IssueFacts): string {
  const agent = plainText(call.agent_id.replace('/', ' '));
  const asked =
    call.direction === 'c2s'
      ? `${agent} called ${inlineCode(call.tool ?? call.method)} on the server ${inlineCode(call.server)}`
      : `The server ${inlineCode(call.server)} asked ${agent} for ${inlineCode(call.method)}`;
  const way = connection === null || connection.transport === 'unknown' ? '' : ` (${connection.transport})`;
  const took = call.duration_ms === null ? '' : ` after ${durationText(call.duration_ms)}`;
  const { transport, rpc, tool } = call.layers;
  const layer =
    tool === 'error'
      ? `Message and answer went through; the tool itself says that it failed${took}.`
      : rpc === 'error'
        ? `The server answered with an error of the protocol${took}.`
        : transport === 'error'
          ? 'The way to the server broke before an answer was seen.'
          : call.outcome === 'success'
            ? `It answered${took}.`
            : `It ended as ${outcomeText(call.outcome, call.layers)}${took}.`;
  const note = call.outcome_note === null ? '' : ` ${plainText(sentence(call.outcome_note))}`;
  const place = `It was one of ${session.tool_calls} tool calls in the session, of which ${session.failed_calls} failed.`;
  return `${asked}${way}. ${layer}${note} ${place}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function errorFacts({ error }: Call): string {
  if (error === null) return '';
  const yes = (value: boolean | null) => (value === null ? null : value ? 'yes' : 'no');
  return list([
    ['class', error.error_class === 'unknown' ? null : error.error_class],
    ['code', error.error_code],
    ['cause', error.auth_cause],
    ['read from', error.read_from],
    ['can be recovered', yes(error.recoverable)],
    ['what helps', error.recovery_action === 'none' ? null : error.recovery_action],
    ['safe to repeat', yes(error.retry_safe)],
  ]);
}

function body(name: string, text: string | null): string | null {
  if (text === null || text === '') return null;
  const rest = text.length - BODY_CHARS;
  const more = rest > 0 ? `\n… ${rest} more characters in the bundle` : '';
  const language = /^\s*[[{]/.test(text) ? 'json' : '';
  return `<details><summary>${name}</summary>\n\n${fenced(text.slice(0, BODY_CHARS) + more, language)}\n\n</details>`;
}

function reproduce({ plan, verdict }: IssueFacts): string {
  if (plan.kind === 'none') return `**Reproduced: not tried.** ${plan.why}`;
  const line = inspectorLine(plan);
  const { server } = plan;
  const target = server.url ?? (server.command.length > 0 ? shellWords(server.command) : null);
  const steps = [
    `**Reproduced: ${verdict.reproduced}.** ${verdictText(verdict)}`,
    `In the folder \`repro/\`:\n\n${fenced(reproCommand(plan), 'sh')}`,
    target === null
      ? null
      : `It ${server.url === null ? 'starts' : 'asks'} ${inlineCode(target)}; another command goes after \`--\`.`,
    line === null ? null : `Or with the MCP Inspector, the call alone:\n\n${fenced(line, 'sh')}`,
  ];
  return steps.filter((step) => step !== null).join('\n\n');
}

function verdictText(verdict: Verdict): string {
  switch (verdict.reproduced) {
    case 'yes':
      return `${verdict.messages} ${verdict.messages === 1 ? 'message shows' : 'messages show'} it${verdict.least ? ', and none of them can be left out' : ''}.`;
    case 'no':
      return `Replayed with redacted values the call ended otherwise${verdict.got === null ? '' : `: ${plainText(verdict.got)}`}.`;
    case 'not tried':
      return plainText(verdict.why);
    default:
      return verdict satisfies never;
  }
}

type Fact = readonly [name: string, value: string | null | undefined];

function versions({ call, connection, draft, machine, capture }: IssueFacts): Fact[] {
  const name = connection?.server_name ?? call.tool_version?.split('/')[0] ?? null;
  const version = connection?.server_version ?? call.tool_version?.split('/')[1] ?? null;
  const tools = capture?.capture.harness.environment?.tools ?? [];
  return [
    ['server', name === null ? null : `${name} ${version ?? 'of unknown version'}`],
    ['agent', call.agent_id.replace('/', ' ')],
    ['protocol', call.protocol_version],
    ['Callgrove', `${draft.callgrove}${recorded(draft)}`],
    ['Node', machine.node],
    ['system', machine.os],
    ...tools.slice(0, 8).map((tool): Fact => [tool.name, tool.version]),
  ];
}

function recorded({ adapters, callgrove }: ManifestDraft): string {
  const others = adapters.map(({ version }) => version).filter((version) => version !== callgrove && version !== null);
  return others.length === 0 ? '' : ` (recorded by ${others.join(', ')})`;
}

function harness({ capture, call, connection }: IssueFacts): Fact[] {
  if (capture === null) return [['captured', 'nothing: what the agent woke up on is not known']];
  const { harness: version, workbench } = capture.capture;
  const entry = version.servers?.find((one) => one.name === call.server);
  const instructions = version.instruction_source?.filter((one) => one.counts === 'yes') ?? [];
  return [
    ['version', version.harness_id],
    ['since last time', capture.head.sentence],
    [
      'server entry',
      entry === undefined
        ? null
        : `${entry.package.how}, ${entry.package.pinned === true ? 'pinned' : 'not pinned'}${entry.version_trap === null ? '' : `; ${entry.version_trap}`}`,
    ],
    [
      'instructions',
      instructions.length === 0 ? null : [...new Set(instructions.map((one) => one.path))].slice(0, 8).join(', '),
    ],
    ['lockfiles', version.dependencies?.map((one) => one.lockfile).join(', ')],
    [
      'checkout',
      workbench.git === null
        ? null
        : `${workbench.git.head?.slice(0, 12) ?? 'no commit'}, ${workbench.git.dirty_total + workbench.untracked_total} not as committed`,
    ],
    ['variables set', connection === null ? null : `${connection.variables.length}`],
  ];
}

/** What is not known is left out. */
function list(facts: readonly Fact[]): string {
  return facts
    .flatMap(([name, value]) => (value == null || value === '' ? [] : [`- ${name}: ${plainText(value)}`]))
    .join('\n');
}

/** `callgrove show --resume`: how to go on where a session ended, for people and for programs. */
import type { DaemonClient } from '../feed/daemonClient.ts';
import { terminalStateText } from '../model/outcomeText.ts';
import { HOW_TEXT, recoveryText } from '../model/recoveryText.ts';
import { resumeFold } from '../model/resumePlan.ts';
import { runAgainText } from '../model/resumeText.ts';
import { SessionCheckpoints } from '../protocol/captures.ts';
import type { ResumePlan, ResumeStep } from '../protocol/checkpoint.ts';
import { SessionHead } from '../protocol/feed.ts';
import { Call } from '../protocol/record.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { checkpointLines } from './checkpoint.ts';
import { queryPath } from './queryPath.ts';
import { safeLine } from './safeText.ts';

export async function resumePlanOf(client: DaemonClient, sessionId: string): Promise<ResumePlan> {
  const path = `/api/sessions/${encodeURIComponent(sessionId)}`;
  const { session } = await client.get(path, SessionHead);
  const { last_good, recovered_by } = await client.get(`${path}/checkpoints`, SessionCheckpoints);
  const fold = resumeFold();
  for await (const call of client.getLines(queryPath('/api/calls', { session: sessionId }), Call)) fold.add(call);
  return fold.plan(session, last_good, recovered_by);
}

/** Of a longer list the newest are shown. */
const SHOWN = 20;

const GROUPS: readonly (readonly ['skip' | 'verify_first' | 'safe_to_repeat', string])[] = [
  ['verify_first', 'Look first'],
  ['skip', 'Done: skip'],
  ['safe_to_repeat', 'Safe to repeat'],
];

export function resumeLines(plan: ResumePlan, drawing: Drawing): string[] {
  const { paint, terminal } = drawing;
  const { unicode, columns } = terminal;
  const seen =
    plan.visible_to_new_session === 'unknown'
      ? 'Whether a new session sees what it did is not known.'
      : plan.visible_to_new_session
        ? 'A new session sees what it did.'
        : 'Some of what it did went with it.';
  const recovery = recoveryText(plan.recovery_status, plan.recovered_by);
  const lines = [
    `${paint.bold(plan.session_id)}  ${terminalStateText(plan.terminal_state)}`,
    `  ${runAgainText(plan.plain_retry_safe)} ${seen}`,
    ...(recovery === null ? [] : [`  ${recovery}`]),
    '',
    paint.bold('Last good checkpoint'),
    ...(plan.last_good_checkpoint === null
      ? ['  none: no call succeeded before the first failure']
      : checkpointLines(plan.last_good_checkpoint).map((line) => `  ${safeLine(line, unicode)}`)),
  ];
  for (const [group, heading] of GROUPS) {
    const steps = plan[group];
    if (steps.length === 0) continue;
    lines.push('', paint.bold(`${heading} (${steps.length})`));
    if (steps.length > SHOWN) lines.push(paint.dim(`  … ${steps.length - SHOWN} before these; --json has them all`));
    for (const step of steps.slice(-SHOWN)) lines.push(...stepLines(step, drawing, columns));
  }
  const { made_good } = plan.recovered_by;
  if (made_good.length > 0) lines.push('', paint.bold(`Made good (${made_good.length})`));
  for (const { call_id, how, by } of made_good.slice(-SHOWN))
    lines.push(`  ${call_id}`, paint.dim(`    ${HOW_TEXT[how]}${by === null ? '' : `, ${by}`}`));
  return lines;
}

function stepLines(step: ResumeStep, { paint, terminal: { unicode } }: Drawing, columns: number): string[] {
  const name = `${step.server}/${step.tool ?? '?'}`;
  const said = step.summary ? `  ${paint.dim(safeLine(step.summary, unicode))}` : '';
  return [cut(`  ${safeLine(name, unicode)}${said}`, columns, unicode), paint.dim(`    ${step.call_id}  ${step.why}`)];
}

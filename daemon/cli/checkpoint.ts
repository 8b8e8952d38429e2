/**
 * `callgrove checkpoint`: captures the workbench as it is now as a checkpoint of a session; with `--verify` the tests say
 * whether this is a good state.
 */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { commandRequest } from '../commandRequest.ts';
import { createCapturer } from '../harness/capture.ts';
import { runLine } from '../harness/runLine.ts';
import { StoredHarness } from '../protocol/captures.ts';
import type { Checkpoint, CheckpointVerdict } from '../protocol/checkpoint.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { couldNot, EXIT } from './exit.ts';
import { resolveId } from './resolveId.ts';
import { safeLine } from './safeText.ts';
import type { Context, Verb } from './verb.ts';

const TEST_MS = 30 * 60_000;

export const checkpoint: Verb = {
  spec: {
    name: 'checkpoint',
    summary: 'marks the state that a session has reached; with --verify the tests say whether it is good',
    usage: ['checkpoint [SESSION] [--verify] [--json]'],
    args: [{ name: 'SESSION', required: false, help: 'an id, the beginning of one, last (the default) or last~N' }],
    options: { verify: { value: null, help: 'runs the test command of this folder; it is shown before it starts' } },
    examples: [
      ['checkpoint', 'the newest session of this workspace, as the folder is now'],
      ['checkpoint --verify', 'the same, and whether the tests pass'],
    ],
    exits: { 1: 'the tests failed' },
  },
  async run(context) {
    const { args, flag, json, home, out, scope, connect, untilStopped } = context;
    const client = await connect();
    const session_id = await resolveId(client, 'session', args[0] ?? 'last', scope);
    const signal = untilStopped();
    const capture = await createCapturer().capture(
      commandRequest({
        cwd: process.cwd(),
        env: process.env,
        machineKey: machineKey(placesOf(home, join).machineKey),
        now: new Date(),
        signal,
      }),
    );
    const { root } = capture.workbench.workspace;
    const by = capture.workbench.user_facts.user ?? 'unknown';
    const command = capture.harness.test_command?.command ?? null;
    if (flag('verify') && command === null)
      throw couldNot(
        `No test command was found in ${root}`,
        '.callgrove.jsonc there can name one: { "harness": { "testCommand": "…" } }',
      );
    const verified = flag('verify') && command !== null ? await verdict(context, command, root, by, signal) : null;
    const asked = { kind: 'checkpoint', session_id, capture, verified };
    const { checkpoint: kept } = await client.post('/api/harness', asked, StoredHarness);
    if (!kept) throw couldNot('the daemon did not keep the checkpoint');
    if (json) await out.json(kept);
    else for (const line of checkpointLines(kept)) await out.line(line);
    return verified === null || verified.result === 'passed' ? EXIT.fine : EXIT.finding;
  },
};

async function verdict(
  { out, json }: Pick<Context, 'out' | 'json'>,
  command: string,
  cwd: string,
  by: string,
  signal: AbortSignal,
): Promise<CheckpointVerdict> {
  out.note(`Runs ${safeLine(command)} in ${safeLine(cwd)}.`);
  const end = await runLine(command, {
    cwd,
    env: process.env,
    limitMs: TEST_MS,
    signal,
    onOutput: (text) => json || process.stderr.write(text),
  });
  if (signal.aborted) throw couldNot('it was interrupted; no checkpoint was taken');
  if (end.failure !== null) out.note(`The tests did not end: ${safeLine(end.failure)}.`);
  const result = end.failure !== null ? 'unknown' : end.code === 0 ? 'passed' : 'failed';
  return { by, command, result };
}

/** For people: what it is, and what it stands on. */
export function checkpointLines(one: Checkpoint): string[] {
  const after =
    one.after_call === null ? 'before the first tool call' : `after ${one.after_call} (tool call ${one.calls})`;
  const facts = [one.git_head?.slice(0, 12), one.workspace_digest, one.harness].filter((fact) => fact != null);
  const tested = one.verified === null ? 'not verified' : `${safeLine(one.verified.command)}: ${one.verified.result}`;
  return [`${one.checkpoint_id}  ${after}`, `  ${facts.join('  ') || 'state not captured'}  ${tested}`];
}

/** `callgrove harness diff`: what differs between two captures, grouped, the likeliest to matter first. */
import type { DaemonClient } from '../feed/daemonClient.ts';
import { NO_DIFFERENCE } from '../model/comparisonText.ts';
import { ORIGINS } from '../model/originText.ts';
import { type CaptureHead, StoredCapture } from '../protocol/captures.ts';
import { HarnessDiff } from '../protocol/comparison.ts';
import { differenceLines } from './differenceLines.ts';
import { EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { makePaint } from './paint.ts';
import { resolveId } from './resolveId.ts';
import { safeLine } from './safeText.ts';
import { clockText } from './sessionLine.ts';
import type { Context, Scope } from './verb.ts';

export async function harnessDiff({ args, json, scope, out, terminal, connect }: Context): Promise<ExitCode> {
  if (args[1] !== undefined && args[2] === undefined)
    throw wrongUsage('harness diff takes two names, or none for the last two captures');
  const client = await connect();
  const b = await resolveId(client, 'harness', args[2] ?? 'last', scope);
  const a = args[1] === undefined ? await before(b, client, scope) : await resolveId(client, 'harness', args[1], scope);
  const path = `/api/harness/${encodeURIComponent(a)}/diff/${encodeURIComponent(b)}`;
  const found = await client.get(path, HarnessDiff);
  if (json) await out.json(found);
  else {
    const screen = terminal();
    const drawing = { terminal: screen, paint: makePaint(screen), now: Date.now() };
    for (const [name, id] of [
      ['A', a],
      ['B', b],
    ] as const) {
      const { head } = await client.get(`/api/harness/${encodeURIComponent(id)}`, StoredCapture);
      await out.line(`${drawing.paint.bold(name)} ${drawing.paint.dim(safeLine(captureLine(head, drawing.now)))}`);
    }
    await out.line('');
    if (found.differences.length === 0) await out.line(NO_DIFFERENCE);
    for (const line of differenceLines(found.differences, drawing, true)) await out.line(line);
  }
  return found.differences.length > 0 ? EXIT.finding : EXIT.fine;
}

/** When and why it was taken, and what it is called. */
function captureLine({ capture_id, captured_at, origin, agent, session_id }: CaptureHead, now: number): string {
  const whose = session_id === null ? ORIGINS[origin] : `${ORIGINS[origin]} of ${session_id}, ${agent}`;
  return `${clockText(Date.parse(captured_at), now).padEnd(11)}  ${capture_id}  ${whose}`;
}

async function before(id: string, client: DaemonClient, scope: Scope): Promise<string> {
  const previous = await resolveId(client, 'harness', 'last~1', scope);
  const headOf = async (one: string) =>
    (await client.get(`/api/harness/${encodeURIComponent(one)}`, StoredCapture)).head;
  return comparedWith(await headOf(id), await headOf(previous));
}

/**
 * The capture before; of a session that was captured once more at its start, since its servers had listed their tools,
 * that of the session before, as in the first row of its tree.
 * @returns its id
 */
export function comparedWith(last: CaptureHead, previous: CaptureHead): string {
  const bothAtStart = last.origin === 'session' && previous.origin === 'session';
  const again = bothAtStart && last.session_id === previous.session_id;
  return again ? (last.compared_with ?? previous.capture_id) : previous.capture_id;
}

/** A session for people: its head line, what stands below it, and its line in the list. */
import { sessionSpendText } from '../model/costText.ts';
import { durationText } from '../model/durationText.ts';
import { terminalStateText } from '../model/outcomeText.ts';
import { originOf } from '../model/sessionFace.ts';
import type { SessionHead } from '../protocol/feed.ts';
import type { TerminalState } from '../protocol/record.ts';
import type { Drawing } from './callLine.ts';
import { cells, cut, fit } from './cells.ts';
import { safeLine } from './safeText.ts';

type Colour = 'good' | 'bad' | 'warn' | 'busy';

const COLOURS: Readonly<Record<TerminalState, Colour>> = {
  running: 'busy',
  success: 'good',
  partial_success: 'warn',
  failed: 'bad',
  cancelled: 'warn',
  lost: 'warn',
};

/** `14:03:12` today, `11-19 14:03` this year, else `2025-11-19 14:03`; the reader's own time zone. */
export function clockText(epochMs: number, now: number): string {
  const at = new Date(epochMs);
  const today = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === today.toDateString()) return `${clock}:${two(at.getSeconds())}`;
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
  return at.getFullYear() === today.getFullYear() ? day : `${at.getFullYear()}-${day}`;
}

/** `12 calls, 10 ok, 2 failed, 1 running`: what is zero is left out. */
export function countsText(head: SessionHead): string {
  const { session } = head;
  const counts = [`${session.tool_calls} tool ${session.tool_calls === 1 ? 'call' : 'calls'}`];
  if (session.successful_calls > 0) counts.push(`${session.successful_calls} ok`);
  if (session.failed_calls > 0) counts.push(`${session.failed_calls} failed`);
  if (session.denied_calls > 0) counts.push(`${session.denied_calls} denied`);
  const observed = head.denials - session.denied_calls;
  if (observed > 0) counts.push(`${observed} would be denied`);
  const open = head.running_calls;
  const others = session.tool_calls - session.successful_calls - session.failed_calls - session.denied_calls - open;
  if (others > 0) counts.push(`${others} without an answer`);
  if (open > 0) counts.push(`${open} running`);
  if (head.gaps > 0) counts.push(`${head.gaps} ${head.gaps === 1 ? 'gap' : 'gaps'} in the record`);
  return counts.join(', ');
}

/**
 * Title (or label) and state in one line, id, counts and servers in the next, or in as many as they need.
 * @param growing the lines will stand there while the session goes on: then no counts, which would soon be wrong
 */
export function sessionHeadLines(head: SessionHead, drawing: Drawing, growing = false): string[] {
  const { session } = head;
  const { unicode, columns } = drawing.terminal;
  const state = terminalStateText(session.terminal_state);
  const colour = COLOURS[session.terminal_state];
  const name = safeLine(session.label ? `${session.label}  (${session.title})` : session.title, unicode);
  const pin = session.pinned ? (unicode ? ' ★' : ' *') : '';
  const room = Number.isFinite(columns) ? columns - cells(state) - cells(pin) - 4 : columns;
  const started = Date.parse(session.started_at);
  const ended = session.ended_at === null ? null : Date.parse(session.ended_at);
  const facts = [
    session.session_id,
    originOf(head) ?? '',
    `started ${clockText(started, drawing.now)}`,
    ...(ended === null || growing ? [] : [`took ${durationText(ended - started)}`]),
    growing ? '' : countsText(head),
    head.servers.map((server) => safeLine(server, unicode)).join(', '),
  ].filter(Boolean);
  const mark = drawing.paint[colour](unicode ? '●' : '*');
  return [
    `${mark} ${drawing.paint.bold(cut(name, room, unicode))}${pin}  ${drawing.paint[colour](state)}`,
    ...joined(facts, drawing).map((line) => drawing.paint.dim(line)),
  ];
}

/** Facts behind one another, indented; what does not fit begins a new line instead of being cut. */
function joined(facts: readonly string[], { terminal: { columns, unicode } }: Drawing): string[] {
  const dot = unicode ? ' · ' : ' - ';
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    const longer = last === undefined ? null : `${last}${dot}${fact}`;
    if (longer !== null && cells(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(cut(`  ${fact}`, columns, unicode));
  }
  return lines;
}

/** Under which identities its calls ran, and what they cost, as far as that is known. */
export function sessionCostLines({ session }: SessionHead, { terminal, paint }: Drawing): string[] {
  const { unicode, columns } = terminal;
  const spend = sessionSpendText(session);
  const lines = [
    ...(session.credentials_used === null ? [] : [`  ran as ${session.credentials_used.join(', ')}`]),
    ...(spend === null ? [] : [`  cost ${spend}`]),
  ];
  return lines.map((line) => paint.dim(cut(safeLine(line, unicode), columns, unicode)));
}

/** A session in the list, and below it what changed since the last one. */
export function sessionListLines(head: SessionHead, drawing: Drawing): string[] {
  const lines = sessionLines(head, drawing);
  return head.workbench === null ? lines : [...lines, drawing.paint.dim(below(head.workbench, drawing))];
}

/** A session in one line: id, start, state, counts, title; on a narrow terminal the title stands below the rest. */
export function sessionLines(head: SessionHead, drawing: Drawing): string[] {
  const { session, calls } = head;
  const { unicode, columns } = drawing.terminal;
  const state = terminalStateText(session.terminal_state);
  const colour = COLOURS[session.terminal_state];
  const failed = session.failed_calls > 0 ? `${session.failed_calls} failed` : '';
  const facts = [
    session.session_id,
    clockText(Date.parse(session.started_at), drawing.now).padEnd(11),
    drawing.paint[colour](fit(state, 16, unicode)),
    `${calls}`.padStart(6),
    drawing.paint.bad(fit(failed, 10, unicode)),
  ].join('  ');
  const pin = session.pinned ? (unicode ? '★ ' : '* ') : '';
  const origin = originOf(head);
  const title = `${pin}${origin === null ? '' : `${origin}: `}${session.label ? `${session.label}  (${session.title})` : session.title}`;
  if (isNarrow(columns)) return [facts.trimEnd(), below(title, drawing)];
  return [`${facts}  ${cut(safeLine(title, unicode), columns - FACTS_WIDTH, unicode)}`];
}

function below(text: string, { terminal: { columns, unicode } }: Drawing): string {
  return `${INDENT}${cut(safeLine(text, unicode), Math.max(10, columns - INDENT.length), unicode)}`;
}

const HEADINGS = ['SESSION'.padEnd(20), 'STARTED'.padEnd(11), 'STATE'.padEnd(16), ' CALLS', ''.padEnd(10)].join('  ');
const FACTS_WIDTH = HEADINGS.length + 2;
const INDENT = ' '.repeat(22);
/** Beside the facts there would be no room for a title: it stands below them. */
const isNarrow = (columns: number) => columns - FACTS_WIDTH < 24;

/** The heading over that list. */
export function sessionListHeading({ terminal: { columns } }: Drawing): string {
  return isNarrow(columns) ? HEADINGS.trimEnd() : `${HEADINGS}  TITLE`;
}

/** `callgrove show --summary` for people: what a session did, what failed, where context and money went, how to go on. */
import { EFFECT_NOUNS } from '../model/callSentence.ts';
import { amountText, measureOf, usdText } from '../model/costText.ts';
import { errorClassText } from '../model/errorText.ts';
import { FINDING_WORDS } from '../model/findingText.ts';
import { recoveryText } from '../model/recoveryText.ts';
import { runAgainText } from '../model/resumeText.ts';
import type { RepeatedCall, SessionSummary, Share } from '../protocol/summary.ts';
import type { Finding } from '../protocol/trail.ts';
import type { Drawing } from './callLine.ts';
import { cells, cut, fit } from './cells.ts';
import { safeLine } from './safeText.ts';

/** Of a longer list these many are shown. */
const SHOWN = 8;
/** A name is cut to so many cells, so that the figures stay in sight. */
const NAME_CELLS = 36;

const BY = [
  ['server', 'By server'],
  ['tool', 'By tool'],
  ['lane', 'By identity'],
] as const;

const REPEATS = [
  ['verify_first', 'look first at'],
  ['skip', 'done, skip'],
  ['safe_to_repeat', 'safe to repeat'],
] as const;

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'info'];

export function summaryLines(summary: SessionSummary, drawing: Drawing): string[] {
  const { unicode, columns } = drawing.terminal;
  const sections = [did(summary), failed(summary, drawing), ...shares(summary), found(summary, drawing), next(summary)];
  return sections
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ title, lines }) => [
      '',
      drawing.paint.bold(title),
      ...lines.map((line) => cut(`  ${safeLine(line, unicode)}`, columns, unicode)),
    ]);
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

function did({ effects, unknown_effects }: SessionSummary): Section {
  const known = effects.map(
    ({ kind, evidence, count, call_id }) => `${EFFECT_NOUNS[kind]}, ${evidence}: ${counted(count)}, first ${call_id}`,
  );
  const unknown = unknown_effects === 0 ? [] : [`What ${counted(unknown_effects)} changed is not known`];
  const nothing = known.length + unknown.length === 0 ? ['Nothing was changed'] : [];
  return { title: 'What it did', lines: [...some(known), ...unknown, ...nothing] };
}

function failed({ failures }: SessionSummary, { paint }: Drawing): Section {
  const lines = failures.map(({ error_class, failure_class, count, call_id }) => {
    const words = errorClassText({ error_class, auth_cause: null });
    const names = [words === error_class ? null : error_class, failure_class].filter((name) => name !== null);
    const named = names.length === 0 ? '' : ` (${names.join(', ')})`;
    return `${words}${named}: ${counted(count)}, first ${call_id}`;
  });
  return {
    title: lines.length === 0 ? 'What failed' : paint.bad('What failed'),
    lines: lines.length === 0 ? ['Nothing'] : some(lines),
  };
}

function shares({ by, tokenizer }: SessionSummary): Section[] {
  return BY.map(([name, title]) => {
    const list = by[name];
    const size = measureOf(list);
    const sorted = [...list].sort((a, b) => (b[size] ?? 0) - (a[size] ?? 0));
    const width = Math.min(
      NAME_CELLS,
      Math.max(0, ...sorted.slice(0, SHOWN).map((share) => cells(safeLine(share.name)))),
    );
    const isCounted = list.some(({ tokens }) => tokens !== null) && tokenizer !== null;
    const inTokens =
      size === 'tokens' ? `tokens as ${tokenizer} counts them` : `${tokenizer} tokens + bytes not counted`;
    const counting = isCounted ? `, ${inTokens}` : '';
    return { title: `${title}${counting}`, lines: some(sorted.map((share) => shareLine(share, width))) };
  });
}

function shareLine(share: Share, width: number): string {
  const { name, calls, failed: wrong, usd } = share;
  const facts = [
    counted(calls),
    ...(wrong > 0 ? [`${wrong.toLocaleString('en-US')} failed`] : []),
    amountText(share) ?? 'size not known',
    ...(usd === null ? [] : [usdText(usd)]),
  ];
  return `${fit(safeLine(name), width)}  ${facts.join(', ')}`;
}

function found({ findings }: SessionSummary, { paint }: Drawing): Section {
  const marks = { error: paint.bad, warning: paint.warn, info: paint.dim };
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
  const lines = sorted.map(({ kind, call_id, evidence }) => {
    const at = call_id === null ? '' : ` ${call_id}`;
    return `${FINDING_WORDS[kind]}${at}: ${evidence}`;
  });
  const worst = sorted[0]?.severity;
  return { title: worst === undefined ? 'Findings' : marks[worst]('Findings'), lines: some(lines) };
}

function next({ session, repeats, recovered_by }: SessionSummary): Section {
  const { retry, last_good_checkpoint, session_id } = session;
  const groups = REPEATS.flatMap(([group, words]) => {
    const count = retry[group].length;
    if (count === 0) return [];
    const named = repeats[group].slice(-2).map(repeatedText);
    return [
      `${words}: ${counted(count)}${retry.cut ? ' or more' : ''}${named.length > 0 ? ` (${named.join('; ')}${count > named.length ? '; …' : ''})` : ''}`,
    ];
  });
  return {
    title: 'How to go on',
    lines: [
      runAgainText(retry.plain_retry_safe),
      ...[recoveryText(session.recovery_status, recovered_by)].filter((line) => line !== null),
      `last good checkpoint: ${last_good_checkpoint ?? 'none, no call succeeded before the first failure'}`,
      ...groups,
      `callgrove show ${session_id} --resume names each of them`,
    ],
  };
}

function repeatedText({ server, tool, summary }: RepeatedCall): string {
  return `${server}/${tool ?? '?'}${summary ? ` ${summary}` : ''}`;
}

function some(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`];
}

function counted(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'call' : 'calls'}`;
}

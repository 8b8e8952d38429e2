/** What people are told of a bundle: its members, what was masked in it, what was left out. */
import { bytesText } from '../model/bytesText.ts';
import type { Manifest } from '../protocol/bundle.ts';
import type { Paint } from './paint.ts';
import { safeLine } from './safeText.ts';
import { counted } from './statusLines.ts';

const RULES_SHOWN = 40;

export function redactionLines({ redaction, redacted }: Manifest, paint: Paint): string[] {
  if (!redacted) return [paint.warn('Nothing was masked: this bundle may hold secrets. Do not pass it on.')];
  if (redaction.length === 0) return ['Nothing in it had to be masked.'];
  const total = redaction.reduce((sum, { count }) => sum + count, 0);
  const rows = redaction
    .slice(0, RULES_SHOWN)
    .map(({ count, rule, member, where }) => [String(count), rule, member, where]);
  const more = redaction.length - rows.length;
  return [
    paint.bold(`Masked in ${counted(total, 'place')}`),
    ...columns(rows),
    ...(more > 0 ? [paint.dim(`  and ${more} more kinds and places; --json has them all`)] : []),
  ];
}

export function cutLines({ cut }: Manifest, paint: Paint): string[] {
  if (cut.length === 0) return [];
  return [paint.bold('Left out'), ...cut.map(({ what, count, why }) => `  ${what}: ${count}. ${safeLine(why)}.`)];
}

export function memberLines({ members, counts }: Manifest, paint: Paint): string[] {
  const { calls, frames, denials, findings, captures } = counts;
  const what = [
    counted(calls, 'call'),
    counted(frames, 'frame'),
    counted(denials, 'denial'),
    counted(findings, 'finding'),
    counted(captures, 'capture'),
  ];
  return [paint.bold(what.join(', ')), ...columns(members.map(({ name, bytes }) => [bytesText(bytes), name]))];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padStart(widths[0] ?? 0) : safeLine(cell).padEnd(widths[column] ?? 0),
    );
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

/** A list of tools for people: what each definition puts into context, and what changed since the list before. */
import { bytesText } from '../model/bytesText.ts';
import type { ToolListing } from '../protocol/toolListing.ts';
import type { Paint } from './paint.ts';
import { safeBlock, safeLine } from './safeText.ts';

export function toolListingLines({ definitions, before }: ToolListing, paint: Paint): string[] {
  const counted = definitions.every(({ tokens }) => tokens !== null);
  const tokens = definitions.reduce((sum, one) => sum + (one.tokens ?? 0), 0);
  const tokenizer = definitions.find((one) => one.tokenizer !== null)?.tokenizer ?? null;
  const sum = counted && tokenizer !== null ? `, ${tokens.toLocaleString('en-US')} tokens (${tokenizer})` : '';
  const width = Math.max(0, ...definitions.map(({ tool }) => tool.length));
  const lines = [
    `\n${paint.bold('Tools')}  ${definitions.length} ${definitions.length === 1 ? 'definition' : 'definitions'}${sum}`,
    ...definitions.map(({ tool, bytes, tokens: own }) => {
      const size = [
        own === null ? null : `${own.toLocaleString('en-US')} tokens`,
        bytes === null ? null : bytesText(bytes),
      ];
      return `  ${safeLine(tool).padEnd(Math.min(width, 40))}  ${paint.dim(size.filter((part) => part !== null).join(', '))}`;
    }),
  ];
  if (before === null) return lines;
  lines.push(`\n${paint.bold('Changed')}  ${paint.warn('since the list before')}`);
  for (const { tool, change, changes, text_diff } of before.differences) {
    lines.push(`  ${safeLine(`${tool} ${change === 'changed' ? '' : change}`.trimEnd())}`);
    for (const one of changes) lines.push(`    ${safeLine(one)}`);
    if (change === 'changed' && text_diff !== null) lines.push(...diffLines(text_diff, paint));
  }
  return lines;
}

/** Without the names of files that there are none of. */
function diffLines(diff: string, paint: Paint): string[] {
  return safeBlock(diff)
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !/^(?:---|\+\+\+|@@|\\ No newline) /.test(line))
    .map((line) => {
      const colour = line.startsWith('+') ? paint.good : line.startsWith('-') ? paint.bad : paint.dim;
      return `      ${colour(line)}`;
    });
}

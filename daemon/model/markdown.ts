/** Text of others in Markdown: as code, in which nothing of it means anything, however it is written. */
import { visible } from './drawnPath.ts';

/** A block of code that nothing within it can end. */
export function fenced(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A piece of code within a line; what cannot be seen is spelled out. */
export function inlineCode(text: string): string {
  const line = visible(text);
  if (line === '') return '``` ```';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Plain words in a line: no mark, link, mention or tag is made of them. */
export function plainText(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()<>#+!|~&$]/g, (one) => `\\${one}`)
    .replace(/@/g, '@\u200b')
    .replace(/(https?):\/\//gi, '$1:\u200b//');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

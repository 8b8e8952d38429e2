/** Says in one sentence what is wrong with a typed filter before it is sent, or null where nothing is. */
import { parseFilter } from '../daemon/model/filter.ts';

export function checkFilter(text: string): string | null {
  const parsed = parseFilter(text);
  if (parsed.kind === 'filter') return null;
  const { message, at, length } = parsed.error;
  const word = text.slice(at, at + Math.min(length, 40));
  return word === '' ? `The filter: ${message}` : `“${word}”: ${message.replace(/^\w+: /, '')}`;
}

/** Says in one sentence what is wrong with a typed filter before it is sent, or null where nothing is. */
import { parseFilter } from '../daemon/model/filter.ts';

export function checkFilter(text: string): string | null {
  const parsed = parseFilter(text);
  return parsed.kind === 'filter' ? null : parsed.error.message;
}

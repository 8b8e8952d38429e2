/** Whether a whole session may be run again, in a sentence for people: the same in CLI and page. */

export function runAgainText(plainRetrySafe: boolean | null): string {
  if (plainRetrySafe === null) return 'Nobody can tell whether running it again does harm.';
  return plainRetrySafe ? 'Running it again does no harm.' : 'Running it again would repeat what must not be repeated.';
}

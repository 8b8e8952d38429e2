/** The words of a comparison with a fresh checkout, the same in the command line and on the page. */
import type { FreshResult } from '../protocol/comparison.ts';

export interface FreshSection {
  readonly key: 'hidden' | 'not_prepared' | 'rebuilt';
  readonly heading: string;
  /** How much it bites. */
  readonly tone: 'bad' | 'warn' | 'dim';
}

/** What is hidden comes first, because it is what bites. */
export const FRESH_SECTIONS: readonly FreshSection[] = [
  { key: 'hidden', heading: 'Hidden local context: here, and no set-up would give it', tone: 'bad' },
  { key: 'not_prepared', heading: 'Not prepared: set-up was not run', tone: 'warn' },
  { key: 'rebuilt', heading: 'Rebuilt by set-up', tone: 'dim' },
];

export const NOTHING_HIDDEN = 'No hidden local context.';

/** Which set-up the checkout went through. */
export function setupText({ setup }: FreshResult): string {
  if (setup.ran) return `after ${setup.command} (${setup.source})`;
  return setup.command === null
    ? 'nothing here says how to set it up'
    : `set-up not run: ${setup.command} (${setup.source})`;
}

type Test = NonNullable<FreshResult['test']>;

/** How the tests ended on one side. */
export const TEST_ENDED: Readonly<Record<Test['warm'], string>> = {
  passed: 'passes',
  failed: 'fails',
  not_run: 'did not end',
};

/** What a failure that only the fresh checkout has was found to lack; null where it has no such failure. */
export function passesOnce({
  warm,
  fresh,
  passes_once,
}: Test): { readonly items: readonly string[]; readonly text: string } | null {
  if (warm !== 'passed' || fresh !== 'failed') return null;
  return passes_once.length === 0
    ? { items: [], text: 'What it lacks was not found by putting hidden items back.' }
    : { items: passes_once, text: `${passes_once.length > 1 ? 'are' : 'is'} there` };
}

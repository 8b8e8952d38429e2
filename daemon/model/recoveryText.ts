/** Whether what failed in a session was made good, in a sentence for people: the same in CLI and page. */
import type { RecoveredBy } from '../protocol/checkpoint.ts';
import type { Session } from '../protocol/record.ts';

/** Null where nothing failed. */
export function recoveryText(
  status: Session['recovery_status'],
  { made_good, checked_by }: RecoveredBy,
): string | null {
  switch (status) {
    case 'not_needed':
      return null;
    case 'closed':
      return `Tests passed after the last failure${checked_by === null ? '' : ` (${checked_by})`}.`;
    case 'recovered':
      return 'Every call that failed was made good by a later one.';
    case 'pending':
      return made_good.length === 0
        ? 'Nothing is known to have made good what failed.'
        : 'Some calls that failed were made good by later ones; of the others that is not known.';
    default:
      return status satisfies never;
  }
}

export const HOW_TEXT: Readonly<Record<RecoveredBy['made_good'][number]['how'], string>> = {
  retried: 'by the same call again',
  same_place: 'by a call at the same place',
};

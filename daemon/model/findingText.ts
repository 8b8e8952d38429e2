/** Kinds of findings in a few words for people: the same in CLI and page. */
import type { FindingKind } from '../protocol/trail.ts';

export const FINDING_WORDS: Readonly<Record<FindingKind, string>> = {
  unsafe_repeat: 'Repeated although that is not safe',
  retry_storm: 'Tried again and again',
  loop: 'Going round in circles',
  malformed_success: 'Said it succeeded, and did not',
  contract_drift: 'A tool changed',
  annotation_lie: 'Does other than it says',
  hidden_unicode: 'Hidden characters',
  grant_from_repository: 'Authority that came with the repository',
  policy_widening: 'The repository asked for more than it may',
  widened_after_denial: 'More authority after a failure',
  instruction_written: 'Instructions were written',
  unpinned_server: 'A server’s version is left open',
  version_trap: 'Another version than it seems',
  credential_expired: 'A credential ran out',
  record_gap: 'A gap in the record',
};

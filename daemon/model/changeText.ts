/** What a row of the tree says that is about no call: the words of every list. */
import type { TreeRow } from '../protocol/feed.ts';

export type ChangeRow = Extract<
  TreeRow,
  {
    kind:
      | 'workbench'
      | 'harness_changed'
      | 'contract_changed'
      | 'credential_changed'
      | 'frozen'
      | 'thawed'
      | 'checkpoint'
      | 'test_result';
  }
>;

export function changeText(row: ChangeRow): string {
  switch (row.kind) {
    case 'workbench':
      return row.changes === null ? `workbench: ${row.sentence}` : `since last time: ${row.sentence}`;
    case 'harness_changed':
      return `harness changed: ${row.sentence}`;
    case 'contract_changed':
      return `${row.server} changed its tools: ${row.sentence}`;
    case 'credential_changed':
      return `${row.server} runs under another credential: ${row.sentence}`;
    case 'frozen':
    case 'thawed':
    case 'checkpoint':
    case 'test_result':
      return row.sentence;
    default:
      return row satisfies never;
  }
}

/** A filter as SQL: the same answers as `matches` of model/filter.ts, plus what stands in the full text. */
import type { Filter, FilterTest, NumberField, TextField } from '../model/filter.ts';
import type { SqlValue } from './database.ts';
import type { Condition } from './treeQueries.ts';

/** `c` is the call, `k` its connection. */
export function filterSql(filter: Filter): Condition {
  const values: SqlValue[] = [];
  const parts = filter.map(({ test, negated }) => {
    const condition = testSql(test);
    values.push(...condition.values);
    return negated ? `NOT coalesce((${condition.sql}), 0)` : `(${condition.sql})`;
  });
  return { sql: parts.join(' AND '), values };
}

/** The call's id: its connection's, then the frame's key as base/ids.ts spells it. */
const CALL_ID = `'call_' || substr(k.connection_id, 5) || '_' || c.ordinal ||
  iif(c.part / 2048, '.' || (c.part / 2048), '') || iif(c.part % 2048, '-' || (c.part % 2048 - 1), '')`;

/** What is derived of the call, wherever the question joins it or not. */
function evidence(column: string): string {
  return `(SELECT ${column} FROM call_evidence e WHERE e.call = c.n)`;
}

const COLUMNS: Readonly<Record<TextField, readonly string[]>> = {
  tool: ['c.tool'],
  server: ['k.server'],
  method: ['c.method'],
  turn: ['c.turn_id'],
  id: [CALL_ID, 'k.connection_id', '(SELECT session_id FROM sessions WHERE n = c.session)'],
  summary: ['c.summary'],
  error: ['c.error_message', 'c.note', evidence('e.error_class')],
  lane: [evidence('e.lane')],
};
const WORD_COLUMNS = ['c.tool', 'k.server', 'c.method', 'c.summary', 'c.error_message'];
const BYTES = '(c.request_bytes + coalesce(c.response_bytes, 0))';

const NUMBERS: Readonly<Record<NumberField, string>> = {
  duration_ms: 'c.duration_ms',
  bytes: BYTES,
  usd: evidence('coalesce(e.actual_usd, e.estimated_usd)'),
  tokens: evidence('e.tokens'),
};
const SIGNS = { atLeast: '>=', atMost: '<=', above: '>', below: '<' } as const;

function testSql(test: FilterTest): Condition {
  switch (test.kind) {
    case 'text':
      return contains(COLUMNS[test.field], test.value);
    case 'outcome':
      return { sql: `c.outcome IN (${test.outcomes.map(() => '?').join(', ')})`, values: test.outcomes };
    case 'event':
      return { sql: 'c.event = ?', values: [test.event] };
    case 'direction':
      return { sql: 'c.direction = ?', values: [test.direction] };
    case 'denial': {
      const wanted = [
        ...(test.decision === null ? [] : [{ column: 'decision', value: test.decision }]),
        ...(test.reason === null ? [] : [{ column: 'reason', value: test.reason }]),
      ];
      const more = wanted.map(({ column }) => ` AND d.${column} = ?`).join('');
      return {
        sql: `EXISTS (SELECT 1 FROM denials d WHERE d.call = c.n${more})`,
        values: wanted.map(({ value }) => value),
      };
    }
    case 'atLeast':
    case 'atMost':
    case 'above':
    case 'below':
      return { sql: `${NUMBERS[test.field]} ${SIGNS[test.kind]} ?`, values: [test.value] };
    case 'words': {
      const shown = contains(WORD_COLUMNS, test.value);
      // Punctuation alone is no word to look up.
      if (!/[\p{L}\p{N}]/u.test(test.value)) return shown;
      const phrase = `"${test.value.replaceAll('"', ' ')}"*`;
      return {
        sql: `${shown.sql} OR c.n IN (SELECT rowid >> 1 FROM words WHERE words MATCH ?)`,
        values: [...shown.values, phrase],
      };
    }
    default:
      return test satisfies never;
  }
}

function contains(columns: readonly string[], part: string): Condition {
  // SQLite's own `lower` knows ASCII only. Ours is slower, so it is called where that matters.
  const lower = /\P{ASCII}/u.test(part) ? 'lower_unicode' : 'lower';
  const tests = columns.map((column) => `coalesce(instr(${lower}(${column}), ?), 0) > 0`);
  return { sql: tests.join(' OR '), values: columns.map(() => part) };
}

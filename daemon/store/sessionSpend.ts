/**
 * Under which credentials a session's calls ran, and what they cost: added up anew from what is derived of each call, so
 * that a call judged again counts once.
 */
import type { Session } from '../protocol/record.ts';
import type { SqlRow } from './database.ts';
import * as rows from './rows.ts';

/** Columns for `credentialsUsed` and `spendOf`; `s` is `sessions`. Only what calls cost is looked at, in an index of it. */
export const SPEND_COLUMNS = `(SELECT json_group_array(lane) FROM (SELECT l.lane, min(l.at) AS since FROM lanes_seen l
    WHERE l.session = s.n GROUP BY l.lane ORDER BY since)) AS lanes,
  (SELECT json_group_array(json_array(server, tool, lane, usd)) FROM (SELECT k.server, p.tool, p.lane, sum(p.usd) AS usd
    FROM (SELECT paid_connection AS connection, paid_tool AS tool, lane, sum(coalesce(actual_usd, estimated_usd)) AS usd
        FROM call_evidence WHERE session = s.n AND coalesce(actual_usd, estimated_usd) IS NOT NULL GROUP BY 1, 2, 3) p
      JOIN connections k ON k.n = p.connection GROUP BY 1, 2, 3)) AS spend`;

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** In the order of their first use; null where none is known. */
export function credentialsUsed(row: SqlRow): string[] | null {
  const lanes = rows.json(row, 'lanes', strings);
  return lanes.length > 0 ? lanes : null;
}

export interface SessionSpend {
  /** Null where nothing is known to have cost anything. */
  readonly total: number | null;
  readonly by: Session['spend_by'];
}

/** @param agent and user: all of the session's calls are theirs */
export function spendOf(row: SqlRow, agent: string, user: string | null): SessionSpend {
  const by: Session['spend_by'] = { server: {}, tool: {}, lane: {}, agent: {}, user: {} };
  let total: number | null = null;
  const add = (sums: Record<string, number>, name: string | null, usd: number) => {
    if (name !== null) sums[name] = rounded((sums[name] ?? 0) + usd);
  };
  for (const [server, tool, lane, usd] of rows.json(row, 'spend', spendRows)) {
    total = rounded((total ?? 0) + usd);
    add(by.server, server, usd);
    add(by.tool, tool === null ? null : `${server}/${tool}`, usd);
    add(by.lane, lane ?? 'unknown', usd);
    add(by.agent, agent, usd);
    add(by.user, user, usd);
  }
  return { total, by };
}

type SpendRow = [server: string, tool: string | null, lane: string | null, usd: number];

function spendRows(value: unknown): SpendRow[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): SpendRow[] => {
    const [server, tool, lane, usd]: unknown[] = Array.isArray(one) ? one : [];
    if (typeof server !== 'string' || typeof usd !== 'number') return [];
    return [[server, typeof tool === 'string' ? tool : null, typeof lane === 'string' ? lane : null, usd]];
  });
}

/** What is added up in binary fractions is shown without their noise. */
const rounded = (usd: number) => Math.round(usd * 1e9) / 1e9;

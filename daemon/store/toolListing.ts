/** The question what one `tools/list` call brought, and how it differs from what the server had listed before. */
import type { ToolListing } from '../protocol/toolListing.ts';
import { connectionOf, listedBefore } from './contractChanges.ts';
import { differencesOf } from './contractQueries.ts';
import { readContract, textsOfContracts } from './contractRows.ts';
import type { Database } from './database.ts';
import { definitionCosts } from './definitionCosts.ts';
import { callNumber } from './resolve.ts';
import * as rows from './rows.ts';

/** Null for a call that brought no list, or not its last page. */
export function toolListing(database: Database, callId: string): ToolListing | null {
  const n = callNumber(database, callId);
  const row =
    n === null
      ? undefined
      : database
          .sql(
            `SELECT c.connection, l.at, l.contract FROM calls c JOIN listed_contracts l ON l.connection = c.connection
             WHERE c.n = ? AND c.method = 'tools/list' AND l.at >= c.started_at
               AND l.at <= c.started_at + coalesce(c.duration_ms, 0) + 1 ORDER BY l.at LIMIT 1`,
          )
          .get(n);
  if (!row) return null;
  const connection = connectionOf(database, rows.number(row, 'connection'));
  const listed = readContract(database, rows.text(row, 'contract'));
  if (!connection || !listed) return null;
  const costs = definitionCosts(database, Object.values(listed.tools));
  const earlier = listedBefore(database, connection, rows.number(row, 'at'));
  const before = earlier && earlier.contract !== listed.contract ? readContract(database, earlier.contract) : null;
  return {
    server: connection.server,
    contract: listed.contract,
    definitions: Object.entries(listed.tools).map(([tool, sha256]) => ({
      tool,
      ...(costs.get(sha256) ?? { bytes: null, tokens: null, tokenizer: null }),
    })),
    before:
      before && earlier
        ? {
            contract: before.contract,
            at: new Date(earlier.at).toISOString(),
            differences: differencesOf(before, listed, textsOfContracts(database, [before, listed])),
          }
        : null,
  };
}

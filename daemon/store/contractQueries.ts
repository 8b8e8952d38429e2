/** Questions about a server's tools: what was accepted of them, what it listed last, and how the two differ. */
import { textDiff } from '../model/textDiff.ts';
import { toolChanges } from '../model/toolChanges.ts';
import type { ServerContract } from '../protocol/denial.ts';
import type { ToolContract } from '../protocol/harness.ts';
import { readContract, textsOfContracts } from './contractRows.ts';
import type { Database } from './database.ts';
import { acceptedAt } from './policyRows.ts';
import * as rows from './rows.ts';

/** Null where the server never listed its tools here. */
export function serverContract(database: Database, server: string): ServerContract | null {
  const row = database
    .sql(
      `SELECT l.contract, l.at FROM listed_contracts l JOIN connections k ON k.n = l.connection
       WHERE k.server = ? ORDER BY l.at DESC LIMIT 1`,
    )
    .get(server);
  const listed = row ? readContract(database, rows.text(row, 'contract')) : null;
  if (!row || !listed) return null;
  const digest = acceptedAt(database, server, Number.MAX_SAFE_INTEGER);
  const accepted = digest === null ? null : readContract(database, digest);
  const both = accepted === null ? [listed] : [accepted, listed];
  return {
    server,
    accepted: digest,
    listed: listed.contract,
    at: new Date(rows.number(row, 'at')).toISOString(),
    tools: Object.keys(listed.tools).length,
    differences: accepted === null ? [] : differencesOf(accepted, listed, textsOfContracts(database, both)),
  };
}

/** By tool, in the order of their names. */
export function differencesOf(
  accepted: ToolContract,
  listed: ToolContract,
  texts: Readonly<Record<string, string>>,
): ServerContract['differences'] {
  const names = new Set([...Object.keys(accepted.tools), ...Object.keys(listed.tools)]);
  return [...names].sort().flatMap((tool) => {
    const [before, after] = [accepted.tools[tool], listed.tools[tool]];
    if (before === after) return [];
    const change =
      before === undefined ? ('added' as const) : after === undefined ? ('removed' as const) : ('changed' as const);
    const [a, b] = [texts[before ?? ''] ?? '', texts[after ?? ''] ?? ''];
    const changes = change === 'changed' ? toolChanges(a, b) : [];
    return [{ tool, change, changes, text_diff: textDiff(tool, a, b) }];
  });
}

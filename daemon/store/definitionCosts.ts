/** What each tool definition puts into a model's context, by the definition's digest. */
import type { Database } from './database.ts';
import * as rows from './rows.ts';

export interface DefinitionTokens {
  readonly count: number;
  readonly tokenizer: string;
}

/** @param tokens null where they were not counted */
export function keepDefinitionCost(
  database: Database,
  sha256: string,
  bytes: number,
  tokens: DefinitionTokens | null,
): void {
  database
    .sql('INSERT OR REPLACE INTO definition_costs VALUES (?, ?, ?, ?)')
    .run(sha256, bytes, tokens?.count ?? null, tokens?.tokenizer ?? null);
}

/** By digest. */
export function definitionCosts(
  database: Database,
  digests: readonly string[],
): Map<string, { bytes: number; tokens: number | null; tokenizer: string | null }> {
  const list = database
    .sql('SELECT * FROM definition_costs WHERE sha256 IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(digests));
  return new Map(
    list.map((row) => [
      rows.text(row, 'sha256'),
      {
        bytes: rows.number(row, 'bytes'),
        tokens: rows.numberOrNull(row, 'tokens'),
        tokenizer: rows.textOrNull(row, 'tokenizer'),
      },
    ]),
  );
}

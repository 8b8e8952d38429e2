/** Tool contracts: each once by its digest, and which connection listed which of them when. */
import { ToolContract } from '../protocol/harness.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

export function keepContract(database: Database, contract: ToolContract): void {
  database.sql('INSERT OR IGNORE INTO contracts VALUES (?, ?)').run(contract.contract, JSON.stringify(contract.tools));
}

export function readContract(database: Database, digest: string): ToolContract | null {
  const row = database.sql('SELECT * FROM contracts WHERE contract = ?').get(digest);
  return row ? ToolContract.parse({ contract: digest, tools: rows.json(row, 'tools', (value) => value) }) : null;
}

export function textsOfContracts(database: Database, contracts: readonly ToolContract[]): Record<string, string> {
  const digests = contracts.flatMap(({ tools }) => Object.values(tools));
  const list = database
    .sql('SELECT sha256, text FROM harness_texts WHERE sha256 IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(digests));
  return Object.fromEntries(list.map((row) => [rows.text(row, 'sha256'), rows.text(row, 'text')]));
}

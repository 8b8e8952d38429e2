/** Which sessions run now or have only just begun: what the capture thread looks after. */
import type { ToolContract } from '../protocol/harness.ts';
import { readContract, textsOfContracts } from './contractRows.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';
import { IS_LISTED } from './sessionRecord.ts';

export interface SessionToCapture {
  readonly session_id: string;
  readonly agent_id: string;
  /** null where no root is proven. */
  readonly workspace: string | null;
  readonly listed_under: string | null;
  readonly running: boolean;
  readonly captured: boolean;
  readonly connections: readonly {
    readonly connection_id: string;
    readonly server: string;
    /** Its tools were listed. */
    readonly listed: boolean;
  }[];
}

/** @param startedAfter epoch ms: sessions that began later count though they are over */
export function sessionsToCapture(database: Database, startedAfter: number): SessionToCapture[] {
  return database
    .sql(
      `SELECT s.*, EXISTS (SELECT 1 FROM captures x WHERE x.session_id = s.session_id) AS captured FROM sessions s
       WHERE s.n IN (SELECT sc.session FROM connections c JOIN session_connections sc ON sc.connection = c.n WHERE c.ended_at IS NULL
         UNION SELECT n FROM sessions WHERE started_at > ?) AND ${IS_LISTED}
         AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.session_id = s.session_id AND i.refused IS NULL) ORDER BY s.n`,
    )
    .all(startedAfter)
    .map((row) => {
      const list = database
        .sql(
          `SELECT c.connection_id, c.server, c.ended_at, EXISTS (SELECT 1 FROM listed_contracts l WHERE l.connection = c.n) AS listed
           FROM session_connections sc JOIN connections c ON c.n = sc.connection WHERE sc.session = ? ORDER BY c.server, c.connection_id`,
        )
        .all(rows.number(row, 'n'));
      return {
        session_id: rows.text(row, 'session_id'),
        agent_id: rows.text(row, 'agent_id'),
        workspace: rows.textOrNull(row, 'workspace'),
        listed_under: rows.textOrNull(row, 'listed_under'),
        running: list.some(({ ended_at }) => ended_at === null),
        captured: rows.flag(row, 'captured'),
        connections: list.map((connection) => ({
          connection_id: rows.text(connection, 'connection_id'),
          server: rows.text(connection, 'server'),
          listed: rows.flag(connection, 'listed'),
        })),
      };
    });
}

/** By server: the tools as they were last listed in this workspace, and the texts behind their digests. */
export function contractsOf(
  database: Database,
  listedUnder: string | null,
): { contracts: Record<string, ToolContract>; texts: Record<string, string> } {
  const contracts: Record<string, ToolContract> = {};
  const list = database
    .sql(
      `SELECT k.server, l.contract FROM listed_contracts l JOIN connections k ON k.n = l.connection
       WHERE EXISTS (SELECT 1 FROM session_connections sc JOIN sessions s ON s.n = sc.session
         WHERE sc.connection = k.n AND s.listed_under IS ?) ORDER BY l.at`,
    )
    .all(listedUnder);
  for (const row of list) {
    const contract = readContract(database, rows.text(row, 'contract'));
    if (contract) contracts[rows.text(row, 'server')] = contract;
  }
  return { contracts, texts: textsOfContracts(database, Object.values(contracts)) };
}

/**
 * What servers listed: each listing of a connection with its tool contract, and a row of the trail wherever one differs
 * from the one before. The order in which listings are read does not matter: the rows are made from all of them.
 */
import { changeSentence } from '../model/changeSentence.ts';
import type { FrameRef } from '../protocol/events.ts';
import type { HiddenCharacter, ToolContract } from '../protocol/harness.ts';
import type { ToolFacts } from '../protocol/toolFacts.ts';
import { responseFrame } from './callRecord.ts';
import { keepText } from './captureRows.ts';
import { contractDifferences, tellContractChanges } from './contractChanges.ts';
import { keepContract, readContract } from './contractRows.ts';
import type { Database } from './database.ts';
import { type DefinitionTokens, keepDefinitionCost } from './definitionCosts.ts';
import { keepToolFacts } from './evidenceRows.ts';
import { addFinding, dropFindings } from './findingRows.ts';
import { unpackFrame } from './frameColumns.ts';
import { acceptedAt } from './policyRows.ts';
import * as rows from './rows.ts';

/** Names and texts are masked. */
export interface Listing {
  readonly call: number;
  readonly at: number;
  readonly contract: ToolContract;
  readonly tools: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly text: string;
    readonly hidden: readonly HiddenCharacter[];
    readonly facts: ToolFacts;
    /** Of what the definition puts into context; null where they were not counted. */
    readonly tokens: DefinitionTokens | null;
  }[];
}

/** This call of `tools/list` and those before it on its connection, newest first. */
export function listPages(
  database: Database,
  call: number,
  limit: number,
): { request: FrameRef; response: FrameRef | null }[] {
  return database
    .sql(
      `SELECT c.* FROM calls c JOIN calls own ON own.n = ? WHERE c.connection = own.connection AND c.method = 'tools/list'
         AND c.ordinal <= own.ordinal ORDER BY c.ordinal DESC, c.part DESC LIMIT ?`,
    )
    .all(call, limit)
    .map((row) => {
      const response = rows.textOrNull(row, 'response');
      return {
        request: unpackFrame(rows.text(row, 'request'), rows.number(row, 'ordinal'), rows.number(row, 'part')),
        response: response === null ? null : responseFrame(response),
      };
    });
}

/** To be run inside a commit. */
export function keepListing(database: Database, listing: Listing, rev: number): void {
  const { call, at, contract, tools } = listing;
  const about = database
    .sql(
      `SELECT c.connection, k.server, s.session_id FROM calls c JOIN connections k ON k.n = c.connection
       JOIN sessions s ON s.n = c.session WHERE c.n = ?`,
    )
    .get(call);
  if (!about) return;
  const connection = rows.number(about, 'connection');
  const session_id = rows.text(about, 'session_id');
  const server = rows.text(about, 'server');
  for (const { sha256, text, facts, tokens } of tools) {
    keepText(database, sha256, text);
    keepToolFacts(database, sha256, facts);
    keepDefinitionCost(database, sha256, facts.definition_bytes, tokens);
  }
  keepContract(database, contract);
  database.sql('INSERT OR REPLACE INTO listed_contracts VALUES (?, ?, ?)').run(connection, at, contract.contract);
  dropFindings(database, call, ['hidden_unicode']);
  for (const { name, hidden } of tools) {
    const [first] = hidden;
    if (!first) continue;
    addFinding(database, {
      kind: 'hidden_unicode',
      severity: 'warning',
      call,
      session_id,
      item: `${server}/${name}`,
      evidence: `The description of ${server}/${name} holds ${hidden.length} hidden ${hidden.length === 1 ? 'character' : 'characters'}, first ${first.code_point} (${first.name}).`,
      since: at,
    });
  }
  tellDrift(database, { call, at, contract, server, session_id });
  tellContractChanges(database, connection, at, rev);
}

/** A pinned server that lists other tools than were accepted. */
function tellDrift(
  database: Database,
  listed: { call: number; at: number; contract: ToolContract; server: string; session_id: string },
): void {
  const { call, at, contract, server, session_id } = listed;
  const accepted = acceptedAt(database, server, at);
  if (accepted === null || accepted === contract.contract) return;
  const differences = contractDifferences(readContract(database, accepted), contract);
  addFinding(database, {
    kind: 'contract_drift',
    severity: 'warning',
    call,
    session_id,
    item: `${server} ${contract.contract}`,
    evidence: `${server} lists other tools than you accepted: ${changeSentence(differences)}.`,
    since: at,
  });
}

/** What each server that runs now listed last, of all its connections. */
export function newestContracts(database: Database): { server: string; contract: string }[] {
  return database
    .sql(
      `SELECT k.server, l.contract, max(l.at) FROM listed_contracts l JOIN connections k ON k.n = l.connection
       WHERE k.ended_at IS NULL GROUP BY k.server`,
    )
    .all()
    .map((row) => ({ server: rows.text(row, 'server'), contract: rows.text(row, 'contract') }));
}

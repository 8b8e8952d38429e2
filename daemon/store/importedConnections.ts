/**
 * The connections that an import brings: those of whoever recorded it, which are over, and the import's own journal, which
 * is open as long as it is written. How that one ends says what becomes of the import: with `exit` it is whole.
 */
import type { ImportRecord } from '../protocol/imported.ts';
import type { ConnectionFacts } from './connectionRows.ts';
import type { Writer } from './writer.ts';

type Said = ImportRecord['session']['connections'][number];

/** The journal's own. One that was named when all of it was written is over. */
export function openJournal(writer: Writer, record: ImportRecord): void {
  const { import_id, importer, session, imported_at } = record;
  const at = Date.parse(imported_at) || 0;
  open(writer, {
    connection_id: import_id,
    opened_at: at,
    server: 'import',
    agent: session.session.agent_id,
    proxy_pid: importer?.pid ?? 0,
    proxy_start: importer?.start ?? null,
    boot_id: importer?.boot_id ?? null,
    callgrove: null,
    url: null,
  });
  if (!importer) endJournal(writer, import_id, at, true);
}

/** Does nothing to one that is over. */
export function endJournal(writer: Writer, importId: string, at: number, whole: boolean): void {
  const connection = writer.connections.get(importId);
  if (!connection || connection.ended_at !== null) return;
  const end = { transport: 'stdio', how: whole ? 'exit' : 'killed', exit: null, stopped: true } as const;
  writer.connections.end(connection, at, end, []);
}

/**
 * Those of the session. What an earlier import says of one that is in both is not touched.
 * @returns the ids of those that were not there
 */
export function openImported(writer: Writer, { session, imported_at }: ImportRecord): ReadonlySet<string> {
  const end = Date.parse(session.session.ended_at ?? '') || Date.parse(imported_at) || 0;
  const fresh = session.connections.filter(({ connection_id }) => !writer.connections.get(connection_id));
  for (const said of fresh) {
    const { connection_id, opened_at, server, callgrove, url } = said;
    const agent = session.session.agent_id;
    const facts = { connection_id, server, agent, callgrove, url, opened_at: Date.parse(opened_at) || end };
    openSaid(writer, { ...facts, proxy_pid: 0, proxy_start: null, boot_id: null }, said, end);
  }
  return new Set(fresh.map(({ connection_id }) => connection_id));
}

type Opened = Omit<ConnectionFacts, 'child' | 'listed_under' | 'imported'>;

function open(writer: Writer, facts: Opened) {
  // Its folder is another machine's: no list of a workspace here is the place for it.
  return writer.connections.open({ ...facts, child: null, listed_under: null, imported: true });
}

function openSaid(writer: Writer, facts: Opened, said: Said, sessionEnd: number): void {
  const connection = open(writer, facts);
  writer.connections.describe(connection, {
    server: said.server_name === null ? null : { name: said.server_name, version: said.server_version },
    protocol_version: said.protocol_version,
  });
  connection.lost_calls = said.lost_calls;
  const transport = said.transport === 'http' ? 'http' : 'stdio';
  const end = { transport, how: said.ended_how ?? 'exit', exit: said.exit, stopped: said.stopped ?? true } as const;
  writer.connections.end(connection, Date.parse(said.ended_at ?? '') || sessionEnd, end, []);
}

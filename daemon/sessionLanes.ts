/**
 * The credential lanes of a session: which variables and headers its connections were started with, by name and keyed
 * fingerprint, never by value. What a freeze of a lane names.
 */
import { readOpenRecord } from './journal/readOpenRecord.ts';
import { isCredentialVariable } from './model/credentialNames.ts';
import type { Lane, LaneList } from './protocol/denial.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { Database } from './store/database.ts';
import { sessionConnections } from './store/freezeQueries.ts';

const CONNECTIONS = 200;
const LANES = 500;
/** A name that is anything else could not be typed as a lane, and says nothing to people. */
const PLAIN_NAME = /^[\w.-]{1,200}$/;

/** By name, then by fingerprint. Connections whose journal is gone have none. */
export function sessionLanes(database: Database, journal: string, sessionId: string): LaneList {
  const lanes = new Map<string, { lane: Lane; servers: Set<string> }>();
  for (const { connection_id, server, open } of sessionConnections(database, sessionId, CONNECTIONS)) {
    const record = readOpenRecord(journal, connection_id);
    for (const one of record ? lanesOf(record) : []) {
      const known = lanes.get(one.lane) ?? {
        lane: { ...one, servers: [], connections: 0, open: 0 },
        servers: new Set(),
      };
      known.servers.add(server);
      const { lane } = known;
      const counted = { ...lane, connections: lane.connections + 1, open: lane.open + (open ? 1 : 0) };
      lanes.set(one.lane, { lane: counted, servers: known.servers });
    }
  }
  const list = [...lanes.values()].map(({ lane, servers }): Lane => ({ ...lane, servers: [...servers].toSorted() }));
  list.sort((a, b) => (a.lane < b.lane ? -1 : 1));
  return { lanes: list.slice(0, LANES) };
}

function lanesOf({ environment, headers }: OpenRecord): Pick<Lane, 'lane' | 'kind' | 'name' | 'fingerprint'>[] {
  const variables = Object.entries(environment)
    .filter(([name]) => PLAIN_NAME.test(name) && isCredentialVariable(name))
    .map(([name, fingerprint]) => ({ lane: `${name}#${fingerprint}`, kind: 'variable' as const, name, fingerprint }));
  const held = Object.entries(headers ?? {}).flatMap(([name, fingerprint]) =>
    fingerprint === null || !PLAIN_NAME.test(name)
      ? []
      : [{ lane: `header:${name}#${fingerprint}`, kind: 'header' as const, name, fingerprint }],
  );
  return [...variables, ...held];
}

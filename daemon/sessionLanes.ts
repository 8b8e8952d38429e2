/**
 * The credentials of a session: those that its connections run under, as calls name their lanes, and those that they were
 * started with besides; by name and keyed fingerprint, never by value. What a freeze of a lane names.
 */
import { readOpenRecord } from './journal/readOpenRecord.ts';
import { isCredentialVariable } from './model/credentialNames.ts';
import { connectionFacts } from './policyFacts.ts';
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

type Held = Pick<Lane, 'lane' | 'kind' | 'name' | 'fingerprint'>;

const KINDS: Readonly<Record<string, Lane['kind']>> = {
  env: 'variable',
  header: 'header',
  argv: 'option',
  url: 'address',
};

/** The credential that its calls run under, as they name it; what it holds besides by name alone. */
function lanesOf(open: OpenRecord): Held[] {
  const own = ownLane(open);
  const isOwn = (kind: Lane['kind'], name: string) => own?.kind === kind && own.name === name;
  const variables = Object.entries(open.environment)
    .filter(([name]) => PLAIN_NAME.test(name) && isCredentialVariable(name) && !isOwn('variable', name))
    .map(([name, fingerprint]) => ({ lane: `${name}#${fingerprint}`, kind: 'variable' as const, name, fingerprint }));
  const held = Object.entries(open.headers ?? {}).flatMap(([name, fingerprint]) =>
    fingerprint === null || !PLAIN_NAME.test(name) || isOwn('header', name)
      ? []
      : [{ lane: `header:${name}#${fingerprint}`, kind: 'header' as const, name, fingerprint }],
  );
  return [...(own ? [own] : []), ...variables, ...held];
}

function ownLane(open: OpenRecord): Held | null {
  const { lane, place, fingerprint } = connectionFacts(open, null).lane();
  const [, where = '', name = ''] = /^(\w+):-{0,2}(.*)$/s.exec(place ?? '') ?? [];
  const kind = Object.hasOwn(KINDS, where) ? KINDS[where] : undefined;
  if (lane === null || fingerprint === null || !kind || !PLAIN_NAME.test(name)) return null;
  return { lane, kind, name, fingerprint };
}

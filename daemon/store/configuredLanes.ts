/**
 * What the agents' files configure a server to be handed, as captures of a session have it, compared with the lane that its
 * calls were seen to run under. Only what both sides know for sure differs: an entry that takes a value from its
 * surroundings, or several entries of one name of which one agrees, differ from nothing.
 */
import { Workbench } from '../protocol/workbench.ts';
import { TODO } from './callRows.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

type Configured = NonNullable<Workbench['configured']>;

/** A call's or a connection's lane, and when. */
export interface LaneInUse {
  readonly session_id: string;
  /** As lists call it. */
  readonly server: string;
  readonly lane: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface ConfiguredLanes {
  /** The lane that is configured, spelled as the one in use; null where it is the same or not known. */
  otherThan(use: LaneInUse): string | null;
}

/** Owner, place and fingerprint. */
const HANDED = /^(.*?)\/((?:env|argv|header|url):[^#]*)#([0-9a-f]{8,64})$/s;

/** Of one commit: captures do not change in it. */
export function configuredLanes(database: Database): ConfiguredLanes {
  const known = new Map<string, Configured>();
  const entriesAt = (sessionId: string, at: number): Configured => {
    const capture = captureAt(database, sessionId, at);
    if (capture === null) return [];
    const found = known.get(capture) ?? configuredIn(database, capture);
    known.set(capture, found);
    return found;
  };
  return {
    otherThan({ session_id, server, lane, at }) {
      const [, owner = '', place = '', own = ''] = HANDED.exec(lane) ?? [];
      if (own === '') return null;
      const entries = entriesAt(session_id, at).filter(({ name }) => name === server);
      const prints = entries.map(({ places }) => (Object.hasOwn(places, place) ? places[place] : null));
      const [first] = prints;
      return first && prints.every((print) => print && print !== own) ? `${owner}/${place}#${first}` : null;
    },
  };
}

/** The last capture before the call, else the first that there is. */
function captureAt(database: Database, sessionId: string, at: number): string | null {
  const row = database
    .sql(
      `SELECT capture_id FROM captures WHERE session_id = ? AND origin IN ('session', 'event')
       ORDER BY at > ?, abs(at - ?), n DESC LIMIT 1`,
    )
    .get(sessionId, at, at);
  return row ? rows.text(row, 'capture_id') : null;
}

function configuredIn(database: Database, captureId: string): Configured {
  const row = database
    .sql("SELECT json_extract(workbench, '$.configured') AS configured FROM captures WHERE capture_id = ?")
    .get(captureId);
  if (!row || row.configured === null) return [];
  return rows.json(row, 'configured', (value) => Workbench.shape.configured.parse(value)) ?? [];
}

/**
 * A capture of the session came: what was refused in it is judged once more, and each of its lanes is looked at again. To be
 * run inside a commit.
 */
export function judgeByCapture(database: Database, sessionId: string): void {
  const session = database.sql('SELECT n FROM sessions WHERE session_id = ?').get(sessionId);
  if (!session) return;
  const n = rows.number(session, 'n');
  database
    .sql(
      `UPDATE calls SET todo = todo | ${TODO.judge} WHERE n IN (
         SELECT call FROM call_evidence WHERE session = ? AND error_class IN ('auth_missing', 'auth_expired', 'permission_denied')
         UNION SELECT (SELECT min(e.call) FROM call_evidence e JOIN calls c ON c.n = e.call
           WHERE e.session = l.session AND e.lane = l.lane AND c.connection = l.connection) FROM lanes_seen l WHERE l.session = ?)`,
    )
    .run(n, n);
}

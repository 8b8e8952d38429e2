/**
 * Decides which capture a session's start is compared with: that of the last session of the same agent in the workspace.
 * An agent's handshakes are none: an editor connects its servers first and names its conversation with the first call,
 * so what went on to a conversation, and what of an editor never came to one, is passed over. Which sessions those are
 * may be known only later (a rebuild reads captures first): comparisons in doubt are marked and made anew.
 */
import { changeSentence } from '../model/changeSentence.ts';
import { harnessDifferences } from '../model/changesHarness.ts';
import { diffCaptures } from '../model/harnessDiff.ts';
import { KNOWN_AGENTS } from '../model/knownAgents.ts';
import { NOTHING_BEFORE } from '../protocol/captures.ts';
import { readCapture } from './captureQueries.ts';
import type { Database, SqlRow } from './database.ts';
import * as rows from './rows.ts';

interface Start {
  readonly session_id: string;
  readonly root: string;
  readonly agent: string;
  /** Epoch ms. */
  readonly at: number;
}

const NAMES_CONVERSATIONS = JSON.stringify(
  KNOWN_AGENTS.filter(({ namesConversations }) => namesConversations).map(({ id }) => id),
);

/** `h` is a session: nothing but what an agent asks its servers outside of conversations. */
const IS_HANDSHAKE = 'h.calls = 0 AND h.conversation_id IS NULL';

/** The newest start of another session of this agent here, from before this session was first captured. */
export function previousStart(database: Database, { session_id, root, agent, at }: Start): string | null {
  const row = database
    .sql(
      `SELECT x.capture_id FROM captures x LEFT JOIN sessions h ON h.session_id = x.session_id
       WHERE x.root = ? AND x.agent = ? AND x.origin = 'session' AND x.session_id <> ?
         AND x.at <= coalesce((SELECT min(at) FROM captures WHERE session_id = ?), ?)
         AND NOT (x.agent IN (SELECT value FROM json_each(?)) AND (h.n IS NULL OR (${IS_HANDSHAKE})))
         AND NOT (h.n IS NOT NULL AND ${IS_HANDSHAKE} AND EXISTS (SELECT 1 FROM session_connections a
           JOIN session_connections b ON b.connection = a.connection JOIN sessions s ON s.n = b.session
           WHERE a.session = h.n AND s.session_id = ?))
       ORDER BY x.at DESC, x.n DESC LIMIT 1`,
    )
    .get(root, agent, session_id, session_id, at, NAMES_CONVERSATIONS, session_id);
  return row ? rows.text(row, 'capture_id') : null;
}

export interface Compared {
  readonly sentence: string;
  readonly changes: number;
}

/**
 * @param isWork between the two an agent was at work: what it edits and commits is no change of its harness
 * What is compared stands in the database, masked: a secret that changed differs by its placeholder only.
 */
export function writeComparison(
  database: Database,
  before: string | null,
  after: string,
  isWork: boolean,
): Compared | null {
  const [a, b] = before === null ? [] : [readCapture(database, before), readCapture(database, after)];
  const differences = a && b ? (isWork ? harnessDifferences : diffCaptures)(a.capture, b.capture) : null;
  const compared = differences && { sentence: changeSentence(differences), changes: differences.length };
  database
    .sql('UPDATE captures SET compared_with = ?, sentence = ?, changes = ? WHERE capture_id = ?')
    .run(compared && before, compared?.sentence ?? null, compared?.changes ?? null, after);
  return compared;
}

/**
 * A session began, or came to its first call: what it and later sessions of its agent here are compared with may be
 * another now. To be run inside a commit, once the session is written.
 */
export function doubtComparisons(database: Database, sessionId: string): void {
  database
    .sql(
      `UPDATE captures SET in_doubt = 1 WHERE n IN (SELECT x.n FROM captures o CROSS JOIN captures x
         ON x.root = o.root AND x.agent = o.agent AND x.at >= o.at AND x.origin = 'session' AND x.in_doubt = 0
         WHERE o.n = (SELECT n FROM captures WHERE session_id = ? AND origin = 'session' ORDER BY at, n LIMIT 1))`,
    )
    .run(sessionId);
}

/** Captures whose comparison is in doubt, at most 100. */
export function doubtfulComparisons(database: Database): string[] {
  return database
    .sql('SELECT capture_id FROM captures WHERE in_doubt = 1 ORDER BY n LIMIT 100')
    .all()
    .map((row) => rows.text(row, 'capture_id'));
}

/**
 * Looks again what a start is compared with. To be run inside a commit.
 * @returns the session's id; null where all is as it was
 */
export function compareAgain(database: Database, captureId: string, rev: number): string | null {
  const row = database.sql('SELECT * FROM captures WHERE capture_id = ?').get(captureId);
  const start = row && startOf(row);
  if (!row || !start) return null;
  database.sql('UPDATE captures SET in_doubt = 0 WHERE capture_id = ?').run(captureId);
  const before = previousStart(database, start);
  if (before === rows.textOrNull(row, 'compared_with')) return null;
  const compared = writeComparison(database, before, captureId, false);
  database
    .sql('UPDATE trail SET before = ?, sentence = ?, changes = ?, rev = ? WHERE event_id = ? AND after = ?')
    .run(
      compared && before,
      compared?.sentence ?? NOTHING_BEFORE,
      compared?.changes ?? null,
      rev,
      `ev_${start.session_id}`,
      captureId,
    );
  return start.session_id;
}

function startOf(row: SqlRow): Start | null {
  const session_id = rows.textOrNull(row, 'session_id');
  if (session_id === null) return null;
  return { session_id, root: rows.text(row, 'root'), agent: rows.text(row, 'agent'), at: rows.number(row, 'at') };
}

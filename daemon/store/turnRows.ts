/** The rows of turns while a batch is written: what the host called one turn of its conversation, with its calls counted. */
import type { Database } from './database.ts';
import * as rows from './rows.ts';
import type { SessionRow } from './sessionRows.ts';

export interface TurnRow {
  readonly n: number;
  readonly sort: string;
  calls: number;
  changed: boolean;
}

export interface TurnRows {
  /** The turn of this name in the session; made when its first call comes. @param place where it stands in the tree */
  open(session: SessionRow, turnId: string, at: number, place: string): TurnRow;
  count(turn: TurnRow): void;
  flush(rev: number): void;
  forget(): void;
}

export function createTurnRows(database: Database): TurnRows {
  const cache = new Map<string, TurnRow>();
  return {
    open(session, turnId, at, place) {
      const key = `${session.n} ${turnId}`;
      const cached = cache.get(key);
      if (cached) return cached;
      const known = database
        .sql('SELECT n, sort, calls FROM turns WHERE session = ? AND turn_id = ?')
        .get(session.n, turnId);
      let turn: TurnRow;
      if (known) {
        turn = {
          n: rows.number(known, 'n'),
          sort: rows.text(known, 'sort'),
          calls: rows.number(known, 'calls'),
          changed: false,
        };
      } else {
        const { lastInsertRowid } = database
          .sql('INSERT INTO turns (session, turn_id, started_at, calls, sort, rev) VALUES (?, ?, ?, 0, ?, 0)')
          .run(session.n, turnId, at, place);
        turn = { n: Number(lastInsertRowid), sort: place, calls: 0, changed: true };
        session.counts.turns++;
        session.changed = true;
      }
      cache.set(key, turn);
      return turn;
    },
    count(turn) {
      turn.calls++;
      turn.changed = true;
    },
    forget: () => cache.clear(),
    flush(rev) {
      for (const turn of cache.values()) {
        if (!turn.changed) continue;
        database.sql('UPDATE turns SET calls = ?, rev = ? WHERE n = ?').run(turn.calls, rev, turn.n);
        turn.changed = false;
      }
      if (cache.size > 1000) cache.clear();
    },
  };
}

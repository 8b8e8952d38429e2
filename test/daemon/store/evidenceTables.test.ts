import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../../daemon/store/database.ts';
import { EVIDENCE_TABLES } from '../../../daemon/store/evidenceTables.ts';
import { MIGRATIONS, migrate } from '../../../daemon/store/migrations.ts';
import { bodyBacklog, bodyTasks } from '../../../daemon/store/secondStage.ts';

test('calls from before there was evidence are judged once, in their order, and lists of tools are read again', (t) => {
  const database = openDatabase(':memory:', 'write');
  t.after(() => database.dispose());
  migrate(database, MIGRATIONS.slice(0, MIGRATIONS.indexOf(EVIDENCE_TABLES)));
  database.exec(`
    INSERT INTO connections (n, connection_id, opened_at, server, agent, proxy_pid)
      VALUES (1, 'con_00000000000000000000000001', 0, 'fs', 'agent', 1);
    INSERT INTO sessions VALUES (1, 'ses_0000000000000001', NULL, NULL, 'agent', '{}', '/w', NULL, NULL, NULL, NULL, 0, 0,
      3, 3, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, NULL, '[]', '[]', 1, 0, 0, 0);
  `);
  const add = (n: number, event: string, method: string) =>
    database
      .sql(
        `INSERT INTO calls (n, connection, ordinal, part, session, sort, folded, depth, event, direction, method, tool,
           started_at, outcome, layers, request_bytes, request, response, todo, rev)
         VALUES (?, 1, ?, 0, 1, ?, 0, 0, ?, 'c2s', ?, NULL, 0, 'success', 'ooo', 1, ?, ?, 0, 1)`,
      )
      .run(n, n, String(n), event, method, '[0,0,"c2s",1,null,0,0,1]', '9 [0,0,"s2c",1,null,0,0,1]');
  add(1, 'tool_call', 'tools/call');
  add(2, 'notification', 'notifications/x');
  add(3, 'request', 'tools/list');
  migrate(database);
  assert.equal(bodyBacklog(database), 2);
  const [call, list] = bodyTasks(database, 10);
  assert.deepEqual([call?.call, call?.response, call?.judge?.response?.key], [1, null, '9']);
  assert.deepEqual([list?.call, list?.response?.key], [3, '9']);
});

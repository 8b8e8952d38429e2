import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLook, isRaced, keepRaces, looksOf, racesOf } from '../../../daemon/store/fileStateRows.ts';
import { openStore } from '../../../daemon/store/openStore.ts';
import { storeStory } from '../../support/storeStory.ts';

const PLACE = { segment: 0, offset: 10, length: 20 };
const at = (own: string, ...above: string[]) => [{ own, above }];

test('who was at one place at one time, also above or below it', (t) => {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const tell = storeStory(database);
  // The first and the second end before the next begins; the others go on.
  for (let count = 0; count < 2; count++) tell.end(tell.call({ tool: 'write_file' }), { duration_ms: 1 });
  for (let count = 0; count < 3; count++) tell.call({ tool: 'write_file' });
  tell.commit();
  const numbers = database
    .sql('SELECT n FROM calls ORDER BY n')
    .all()
    .map(({ n }) => Number(n));
  const [one, two, three, four, five] = numbers as [number, number, number, number, number];
  database.sql('UPDATE calls SET started_at = n * 1000').run();
  addLook(database, one, 'before', PLACE, at('dir/a', 'dir', 'root'));
  addLook(database, two, 'before', PLACE, at('dir/a', 'dir', 'root'));
  addLook(database, three, 'before', PLACE, at('dir/a', 'dir', 'root'));
  addLook(database, four, 'before', PLACE, at('dir', 'root'));
  addLook(database, five, 'before', PLACE, at('other', 'root'));
  assert.deepEqual(racesOf(database, one), []);
  assert.deepEqual(racesOf(database, two), []);
  // Both still run: one writes in the folder that the other is about.
  assert.deepEqual(racesOf(database, three), [four]);
  assert.deepEqual(racesOf(database, four), [three]);
  assert.deepEqual(racesOf(database, five), []);
  assert.deepEqual(looksOf(database, one), { before: PLACE, after: null });
});

test('who was judged without knowing of the other is judged again, once', (t) => {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const tell = storeStory(database);
  for (let count = 0; count < 2; count++) tell.end(tell.call({ tool: 'write_file' }), { duration_ms: 1 });
  tell.commit();
  const todo = () =>
    database
      .sql('SELECT todo FROM calls ORDER BY n')
      .all()
      .map((row) => Number(row.todo) & 16);
  const clear = () => database.sql('UPDATE calls SET todo = 0').run();
  clear();
  keepRaces(database, 2, [1]);
  assert.deepEqual(todo(), [16, 0]);
  assert.ok(isRaced(database, 1) && isRaced(database, 2));
  clear();
  keepRaces(database, 1, [2]);
  assert.deepEqual(todo(), [0, 0]);
});

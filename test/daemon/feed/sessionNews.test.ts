import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { sessionNews } from '../../../daemon/feed/sessionNews.ts';
import { scriptedSource, sessionHead } from './scriptedSource.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

const settle = () => new Promise((resolve) => setImmediate(resolve));
const pause = async (ms: number) => {
  mock.timers.tick(ms);
  await settle();
};

function news() {
  const source = scriptedSource();
  for (const id of ['a', 'b', 'c']) source.heads.set(id, sessionHead(id, 1));
  const said: string[] = [];
  const failures: unknown[] = [];
  const made = sessionNews({
    source,
    publish: (heads, removed) => said.push(`${heads.map(({ session }) => session.session_id)} -${removed}`),
    onFailure: (error) => failures.push(error),
  });
  return { source, said, failures, made };
}

test('the first change goes out at once, those after it together', async () => {
  const { said, made, source } = news();
  made.note(['a'], []);
  await settle();
  assert.deepEqual(said, ['a -']);
  for (let i = 0; i < 50; i++) made.note(['a', 'b'], []);
  made.note([], ['c']);
  await pause(99);
  assert.equal(said.length, 1);
  await pause(1);
  assert.deepEqual(said, ['a -', 'a,b -c']);
  assert.equal(source.asked.length, 2);
  made.dispose();
});

test('removed wins over changed when it came later, and the other way round', async () => {
  const { said, made } = news();
  made.note(['a'], []);
  await settle();
  made.note(['b'], []);
  made.note([], ['b']);
  made.note([], ['c']);
  made.note(['c'], []);
  await pause(100);
  assert.deepEqual(said, ['a -', 'c -b']);
  made.dispose();
});

test('five hundred at a time', async () => {
  const { said, made, source } = news();
  for (let i = 0; i < 1_100; i++) source.heads.set(`s${i}`, sessionHead(`s${i}`, 1));
  made.note(
    [...source.heads.keys()].filter((id) => id.startsWith('s')),
    [],
  );
  await settle();
  await pause(100);
  await pause(100);
  await pause(100);
  assert.deepEqual(
    said.map((text) => text.split(',').length),
    [500, 500, 100],
  );
  made.dispose();
});

test('what could not be read is asked for again', async () => {
  const { said, made, source, failures } = news();
  source.failure = new Error('busy');
  made.note(['a'], ['b']);
  await settle();
  assert.equal(failures.length, 1);
  source.failure = null;
  await pause(1_000);
  assert.deepEqual(said, ['a -b']);
  made.dispose();
  made.note(['a'], []);
  await pause(1_000);
  assert.equal(said.length, 1);
});

/** Messages are written in the order in which they were sent, beside whoever sends them; what goes wrong there is heard of here. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { textOf as textIn, wholeText } from '../../daemon/bundle/memberLines.ts';
import { unpacked } from '../../daemon/bundle/packedFile.ts';
import type { FrameGroup, FramesWanted } from '../../daemon/exportFrames.ts';
import { startFramesThread } from '../../daemon/framesThread.ts';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-frames-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function started(t: TestContext, wanted: FramesWanted) {
  const thread = startFramesThread(wanted);
  t.after(() => thread.dispose());
  return thread;
}

const wanted = (folder: string): FramesWanted => ({
  places: { journal: folder, artifacts: folder },
  level: 'none',
  redaction: null,
  file: join(folder, 'frames'),
  report: { file: join(folder, 'report'), frames: 1 },
});

/** A call with two frames. */
function group(n: number): FrameGroup {
  const frame = { direction: 'c2s', at: 0, mono: n, byteLength: 10 + n, spans: [], artifact: null } as const;
  const place = { call_id: `call_${n}`, connection_id: 'con_a', journal_id: 'con_a', imported: null };
  return {
    frames: [
      { ...place, role: 'request', frame: { ...frame, key: `${n}a` } },
      { ...place, role: 'response', frame: { ...frame, key: `${n}b` } },
    ],
    text: { base: n === 0 ? '"head":{},"call":{}' : null, head: `{"n":${n}}`, call: `{"n":${n}}` },
  };
}

async function textOf(file: string): Promise<string> {
  return wholeText(file, textIn(file, unpacked(file)));
}

test('frames and report in order, with their facts, without being waited for', async (t) => {
  const folder = scratch(t);
  const thread = started(t, wanted(folder));
  const sent = [thread.report('<!doctype html>')];
  for (let n = 0; n < 100; n++) sent.push(thread.add([group(n)]));
  const { facts, found } = await thread.endFrames();
  await Promise.all(sent);
  await thread.report('the end');
  const report = await thread.endReport();
  assert.deepEqual([facts.lines, found], [200, []]);
  const lines = (await textOf(join(folder, 'frames'))).trimEnd().split('\n');
  const keys = lines.map((line) => JSON.parse(line).key);
  assert.deepEqual(keys, Array.from({ length: 100 }, (_, n) => [`${n}a`, `${n}b`]).flat());
  const page = await textOf(join(folder, 'report'));
  assert.equal(page.length, report?.bytes);
  assert.ok(page.startsWith('<!doctype html><script') && page.endsWith('</script>\nthe end'));
  // Of each call as many frames as were wanted, in the order of the calls.
  assert.deepEqual(page.match(/"key":"\d+[ab]"/g)?.slice(0, 3), ['"key":"0a"', '"key":"1a"', '"key":"2a"']);
});

test('a folder that is not there is an error for whoever waits, and for whoever asks afterwards', async (t) => {
  const folder = scratch(t);
  const thread = started(t, { ...wanted(folder), file: join(folder, 'nowhere', 'frames') });
  await assert.rejects(async () => {
    await thread.add([group(0)]);
    await thread.endFrames();
  }, /ENOENT/);
  await assert.rejects(thread.endReport(), /ENOENT/);
});

test('a thread that is ended is an error, not a wait', async (t) => {
  const thread = started(t, wanted(scratch(t)));
  const ending = thread.endFrames();
  thread.dispose();
  await assert.rejects(ending, /ended before it was done/);
});

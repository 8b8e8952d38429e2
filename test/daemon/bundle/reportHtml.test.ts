import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { dataText } from '../../../daemon/bundle/dataText.ts';
import { reportBuilder } from '../../../daemon/bundle/reportHtml.ts';
import type { BundleMembers } from '../../../daemon/protocol/bundle.ts';
import { ReportBlock, ReportDetail, ReportStart } from '../../../daemon/protocol/report.ts';
import { emptyBundle, type FakeBundle, fullBundle, longBundle } from '../../support/fakeBundle.ts';

const PAGE = { script: 'const a = 1 < 2;', style: 'body { margin: 0 }' };
const ID = 'ses_000000000000aaaa';

async function piecesOf({ members, draft }: FakeBundle, page = PAGE): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of reportBuilder(page)(members, draft)) pieces.push(String(piece));
  return pieces;
}

/** What a browser would take for the elements of a document: it knows nothing of JSON. */
function scripts(text: string): { attributes: string; content: string }[] {
  return [...text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script/gi)].map((match) => ({
    attributes: match[1] ?? '',
    content: match[2] ?? '',
  }));
}

test('one document: script and style by their hashes, nothing else allowed', async () => {
  const text = (await piecesOf(fullBundle(ID))).join('');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
  const hash = (of: string) => `'sha256-${createHash('sha256').update(of).digest('base64')}'`;
  assert.match(policy, /^default-src 'none'; /);
  assert.ok(policy.includes(`script-src ${hash(PAGE.script)};`));
  assert.ok(policy.includes(`style-src ${hash(PAGE.style)} `));
  assert.doesNotMatch(policy, /unsafe|\*|https?:|data:|'self'/);
  const code = scripts(text).filter(({ attributes }) => !attributes.includes('type="application/'));
  assert.deepEqual(
    code.map(({ content }) => content),
    [PAGE.script],
  );
  assert.doesNotMatch(text.replace(/<script[\s\S]*?<\/script/g, ''), /\s(?:src|href)=/);
});

test('the data says what the members say', async () => {
  const bundle = fullBundle(ID);
  const text = (await piecesOf(bundle)).join('');
  const [calls, details, start] = scripts(text);
  const block = ReportBlock.parse(JSON.parse(calls?.content ?? ''));
  const lines = (details?.content ?? '').split('\n').map((line) => ReportDetail.parse(JSON.parse(line)));
  const parsed = ReportStart.parse(JSON.parse(start?.content ?? ''));
  assert.equal(block.heads.length, 15);
  assert.equal(parsed.calls_here, 15);
  assert.equal(parsed.denials.length, 7);
  let index = 0;
  for await (const call of bundle.members.calls()) {
    assert.deepEqual({ ...block.call, ...lines[index]?.call }, JSON.parse(JSON.stringify(call)));
    index++;
  }
  assert.deepEqual(
    lines[0]?.frames.map(({ role }) => role),
    ['request', 'response'],
  );
});

test('no value becomes markup, whatever it says', async () => {
  const evil = '</script><script>alert(1)</script><!--<script>\u2028]]>';
  assert.deepEqual(JSON.parse(dataText(JSON.stringify({ [evil]: evil }))), { [evil]: evil });
  assert.doesNotMatch(dataText(JSON.stringify(evil)), /[<\u2028\u2029]/);
  const { members, draft } = fullBundle(ID);
  const session = await members.session();
  const hostile: BundleMembers = {
    ...members,
    session: async () => ({ ...session, session: { ...session.session, label: evil, title: evil } }),
    async *calls() {
      for await (const call of members.calls()) yield { ...call, summary: evil, server: evil, error_message: evil };
    },
    async *frames() {
      for await (const frame of members.frames()) yield { ...frame, body: JSON.stringify({ [evil]: evil }) };
    },
    async *findings() {
      for await (const finding of members.findings()) yield { ...finding, evidence: evil };
    },
  };
  const text = (await piecesOf({ members: hostile, draft })).join('');
  assert.equal(scripts(text).length, 4);
  assert.doesNotMatch(text, /<script>alert|<!--/);
  assert.match(text, /<title>&#60;\/script&#62;/);
});

test('a page that would break out of its element is refused', async () => {
  await assert.rejects(piecesOf(emptyBundle(ID), { ...PAGE, script: 'x = "</script>"' }));
  await assert.rejects(piecesOf(emptyBundle(ID), { ...PAGE, style: 'a{content:"</style>"}' }));
});

test('a long session comes in pieces, and no further than a browser likes', async () => {
  const sizes = (await piecesOf(longBundle(ID, 3000))).map(({ length }) => length);
  assert.ok(sizes.length >= 3000 / 500);
  assert.ok(Math.max(...sizes) < 1_500_000, `a piece of ${Math.max(...sizes)}`);
  let asked = 0;
  const { members, draft } = longBundle(ID, 1);
  const [only] = await collect(members.calls());
  const endless: BundleMembers = {
    ...members,
    async *calls() {
      for (; only; asked++) yield only;
    },
  };
  const text = (
    await piecesOf({ members: endless, draft: { ...draft, counts: { ...draft.counts, calls: 90_000 } } })
  ).join('');
  assert.match(text, /"calls_here":20000/);
  assert.ok(asked <= 20_000);
});

test('frames stand with their own call; those out of order are passed over', async () => {
  const { members, draft } = longBundle(ID, 4);
  const frames = await collect(members.frames());
  const mixed: BundleMembers = {
    ...members,
    async *frames() {
      yield* frames.slice(0, 2);
      // The second call's are missing.
      yield* frames.slice(4);
    },
  };
  const text = (await piecesOf({ members: mixed, draft })).join('');
  const lines = (scripts(text)[1]?.content ?? '').split('\n').map((line) => ReportDetail.parse(JSON.parse(line)));
  assert.deepEqual(
    lines.map((line) => line.frames.length),
    [2, 0, 2, 2],
  );
});

async function collect<T>(lines: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const line of lines) list.push(line);
  return list;
}

/** The page in a real browser, against a scripted feed over real HTTP and WebSocket. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullPolicy } from '../support/fakeDenials.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import { fakeCall, fakeHead, fullSession } from '../support/fakeSessions.ts';
import { builtPage, type Opened, type VisitOptions } from './builtPage.ts';
import { soon } from './soon.ts';

const built = builtPage();

const FULL = 'ses_000000000000aaaa';
const LONG = 'ses_000000000000bbbb';

/** Opens the page on a feed of its own. */
async function visit(
  fill: (feed: FakeFeed) => void,
  run: (page: Opened, feed: FakeFeed) => Promise<void>,
  fragment = '',
  options: VisitOptions = {},
): Promise<void> {
  const feed = await fakeFeed(await built.folder());
  try {
    fill(feed);
    await built.visit(feed.url(fragment), (page) => run(page, feed), options);
  } finally {
    await feed.close();
  }
}

const full = (feed: FakeFeed) => {
  const { head, rows } = fullSession(FULL, Date.now());
  feed.put(head, rows);
};
const long = (count: number, live: boolean) => (feed: FakeFeed) =>
  feed.put(
    fakeHead(
      LONG,
      { calls: count, running_calls: live ? 1 : 0, open_connections: live ? 1 : 0 },
      { terminal_state: live ? 'running' : 'success' },
    ),
    Array.from({ length: count }, (_, i) => fakeCall(LONG, i, { tool: `tool_${i}` })),
  );

test('rows, time scale and session summary are shown; the code leaves the URL', () =>
  visit(full, async (page) => {
    await page.callsAre(15);
    const text = await page.text();
    for (const part of [
      '12 chunks (48 kB) not recorded: disk full',
      '3/10 compiling',
      'no answer seen; may have reached the server',
      'answered late, 12.4 s',
      '2 rounds',
      'caller not proven',
    ]) {
      assert.ok(text.includes(part), part);
    }
    await page.hashIs(`#session=${FULL}`);
  }));

test('hostile text is text', () =>
  visit(
    (feed) => {
      full(feed);
      feed.bodies.set(fakeCall(FULL, 12).call.call_id, { result: '<img src=x onerror="alert(2)"><b>not bold</b>' });
    },
    async (page) => {
      await page.open('<script>alert("tool")</script>');
      await page.tab('Result');
      await page.body('result').waitFor();
      assert.equal(await page.body('result').innerText(), '<img src=x onerror="alert(2)"><b>not bold</b>');
      assert.equal(await page.page.locator('.tree img, .detail img, .tree script').count(), 0);
    },
  ));

test('what arrives is shown, follows the end, and pauses when scrolled up', () =>
  visit(long(300, true), async (page, feed) => {
    await page.row('tool_299').waitFor();
    feed.upsert(LONG, [fakeCall(LONG, 300, { tool: 'tool_300', outcome: 'running', duration_ms: null })], {
      calls: 301,
    });
    await page.row('tool_300').waitFor();
    feed.upsert(LONG, [fakeCall(LONG, 300, { tool: 'tool_300', rev: 2, outcome: 'error', error_message: 'it broke' })]);
    await page.page.locator('.row-call.is-error', { hasText: 'it broke' }).waitFor();
    await page.wheel(-600);
    await page.followIs(false);
    await page.settled();
    const before = await page.toolsInSight();
    feed.upsert(
      LONG,
      Array.from({ length: 7 }, (_, i) => fakeCall(LONG, 301 + i, { tool: `tool_${301 + i}` })),
    );
    await page.newPill.waitFor();
    assert.match(await page.newPill.innerText(), /7 new/);
    assert.deepEqual(await page.toolsInSight(), before);
    await page.newPill.click();
    await page.row('tool_307').waitFor();
    await page.followIs(true);
  }));

test('a hundred thousand rows are paged through, in order and without holes', () =>
  visit(long(100_000, false), async (page, feed) => {
    await page.row('tool_0').first().waitFor();
    await page.scrollTo(50_000 * 28);
    await page.until(async () =>
      (await page.toolsInSight()).some((tool) => /^tool_50\d{3}$|^tool_49\d{3}$/.test(tool)),
    );
    await page.until(async () => (await page.page.locator('.row-loading').count()) === 0);
    const numbers = (await page.toolsInSight()).map((tool) => Number(tool.slice(5)));
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => numbers[0]! + i),
    );
    assert.ok(feed.subscriptions.every((one) => one.count <= 500));
    assert.ok(feed.subscriptions.length <= 4, `${feed.subscriptions.length} subscriptions`);
  }));

test('a link to a call goes to its row, wherever it stands; so does one that comes later', () =>
  visit(
    long(100_000, true),
    async (page, feed) => {
      await page.until(async () => (await page.toolsInSight()).includes('tool_70000'));
      await page.cursorIs(/tool_70000/);
      // What arrives does not push it away.
      await page.followIs(false);
      assert.ok(feed.subscriptions.length <= 3, `${feed.subscriptions.length} subscriptions`);
      const call = fakeCall(LONG, 200).call.call_id;
      await page.page.evaluate((hash) => location.replace(hash), `#session=${LONG}&call=${call}`);
      await page.until(async () => (await page.toolsInSight()).includes('tool_200'));
      await page.cursorIs(/tool_200\b/);
    },
    `session=${LONG}&call=${fakeCall(LONG, 70_000).call.call_id}`,
  ));

test('the filter narrows, says what is wrong, and offers the way back', () =>
  visit(full, async (page) => {
    await page.firstRows();
    await page.press('/');
    await page.until(page.filterFocused);
    await page.filter('tool:read_text_file');
    await page.callsAre(2);
    await page.errorsOnly.click();
    await page.callsAre(1);
    await page.errorsOnly.click();
    await page.filter('colour:red');
    await page.filterError.filter({ hasText: 'not known' }).waitFor();
    await page.filter('nothinglikethis');
    await page.notice.waitFor();
    await page.notice.locator('vscode-button').click();
    await page.callsAre(15);
    await soon(page.filterValue, '');
  }));

test('turns and calls fold and unfold', () =>
  visit(full, async (page) => {
    const all = 15;
    await page.callsAre(all);
    await page.fold('sampleLLM');
    await page.callsAre(all - 1);
    await page.fold('turn-1');
    await page.callsAre(all - 7);
    await soon(() => page.row('turn-1').getAttribute('aria-expanded'), 'false');
    await page.fold('turn-1');
    await page.callsAre(all - 1);
  }));

test('the details tell the layers apart, show arguments and error, and are copied', () =>
  visit(full, async (page) => {
    await page.open('ENOENT');
    await page.detail.locator('.layers').waitFor();
    assert.match(await page.detail.innerText(), /Transport\s+delivered\s+Protocol\s+answered\s+Tool\s+says it failed/);
    await page.hashIs(/&call=call_/);
    await page.tab('Arguments');
    await page.body('arguments').waitFor();
    await page.page.locator('.body-arguments .copy').click();
    await page.until(async () => (await page.copied()).includes('src/cart.ts'));
    await page.tab('Error');
    assert.match(await page.body('error').innerText(), /ENOENT/);
  }));

test('raw bytes are shown after a question, and only then', () =>
  visit(full, async (page) => {
    await page.open('list_directory');
    await page.tab('Frames');
    await page.showFrame();
    await page.body('frame').waitFor();
    assert.match(await page.body('frame').innerText(), /masked: api key/);
    await page.showRaw.click();
    assert.equal(await page.rawMark.count(), 0);
    await page.confirmRaw.click();
    await page.rawMark.waitFor();
    assert.match(await page.body('frame').innerText(), /hunter2-raw-secret/);
  }));

test('a link that breaks keeps the data and comes back', () =>
  visit(
    full,
    async (page, feed) => {
      await page.callsAre(15);
      feed.cut(true);
      await page.banner.waitFor();
      await page.callsAre(15);
      feed.accept();
      await page.banner.waitFor({ state: 'detached' });
      feed.upsert(FULL, [fakeCall(FULL, 99, { tool: 'after_the_break' })]);
      await page.row('after_the_break').waitFor();
    },
    '',
    { expected: /ERR_EMPTY_RESPONSE|ERR_CONNECTION|WebSocket connection/ },
  ));

test('without sessions the page says what to do, and the command can be copied', () =>
  visit(
    () => {},
    async (page, feed) => {
      await page.hero.waitFor();
      await page.hero.locator('.copy').first().click();
      await page.until(async () => (await page.copied()) === 'callgrove wrap');
      full(feed);
      await page.firstRows();
    },
  ));

test('a link used twice and a token of another daemon say how to get a new one', () =>
  visit(
    full,
    async (page, feed) => {
      await page.firstRows();
      feed.revoke();
      await page.page.reload();
      await page.hero.filter({ hasText: /no longer valid[\s\S]*callgrove ui/ }).waitFor();
    },
    '',
    { expected: /401/ },
  ));

test('the whole tree is reached by keyboard', () =>
  visit(full, async (page) => {
    await page.firstRows();
    await page.focusTree();
    await page.press('Home');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.press(key);
    await page.cursorIs(/package\.json/);
    await page.press('Enter');
    await page.detail.locator('.layers').waitFor();
    await page.press('ArrowLeft');
    await page.cursorIs(/^Turn/);
    await page.press('ArrowLeft');
    await soon(() => page.row('turn-1').getAttribute('aria-expanded'), 'false');
    await page.press('End');
    await page.cursorIs(/read_multiple_files/);
    await page.press('f');
    await page.followIs(true);
    await page.press('Escape');
    await page.until(async () => (await page.detail.count()) === 0);
  }));

test('a deep link scrolls to its call, and what arrives does not push it away', () =>
  visit(
    long(90, true),
    async (page, feed) => {
      await page.page.locator('.row.cursor', { hasText: /tool_40(?!\d)/ }).waitFor();
      await page.until(async () => (await page.toolsInSight()).includes('tool_40'));
      feed.upsert(LONG, [fakeCall(LONG, 90, { tool: 'tool_90' })], { calls: 91 });
      await page.newPill.waitFor();
      await page.settled();
      assert.ok((await page.toolsInSight()).includes('tool_40'));
    },
    `session=${LONG}&call=${fakeCall(LONG, 40).call.call_id}`,
  ));

test('a session is pinned and named', () =>
  visit(full, async (page, feed) => {
    await page.firstRows();
    await page.page.locator('.pin').click();
    await page.session('').locator('.pinned').waitFor();
    await page.page.locator('.edit-label').click();
    await page.page.locator('.label-field input').fill('The cart bug');
    await page.page.locator('.label-field input').press('Enter');
    await page.session('The cart bug').waitFor();
    await soon(async () => feed.actions.map((action) => action.act), ['pin', 'label']);
  }));

test('a deep link opens its call; a narrow page goes back step by step', () =>
  visit(
    full,
    async (page) => {
      await page.detail.locator('.layers').waitFor();
      assert.match(await page.detail.innerText(), /create_issue/);
      await page.press('Escape');
      await page.firstRows();
      await page.page.locator('vscode-button[title="Back to the sessions"]').click();
      await page.session('').click();
      await page.firstRows();
    },
    `session=${FULL}&call=${fakeCall(FULL, 9).call.call_id}`,
    { width: 420, scheme: 'light' },
  ));

test('two hundred changes a second are drawn once a frame', () =>
  visit(long(500, true), async (page, feed) => {
    await page.row('tool_499').waitFor();
    for (let i = 500; i < 900; i++) feed.upsert(LONG, [fakeCall(LONG, i, { tool: `tool_${i}` })], { calls: i + 1 });
    await page.row('tool_899').waitFor();
    assert.ok((await page.rows.count()) < 100);
  }));

test('what passed in place of what came: what was left out, the shapes of both, and the text that the agent was shown', () =>
  visit(
    (feed) => {
      feed.documents.set('/api/denials', { denials: [], total: 0, once: [] });
      feed.documents.set('/api/policy', fullPolicy());
      feed.put(fakeHead(FULL, { calls: 3 }), [
        fakeCall(FULL, 1, { tool: null, event: 'request', method: 'tools/list' }),
        fakeCall(FULL, 2, {
          tool: 'write_file',
          outcome: 'denied',
          denial: { decision: 'deny', reason: 'write_outside_root', mode: 'enforce' },
        }),
        fakeCall(FULL, 3, { tool: 'plain_tool' }),
      ]);
    },
    async (page) => {
      await page.everything.click();
      await page.open('tools/list');
      await page.tab('Altered');
      const altered = page.detail.locator('.altered');
      await altered.getByText('2 tools were taken out of this list by policy.').waitFor();
      const text = await altered.innerText();
      for (const part of ['write_file', 'delete_\\u202eelif', `sha256:${'11'.repeat(32)}`, `sha256:${'22'.repeat(32)}`])
        assert.ok(text.includes(part), `${part} in ${text}`);
      await page.body('altered').getByText('"read_file"').waitFor();
      await altered.getByRole('button', { name: 'Copy shape before' }).click();
      await page.until(async () => (await page.copied()) === `sha256:${'11'.repeat(32)}`);

      // The tab stays chosen where the next call has it, and gives way where it has not.
      await page.open('write_file');
      await altered.getByText('Nothing of it reached the server').waitFor();
      assert.equal(await altered.locator('pre').count(), 0);
      await page.open('plain_tool');
      await page.detail.locator('.layers').waitFor();
      assert.equal(await page.page.locator('vscode-panel-tab', { hasText: 'Altered' }).count(), 0);
    },
  ));

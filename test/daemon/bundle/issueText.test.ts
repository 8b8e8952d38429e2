import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IssueFacts, issueText, type Verdict } from '../../../daemon/bundle/issueText.ts';
import { reproPlan } from '../../../daemon/bundle/reproPlan.ts';
import { fullBundle } from '../../support/fakeBundle.ts';
import { fullCapture, fullHarness } from '../../support/fakeHarness.ts';
import { connectionTo, HANDSHAKE, type Step, storyOf, tool } from '../../support/reproStory.ts';

const ID = 'ses_000000000000aaaa';
const FAILED: Partial<Step> = {
  result: { content: [{ type: 'text', text: 'ENOENT: no such file' }], isError: true },
  change: {
    outcome: 'error',
    layers: { transport: 'ok', rpc: 'ok', tool: 'error' },
    error_message: 'ENOENT: no such file',
    duration_ms: 12,
  },
};

async function factsOf(step: Step, verdict: Verdict, change: Partial<IssueFacts> = {}): Promise<IssueFacts> {
  const story = storyOf([...HANDSHAKE, step]);
  const { members, draft } = fullBundle(ID);
  const connection = connectionTo(['npx', '-y', 'buggy-server', '~/shop']);
  const [head] = fullHarness(ID).captures;
  assert.ok(head);
  const { call } = story[2]!;
  return {
    session: (await members.session()).session,
    call,
    connection,
    bodies: { arguments: '{\n  "path": "a"\n}', result: 'ENOENT: no such file', error: null },
    draft,
    capture: { head, capture: fullCapture() },
    plan: reproPlan(call, story, connection),
    verdict,
    machine: { node: '24.0.0', os: 'linux 6.1 x64' },
    bundle: 'x.callgrove.zip',
    ...change,
  };
}

test('what happened in words, the error, how to reproduce, versions, harness', async () => {
  const text = issueText(
    await factsOf(tool('read', { path: 'a' }, FAILED), { reproduced: 'yes', messages: 3, least: true }),
  );
  for (const part of [
    '# buggy: read fails',
    'claude-code 2.1 called `read` on the server `buggy` (stdio).',
    'the tool itself says that it failed after 12 ms.',
    '```\nENOENT: no such file\n```',
    '**Reproduced: yes.** 3 messages show it, and none of them can be left out.',
    '```sh\nnode repro.mjs\n```',
    'It starts `npx -y buggy-server ~/shop`',
    '--method tools/call --tool-name read --tool-arg path=a',
    '- server: buggy-server 1.2.3',
    '- agent: claude-code 2.1',
    '- protocol: 2025-11-25',
    '- Node: 24.0.0',
    '- system: linux 6.1 x64',
    '## Harness',
    '- version: hv\\_',
    '`x.callgrove.zip` holds the call and those around it, redacted',
  ])
    assert.ok(text.includes(part), `${part}\n\nis not in\n\n${text}`);
});

test('the verdict says what was seen, or why nothing was', async () => {
  const step = tool('read', {}, FAILED);
  const said = async (verdict: Verdict) => /\*\*Reproduced.*/.exec(issueText(await factsOf(step, verdict)))?.[0];
  assert.match(
    (await said({ reproduced: 'no', got: 'result: fine' })) ?? '',
    /no\.\*\* Replayed .* otherwise: result: fine/,
  );
  assert.match(
    (await said({ reproduced: 'not tried', why: 'Nobody was asked.' })) ?? '',
    /not tried\.\*\* Nobody was asked\./,
  );
  const denied = await factsOf(tool('read', {}, { change: { outcome: 'denied' } }), {
    reproduced: 'not tried',
    why: '',
  });
  assert.match(issueText(denied), /\*\*Reproduced: not tried\.\*\* Policy refused/);
});

test('hostile words stay words: no heading, link, mention or end of a block', async () => {
  const evil = '```\n# Owned\n[x](http://evil)\n</details>\n@everyone <img src=x> `tick`';
  const facts = await factsOf(
    tool(evil, {}, { ...FAILED, change: { ...FAILED.change, error_message: evil, server: evil } }),
    {
      reproduced: 'no',
      got: evil,
    },
  );
  const text = issueText({ ...facts, bodies: { arguments: evil, result: evil, error: evil } });
  // Outside of code there is none of it: the blocks are taken out by their own fences.
  const prose = text
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
    .replace(/\\[\\`*_{}[\]()<>#+!|~&$]/g, '')
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
  assert.doesNotMatch(prose, /^# Owned|\]\(http|@everyone|<img/m);
});

test('what is not known is left out', async () => {
  const facts = await factsOf(
    tool('read', {}, FAILED),
    { reproduced: 'no', got: null },
    { capture: null, connection: null },
  );
  const text = issueText(facts);
  assert.match(text, /- captured: nothing/);
  assert.doesNotMatch(text, /null|undefined|NaN/);
});

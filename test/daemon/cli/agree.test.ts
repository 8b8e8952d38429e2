/** What somebody at a terminal answers, Ctrl+C included. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { says } from '../../../daemon/cli/agree.ts';
import { CliError } from '../../../daemon/cli/exit.ts';

function terminal(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let said = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    // Once it is asked.
    if (text.includes('[y/N]')) input.write(keys);
  });
  return { input, output, said: () => said };
}

for (const [keys, answer] of [
  ['y\r', true],
  ['YES\r', true],
  ['\r', false],
  ['yesterday\r', false],
] as const) {
  test(`the answer ${JSON.stringify(keys)}`, async () => {
    assert.equal(await says('Sure?', 'broken off', undefined, terminal(keys)), answer);
  });
}

test('Ctrl+C, and a signal, break it off in one sentence', async () => {
  const brokenOff = (error: unknown) => error instanceof CliError && error.message === 'broken off' && error.code === 3;
  const at = terminal('\u0003');
  await assert.rejects(says('Sure?', 'broken off', undefined, at), brokenOff);
  assert.match(at.said(), /Sure\? \[y\/N\] [\s\S]*\n$/);
  const stop = new AbortController();
  const waiting = says('Sure?', 'broken off', stop.signal, terminal(''));
  stop.abort();
  await assert.rejects(waiting, brokenOff);
});

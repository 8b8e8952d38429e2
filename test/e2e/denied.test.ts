/** A real agent, with a scripted model, meets a denial, reads it, and goes on inside the root. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fence } from '../support/gated.ts';
import { prepareBrowser } from '../support/prepareBrowser.ts';
import { runAgent, startModel } from '../support/realAgent.ts';

const filesystem = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/dist/index.js');

test('Gemini CLI is denied, reads why and how it may go on, and does', { timeout: 180_000 }, async (t) => {
  await prepareBrowser(() => {});
  const place = fence();
  t.after(() => place.remove());
  place.policy({ mode: 'enforce' });
  const model = await startModel();
  t.after(() => model.close());
  const [command, args] = place.command([process.execPath, filesystem, place.ws]);
  const read = (path: string) => ({ tool: 'mcp_files_read_text_file', args: { path } });
  const heard: string[] = [];
  const { code, output, answers } = await runAgent({
    cwd: place.ws,
    home: place.userHome,
    model,
    servers: { files: { command, args } },
    turns: [
      () => read(join(place.ws, 'file')),
      (answer) => {
        heard.push(answer);
        // It goes on inside only where it was told what was refused, and why.
        return /symlink_escape/.test(answer) ? read(join(place.ws, 'src/a.txt')) : 'I was not told.';
      },
      () => 'done',
    ],
  });
  assert.equal(code, 0, output);
  assert.match(heard[0] ?? '', /refused .*nothing was done/);
  assert.match(answers[1] ?? '', /inside/);
  assert.deepEqual(
    place.decisions().map(({ decision, reason }) => [decision, reason]),
    [
      ['deny', 'symlink_escape'],
      ['allow', null],
    ],
  );
  const calls = place.reached().filter((line) => line.includes('"tools/call"'));
  assert.equal(calls.length, 1);
  assert.match(calls[0] ?? '', /src\/a\.txt/);
});

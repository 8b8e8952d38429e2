import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectorLine } from '../../../daemon/bundle/inspectorLine.ts';
import { reproPlan } from '../../../daemon/bundle/reproPlan.ts';
import type { BundledConnection } from '../../../daemon/protocol/bundle.ts';
import { connectionTo, type Step, storyOf, tool } from '../../support/reproStory.ts';

const SERVER = join(import.meta.dirname, '..', '..', 'support', 'buggyServer.mjs');
const INSPECTOR = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin', 'mcp-inspector');

function lineOf(step: Step, connection: BundledConnection = connectionTo(['node', 's.mjs'])): string | null {
  const story = storyOf([step]);
  const plan = reproPlan(story[0]!.call, story, connection);
  assert.ok(plan.kind === 'plan');
  return inspectorLine(plan);
}

test('tools, prompts, resources and lists; other methods have none', () => {
  assert.equal(
    lineOf(tool('add', { price: 3, note: "it's", flag: 'true', deep: { a: [1] } })),
    `npx -y @modelcontextprotocol/inspector --cli node s.mjs --method tools/call --tool-name add --tool-arg price=3 --tool-arg 'note=it'\\''s' --tool-arg 'flag="true"' --tool-arg 'deep={"a":[1]}'`,
  );
  assert.match(lineOf(tool('add', { empty: '' })) ?? '', /--tool-args-json '\{"empty":""\}'$/);
  assert.match(
    lineOf({ method: 'resources/read', params: { uri: 'file:///a b' }, result: {} }) ?? '',
    /--uri 'file:\/\/\/a b'$/,
  );
  assert.match(
    lineOf({ method: 'prompts/get', params: { name: 'p', arguments: { a: 'b' } }, result: {} }) ?? '',
    /--prompt-name p --prompt-args a=b$/,
  );
  assert.match(lineOf({ method: 'tools/list', result: {} }) ?? '', /--method tools\/list$/);
  assert.equal(lineOf({ method: 'completion/complete', params: {}, result: {} }), null);
});

test('a URL names its transport; no target and a line of pages are none', () => {
  assert.match(
    lineOf(tool('add', {}), connectionTo([], { url: 'http://h/mcp' })) ?? '',
    /--cli http:\/\/h\/mcp --transport http --method/,
  );
  assert.equal(lineOf(tool('add', {}), connectionTo([])), null);
  assert.equal(lineOf(tool('add', { text: 'x'.repeat(5000) })), null);
});

test('the Inspector itself understands the line, through a shell', () => {
  const line = lineOf(tool('add', { price: 7, note: "a 'quoted' $HOME" }), connectionTo([process.execPath, SERVER]));
  assert.ok(line);
  const own = line.replace('npx -y @modelcontextprotocol/inspector', `'${process.execPath}' '${INSPECTOR}'`);
  const answer = execFileSync('/bin/sh', ['-c', own], { encoding: 'utf8' });
  assert.match(answer, /The cart holds 7\./);
});

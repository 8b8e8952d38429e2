/**
 * The sample's coding task, call by call, as an agent would do it: look around, find the bug, stumble twice, fix it,
 * ask for a sentence about the change. Which process does it and through what is sampleAgent's.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { BUG, FIX } from './sampleRepository.ts';

export interface TaskClients {
  readonly filesystem: Client;
  readonly everything: Client;
}

/** What the client says when a server asks it: the model's sentence, and the user's answer in a form. */
export function answerServers(client: Client): void {
  client.setRequestHandler(CreateMessageRequestSchema, async () => {
    await sleep(400);
    const text = 'Take the discount once, on the sum, not once for each line and again at the end.';
    return { role: 'assistant', model: 'sample-model', stopReason: 'endTurn', content: { type: 'text', text } };
  });
  client.setRequestHandler(ElicitRequestSchema, async () => {
    await sleep(300);
    return { action: 'accept', content: { name: 'Ada Sample', check: true } };
  });
}

/** Does the task. @param thinkingMs the pause between two steps: an agent thinks, and the tree is seen to grow */
export async function doTask(
  { filesystem, everything }: TaskClients,
  root: string,
  thinkingMs: number,
  stop: AbortSignal,
): Promise<void> {
  const think = () => sleep(thinkingMs, undefined, { signal: stop });
  const call = (client: Client, name: string, args: Record<string, unknown>, onprogress?: () => void) =>
    client.callTool({ name, arguments: args }, undefined, {
      signal: stop,
      timeout: 60_000,
      ...(onprogress ? { onprogress } : {}),
    });
  const file = (name: string, args: Record<string, unknown>) => call(filesystem, name, args);

  await Promise.all([
    filesystem.listTools(undefined, { signal: stop }),
    everything.listTools(undefined, { signal: stop }),
  ]);
  await file('list_directory', { path: root });
  await think();
  await file('search_files', { path: root, pattern: '**/*.js', excludePatterns: ['node_modules'] });
  await think();
  // A slow call with progress goes on while the others come and go.
  const slow = call(everything, 'trigger-long-running-operation', { duration: 4, steps: 8 }, () => {});
  slow.catch(() => {});
  await Promise.all([
    file('read_text_file', { path: join(root, 'src/cart.js') }),
    file('read_text_file', { path: join(root, 'test/cart.test.js') }),
  ]);
  await think();
  await file('read_text_file', { path: join(root, 'docs/pricing.md') });
  await think();
  // Another project beside this one: the server refuses, and policy tells why nobody should let it.
  await file('read_text_file', { path: join(`${root}-prices`, 'prices.csv') });
  await think();
  await file('read_text_file', { path: join(root, 'data/catalogue.csv') });
  await think();
  await file('edit_file', { path: join(root, 'src/cart.js'), edits: [{ oldText: BUG, newText: FIX }] });
  // Alone in flight on its server: then only one call can be what made the server ask.
  await slow;
  await call(everything, 'trigger-sampling-request', { prompt: 'Describe the fix in one sentence.', maxTokens: 60 });
  await think();
  await file('write_file', {
    path: join(root, 'CHANGELOG.md'),
    content: '# Changes\n\n- The discount is taken once, on the sum.\n',
  });
  await call(everything, 'trigger-elicitation-request', {});
  await file('read_text_file', { path: join(root, 'src/cart.js') });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenRecord, ProcessFact } from '../../../daemon/protocol/journal.ts';
import { agentOf } from '../../../daemon/record/agentOf.ts';

/** A chain from command lines, the proxy first; an executable may stand before a bar. */
function open(lines: readonly string[]): OpenRecord {
  const process_chain: ProcessFact[] = lines.map((line, index) => {
    const [left, right] = line.includes(' | ') ? line.split(' | ') : [line.split(' ')[0], line];
    return {
      pid: 100 - index,
      ppid: 99 - index,
      start: `s${100 - index}`,
      exe: left!,
      argv: right!.split(' '),
      cwd: '/w',
    };
  });
  return {
    connection_id: 'con_1',
    callgrove: '0',
    transport: 'stdio',
    name: null,
    argv: [],
    cwd: '/w',
    proxy_pid: 100,
    child: null,
    process_chain,
    root_evidence: {},
    environment: {},
    platform: 'linux',
    runtime: 'node',
    user: 'ada',
    boot_id: 'boot',
  };
}

const proxy = '/usr/bin/node | node /home/ada/.local/state/callgrove/bin/run.js run';

test('the agent is the nearest process that is no wrapper', () => {
  const table: [lines: string[], client: string | null, agent_id: string, pid: number][] = [
    [[proxy, '/usr/bin/bash -c x', '/home/ada/.local/bin/claude'], 'claude-code', 'claude-code/1', 98],
    [[proxy, '/home/ada/.local/share/claude/versions/2.1.329'], 'claude-code', 'claude-code/1', 99],
    [[proxy, '/usr/bin/node | node /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js'], null, 'claude-code', 99],
    [
      [
        proxy,
        '/bin/sh',
        '/usr/bin/node | npm exec @modelcontextprotocol/server-filesystem',
        '/usr/share/code/code --type=utility',
      ],
      'Visual Studio Code',
      'vscode/1',
      97,
    ],
    [
      [proxy, '/usr/bin/node | node /usr/lib/node_modules/npm/bin/npx-cli.js callgrove', '/usr/share/cursor/cursor'],
      'cursor-vscode',
      'cursor/1',
      98,
    ],
    [[proxy, '/Applications/Claude.app/Contents/MacOS/Claude'], 'claude-ai', 'claude-desktop/1', 99],
    [[proxy, 'C:\\Users\\ada\\AppData\\Local\\Programs\\cursor\\Cursor.exe'], null, 'cursor', 99],
    [[proxy, 'C:\\Windows\\System32\\cmd.exe /d', 'C:\\Code\\Code.exe'], null, 'vscode', 98],
    [[proxy, '/usr/share/code/code --type=utility'], 'Cline', 'cline/1', 99],
    [[proxy, '/usr/share/code/code --type=utility'], 'Roo Code', 'roo-code/1', 99],
    [[proxy, '/opt/codex/codex'], 'codex-mcp-client', 'codex/1', 99],
    [
      [proxy, '/usr/bin/node | node /home/ada/my-agent.js', '/usr/bin/zsh', '/home/ada/.local/bin/claude'],
      'my agent',
      'my-agent/1',
      99,
    ],
    [[proxy, '/usr/bin/node | node /opt/helper.js', '/home/ada/.local/bin/claude'], 'claude-code', 'claude-code/1', 98],
    [[proxy, '/opt/codex/codex'], 'claude-code', 'codex', 99],
    [[proxy, '/usr/bin/python3 | python3 agent.py'], 'mcp', 'mcp/1', 99],
    [[proxy, '/usr/bin/python3 | python3 agent.py'], null, 'unknown', 99],
    [
      [proxy, '/usr/bin/node | node /w/node_modules/callgrove/dist/sample.mjs --agent'],
      'callgrove-sample',
      'callgrove-sample/1',
      99,
    ],
    [[proxy, '/usr/bin/node | node dist/sample.mjs'], 'callgrove-sample', 'callgrove-sample/1', 99],
    [
      [proxy, '/usr/bin/node | node /w/node_modules/@modelcontextprotocol/inspector/cli/build/cli.js'],
      'inspector-cli',
      'inspector/1',
      99,
    ],
  ];
  for (const [lines, client, agent_id, pid] of table) {
    const facts = agentOf(open(lines), client === null ? null : { name: client, version: '1' });
    assert.deepEqual([facts.agent_id, facts.pid], [agent_id, pid], `${lines.at(-1)} ${client}`);
    assert.equal(facts.process_key, `boot:${pid}:s${pid}`);
  }
});

test('without processes the connection stands for the agent, and the client names it', () => {
  const facts = agentOf({ ...open([]), process_chain: [] }, { name: 'claude-code', version: '2.1.329' });
  assert.deepEqual(facts, {
    agent_id: 'claude-code/2.1.329',
    name: 'Claude Code',
    version: '2.1.329',
    pid: null,
    process_key: 'con_1',
    evidence: [{ kind: 'client_info', agent: 'claude-code', seen: 'claude-code' }],
  });
  assert.equal(agentOf({ ...open([]), process_chain: [] }, null).agent_id, 'unknown');
});

test('names that a client gives are bounded, and safe in an id', () => {
  const facts = agentOf({ ...open([]), process_chain: [] }, { name: `<b>${'x'.repeat(500)}`, version: null });
  assert.equal(facts.agent_id, `b-${'x'.repeat(58)}`);
  assert.equal(facts.name.length, 200);
});

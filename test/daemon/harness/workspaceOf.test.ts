import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { workspaceOf } from '../../../daemon/harness/workspaceOf.ts';
import type { OpenRecord } from '../../../daemon/protocol/journal.ts';

const AGENT = 77;

/** @param agentCwd where the agent's process works; null where it cannot be seen */
function open(cwd: string, agentCwd: string | null, evidence: Record<string, string> = {}): OpenRecord {
  return {
    connection_id: 'con_1',
    callgrove: '0',
    transport: 'stdio',
    name: null,
    argv: [],
    cwd,
    proxy_pid: 1,
    child: null,
    process_chain: [{ pid: AGENT, ppid: 1, start: '1', exe: '/bin/agent', argv: ['agent'], cwd: agentCwd }],
    root_evidence: evidence,
    environment: {},
    platform: 'linux',
    runtime: 'node',
    user: 'ada',
    boot_id: 'boot',
  };
}

test('what the host names comes before where its process works; what proves nothing is no workspace', (t) => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-workspace-')));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const [plain, named, checkout] = ['plain', 'named', 'checkout'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [plain, named, join(checkout, 'src'), join(checkout, '.git')]) mkdirSync(one, { recursive: true });
  writeFileSync(join(checkout, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  const table: [what: string, OpenRecord, pid: number | null, workspace: string | null, listed_under: string][] = [
    ['the agent’s folder', open('/', plain), AGENT, plain, plain],
    ['the host’s variable', open('/', plain, { CLAUDE_PROJECT_DIR: named }), AGENT, named, named],
    ['the first of several', open('/', null, { WORKSPACE_FOLDER_PATHS: `${named},${plain}` }), AGENT, named, named],
    ['a variable that names nothing', open('/', plain, { PROJECT_DIR: join(base, 'gone') }), AGENT, plain, plain],
    ['a relative name', open('/', plain, { PROJECT_DIR: 'named' }), AGENT, plain, plain],
    ['the top of a checkout', open('/', join(checkout, 'src')), AGENT, checkout, checkout],
    ['the home folder', open(plain, homedir()), AGENT, null, plain],
    ['the root', open(plain, '/'), AGENT, null, plain],
    ['no agent', open(plain, named), null, null, plain],
    ['no agent, in a checkout', open(join(checkout, 'src'), null), null, null, checkout],
  ];
  for (const [what, record, pid, workspace, listed_under] of table) {
    const facts = workspaceOf(record, pid);
    assert.deepEqual([facts.workspace, facts.listed_under], [workspace, listed_under], what);
  }
  assert.equal(workspaceOf(open('/', checkout), AGENT).branch, 'main');
});

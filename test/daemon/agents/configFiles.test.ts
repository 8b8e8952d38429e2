import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, test } from 'node:test';
import { configFiles, namedFile, type Surroundings } from '../../../daemon/agents/configFiles.ts';

const top = mkdtempSync(join(realpathSync(tmpdir()), 'callgrove-files-'));
after(() => rmSync(top, { recursive: true, force: true }));
const home = join(top, 'home');
const root = join(top, 'repo');
const cwd = join(root, 'pkg', 'a');
const around: Surroundings = { cwd, root, home, env: {}, platform: 'linux' };

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{}');
  }
}
mkdirSync(cwd, { recursive: true });
const shown = (where: Surroundings) =>
  configFiles(where).map(
    ({ path, scope, agents }) => `${relative(top, path)} ${scope} ${agents.map(({ id }) => id).join('+')}`,
  );

test('every file that an agent would load here, once, with all agents that read it', () => {
  put(
    join(root, '.mcp.json'),
    join(root, 'pkg', '.mcp.json'),
    join(root, '.vscode/mcp.json'),
    join(root, 'pkg/.vscode/mcp.json'),
  );
  put(join(home, '.claude.json'), join(home, '.cursor/mcp.json'), join(home, '.config/Code/User/mcp.json'));
  put(
    join(home, '.config/Code/User/profiles/x1/mcp.json'),
    join(home, '.codex/config.toml'),
    join(home, '.config/opencode/opencode.jsonc'),
  );
  assert.deepEqual(shown(around), [
    'repo/pkg/.mcp.json project claude-code+copilot-cli',
    'repo/.mcp.json project claude-code+copilot-cli',
    'home/.claude.json user claude-code',
    'repo/.vscode/mcp.json project vscode',
    'home/.config/Code/User/mcp.json user vscode',
    'home/.config/Code/User/profiles/x1/mcp.json user vscode',
    'home/.cursor/mcp.json user cursor',
    'home/.codex/config.toml user codex',
    'home/.config/opencode/opencode.jsonc user opencode',
  ]);
});

test("variables move the agents' own folders", () => {
  put(join(top, 'elsewhere/config.toml'), join(top, 'claude/.claude.json'));
  const moved = shown({
    ...around,
    env: { CODEX_HOME: join(top, 'elsewhere'), CLAUDE_CONFIG_DIR: join(top, 'claude') },
  });
  assert.ok(moved.includes('elsewhere/config.toml user codex'));
  assert.ok(moved.includes('claude/.claude.json user claude-code'));
  assert.ok(!moved.some((line) => line.startsWith('home/.codex')));
});

test('two paths to one file are one file', () => {
  mkdirSync(join(root, '.cursor'), { recursive: true });
  symlinkSync(join(root, '.mcp.json'), join(root, '.cursor/mcp.json'));
  const lines = shown(around).filter((line) => line.includes('claude-code+copilot-cli+cursor'));
  assert.deepEqual(lines, ['repo/.mcp.json project claude-code+copilot-cli+cursor']);
});

test('a named file is known by its place, whichever folder it is in', () => {
  const other = join(top, 'other/.vscode/mcp.json');
  put(other, join(top, 'strange.json'));
  const named = namedFile(other, around);
  assert.deepEqual(
    [named?.scope, named?.folder, named?.agents.map(({ id }) => id)],
    ['project', join(top, 'other'), ['vscode']],
  );
  assert.deepEqual(namedFile(join(top, 'strange.json'), around)?.agents, []);
  assert.equal(namedFile(join(top, 'absent.json'), around), null);
});

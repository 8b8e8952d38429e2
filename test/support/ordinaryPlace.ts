/**
 * An ordinary developer's machine in a temporary folder: a monorepo filled with this project's own files, with what makes
 * path rules cry wolf: pnpm's links out of the root, a git worktree, packages side by side, temporary files, examples of
 * `.env`, `.github/`, and agents' config in the home folder.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { git, writeFiles } from './gitFolder.ts';

export interface OrdinaryPlace {
  readonly home: string;
  /** The monorepo: what the agent was opened in. */
  readonly shop: string;
  /** A linked git worktree of it. */
  readonly worktree: string;
  /** A package with a server of its own. */
  readonly api: string;
  /** In the temporary folder, in nobody's neighbourhood. */
  readonly scratch: string;
  readonly state: string;
  remove(): void;
}

const source = resolve(import.meta.dirname, '..', '..');

export function ordinaryPlace(): OrdinaryPlace {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-ordinary-')));
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'claude-1000-')));
  const state = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-state-')));
  const home = join(base, 'home', 'ada');
  const shop = join(home, 'code', 'shop');
  const worktree = join(home, 'code', 'shop-feature');
  fillHome(home);
  fillShop(shop);
  git(shop, 'init', '-q', '-b', 'main');
  git(shop, 'add', '.');
  git(shop, 'commit', '-q', '-m', 'first');
  link(shop, home);
  git(shop, 'worktree', 'add', '-q', '-b', 'feature', worktree);
  return {
    ...{ home, shop, worktree, scratch, state },
    api: join(shop, 'packages', 'api'),
    remove() {
      for (const folder of [base, scratch, state]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fillHome(home: string): void {
  writeFiles(home, {
    '.claude/CLAUDE.md': 'Answer briefly.\n',
    '.claude/skills/review/SKILL.md': '---\nname: review\n---\nRead first.\n',
    '.claude/commands/ship.md': 'Run the tests, then push.\n',
    '.claude/projects/-home-ada-code-shop/memory/MEMORY.md': 'The tests need a database.\n',
    '.claude/plans/cart.md': '1. Add totals\n',
    '.claude/settings.json': '{"permissions":{"allow":[]}}\n',
    '.codex/AGENTS.md': 'Use tabs.\n',
    '.gitconfig': '[user]\n\tname = ada\n',
    '.local/share/pnpm/store/v10/links/lodash/4.17.21/node_modules/lodash/package.json': '{"name":"lodash"}\n',
    '.local/share/pnpm/store/v10/links/lodash/4.17.21/node_modules/lodash/index.js': 'module.exports = {};\n',
    '.cargo/registry/src/index.crates.io/serde-1.0/src/lib.rs': '//! serde\n',
    'code/ui-kit/package.json': '{"name":"@ada/ui"}\n',
    'code/ui-kit/src/button.ts': 'export const button = 1;\n',
    'notes/todo.md': '- pay rent\n',
  });
  git(join(home, 'code', 'ui-kit'), 'init', '-q', '-b', 'main');
}

function fillShop(shop: string): void {
  const web = join(shop, 'packages', 'web');
  mkdirSync(join(web, 'src'), { recursive: true });
  // Real files of a real project: names and depths that nobody thought up for this.
  cpSync(join(source, 'daemon', 'model'), join(web, 'src', 'model'), { recursive: true });
  cpSync(join(source, 'webview'), join(web, 'src', 'view'), { recursive: true });
  cpSync(join(source, 'daemon', 'record'), join(shop, 'packages', 'api', 'src', 'record'), { recursive: true });
  cpSync(join(source, 'docs'), join(shop, 'docs'), { recursive: true });
  writeFiles(shop, {
    'README.md': '# Shop\n',
    'CLAUDE.md': 'Run `pnpm test`.\n',
    'AGENTS.md': 'Run `pnpm test`.\n',
    'package.json': '{"name":"shop","private":true}\n',
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    '.npmrc': 'enable-global-virtual-store=true\n',
    '.gitignore': 'node_modules\n.env\n',
    '.gitattributes': '* text=auto\n',
    '.editorconfig': 'root = true\n',
    '.env.example': 'DATABASE_URL=\n',
    '.env.test.example': 'DATABASE_URL=\n',
    '.env': 'DATABASE_URL=postgres://ada:secret@localhost/shop\n',
    '.github/workflows/ci.yml': 'on: push\n',
    '.github/copilot-instructions.md': 'Be kind.\n',
    '.github/CODEOWNERS': '* @ada\n',
    '.vscode/settings.json': '{"editor.tabSize":2}\n',
    '.vscode/launch.json': '{"configurations":[]}\n',
    '.claude/commands/fix.md': 'Fix it.\n',
    '.claude/rules/tests.md': 'Write tests first.\n',
    '.claude/settings.json': '{"permissions":{"allow":["Read"]}}\n',
    '.mcp.json': '{"mcpServers":{}}\n',
    '.husky/pre-commit': 'pnpm lint\n',
    'packages/web/package.json': '{"name":"@shop/web"}\n',
    'packages/web/src/index.ts': "import { total } from '@shop/api';\n",
    'packages/web/public/name with spaces (1).txt': 'x\n',
    'packages/web/src/[id]/page.ts': 'export {};\n',
    'packages/web/src/ünïcode.ts': 'export {};\n',
    'packages/api/package.json': '{"name":"@shop/api"}\n',
    'packages/api/src/index.ts': 'export const total = 1;\n',
    'packages/api/src/credentials.ts': 'export interface Credentials { user: string }\n',
    'packages/api/src/tokenStore.ts': 'export const tokens = new Map();\n',
    'packages/api/test/fixtures/public.pem': '-----BEGIN PUBLIC KEY-----\n',
  });
}

/** As pnpm lays a project out, with its global virtual store, a linked package of another repository and the packages' own. */
function link(shop: string, home: string): void {
  const to = (target: string, path: string) => {
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  };
  const modules = join(shop, 'packages', 'web', 'node_modules');
  writeFiles(shop, {
    'node_modules/.pnpm/react@19.2.0/node_modules/react/index.js': 'module.exports = {};\n',
    'node_modules/.pnpm/react@19.2.0/node_modules/react/package.json': '{"name":"react"}\n',
    'node_modules/.modules.yaml': 'layoutVersion: 5\n',
  });
  to('../../../node_modules/.pnpm/react@19.2.0/node_modules/react', join(modules, 'react'));
  to(join(home, '.local/share/pnpm/store/v10/links/lodash/4.17.21/node_modules/lodash'), join(modules, 'lodash'));
  to('../../../api', join(modules, '@shop', 'api'));
  to('../../../../../ui-kit', join(modules, '@ada', 'ui'));
}

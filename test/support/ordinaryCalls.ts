/** What an agent asks for in an ordinary session, call by call, and which of it policy is right to speak against. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DenialReason } from '../../daemon/protocol/policy.ts';
import type { OrdinaryPlace } from './ordinaryPlace.ts';

/**
 * `fs`: the user gave it the whole home folder; `api`: only its own package; `feature`: an agent that was opened in the
 * worktree; `editor`: started at `/`, with the opened folder in a variable, as some editors do.
 */
export type OrdinaryServer = 'fs' | 'api' | 'feature' | 'editor';

export interface OrdinaryCall {
  readonly server: OrdinaryServer;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What policy must say of it; null: nothing. */
  readonly expected: DenialReason | null;
}

/** @returns as many calls as wanted, the telling ones spread among ordinary work on files */
export function ordinaryCalls(place: OrdinaryPlace, count: number): OrdinaryCall[] {
  const telling = tellingCalls(place);
  const filler = fillerCalls(place);
  const calls: OrdinaryCall[] = [];
  const every = Math.max(1, Math.floor(count / telling.length));
  for (let n = 0; calls.length < count; n++) {
    const next = n % every === 0 ? telling[n / every] : undefined;
    const call = next ?? filler[n % filler.length];
    if (call) calls.push(call);
  }
  return calls;
}

function tellingCalls({ home, shop, worktree, api, scratch }: OrdinaryPlace): OrdinaryCall[] {
  const fs = (tool: string, args: OrdinaryCall['arguments'], expected: DenialReason | null = null): OrdinaryCall => ({
    server: 'fs',
    tool,
    arguments: args,
    expected,
  });
  const elsewhere = (server: OrdinaryServer, tool: string, args: OrdinaryCall['arguments']): OrdinaryCall => ({
    ...{ server, tool, arguments: args, expected: null },
  });
  const read = (path: string, expected: DenialReason | null = null) => fs('read_text_file', { path }, expected);
  const list = (path: string) => fs('list_directory', { path });
  const write = (path: string, expected: DenialReason | null = null) =>
    fs('write_file', { path, content: 'x\n' }, expected);
  const at = (path: string) => join(shop, path);
  const web = at('packages/web');
  return [
    // Its own repository, by every spelling.
    list(shop),
    read(at('README.md')),
    read(`${shop}/packages/web/../api/src/index.ts`),
    read(`${shop}//packages/./web/src/index.ts`),
    read(join(web, 'public/name with spaces (1).txt')),
    read(join(web, 'src/[id]/page.ts')),
    read(join(web, 'src/ünïcode.ts')),
    fs('search_files', { path: shop, pattern: '**/*.test.ts', excludePatterns: ['node_modules'] }),
    fs('directory_tree', { path: join(web, 'src') }),
    fs('read_multiple_files', { paths: [at('package.json'), join(web, 'package.json'), join(api, 'package.json')] }),
    fs('get_file_info', { path: join(web, 'src/index.ts') }),
    fs('list_allowed_directories', {}),
    // Dot files that are no secrets and no settings of agents.
    read(at('.env.example')),
    read(at('.env.test.example')),
    read(at('.gitignore')),
    read(at('.gitattributes')),
    read(at('.editorconfig')),
    read(at('.npmrc')),
    list(at('.github')),
    read(at('.github/workflows/ci.yml')),
    write(at('.github/workflows/release.yml')),
    read(at('.github/CODEOWNERS')),
    read(at('.github/copilot-instructions.md')),
    read(at('.vscode/settings.json')),
    read(at('.vscode/launch.json')),
    read(at('.husky/pre-commit')),
    // Words that only sound like secrets.
    read(join(api, 'src/credentials.ts')),
    read(join(api, 'src/tokenStore.ts')),
    read(join(api, 'test/fixtures/public.pem')),
    // What the user tells agents, here and at home; instruction files may be written.
    read(at('CLAUDE.md')),
    write(at('AGENTS.md')),
    read(at('.claude/commands/fix.md')),
    read(at('.claude/rules/tests.md')),
    read(join(home, '.claude/CLAUDE.md')),
    read(join(home, '.claude/skills/review/SKILL.md')),
    read(join(home, '.claude/commands/ship.md')),
    read(join(home, '.claude/plans/cart.md')),
    read(join(home, '.claude/projects/-home-ada-code-shop/memory/MEMORY.md')),
    read(join(home, '.codex/AGENTS.md')),
    read(join(home, '.gitconfig')),
    // pnpm: links within the root, out of it into the store, and to the packages' own.
    read(join(web, 'node_modules/react/package.json')),
    read(join(web, 'node_modules/lodash/package.json')),
    list(join(web, 'node_modules/lodash')),
    read(join(web, 'node_modules/@shop/api/src/index.ts')),
    list(at('node_modules/.pnpm')),
    read(join(home, '.local/share/pnpm/store/v10/links/lodash/4.17.21/node_modules/lodash/index.js')),
    read(join(home, '.cargo/registry/src/index.crates.io/serde-1.0/src/lib.rs')),
    // The worktree of a feature.
    list(worktree),
    read(join(worktree, 'packages/web/src/index.ts')),
    write(join(worktree, 'packages/web/src/feature.ts')),
    fs('edit_file', {
      path: join(worktree, 'README.md'),
      edits: [{ oldText: '# Shop', newText: '# Shop, better' }],
      dryRun: false,
    }),
    read(join(worktree, '.env.example')),
    // What is not kept.
    write(join(scratch, 'plan.md')),
    read(join(scratch, 'plan.md')),
    fs('create_directory', { path: join(scratch, 'out') }),
    fs('move_file', { source: join(scratch, 'plan.md'), destination: join(scratch, 'out', 'plan.md') }),
    // A package by its own server.
    elsewhere('api', 'list_directory', { path: api }),
    elsewhere('api', 'read_text_file', { path: join(api, 'src/index.ts') }),
    elsewhere('api', 'read_text_file', { path: 'src/index.ts' }),
    elsewhere('api', 'write_file', { path: join(api, 'src/new.ts'), content: 'export {};\n' }),
    // An agent in the worktree, which looks at the main checkout; and an editor that starts servers at `/`.
    elsewhere('feature', 'read_text_file', { path: join(worktree, 'packages/web/src/index.ts') }),
    elsewhere('feature', 'read_text_file', { path: at('README.md') }),
    elsewhere('feature', 'read_text_file', { path: join(worktree, 'packages/web/../../.env.example') }),
    elsewhere('feature', 'write_file', {
      path: join(worktree, '.github/workflows/feature.yml'),
      content: 'on: push\n',
    }),
    elsewhere('editor', 'read_text_file', { path: join(web, 'src/index.ts') }),
    elsewhere('editor', 'read_text_file', { path: join(web, 'node_modules/react/package.json') }),
    elsewhere('editor', 'search_files', { path: web, pattern: '*.json' }),
    // Each of these policy speaks against, and docs/policy.md says why that is right.
    read(at('.env'), 'credential_file'),
    read(at('.git/HEAD'), 'hidden_config'),
    read(at('.mcp.json'), 'hidden_config'),
    read(at('.claude/settings.json'), 'hidden_config'),
    read(join(home, '.claude/settings.json'), 'hidden_config'),
    read(join(web, 'node_modules/@ada/ui/src/button.ts'), 'symlink_escape'),
    read(join(home, 'code/ui-kit/package.json'), 'sibling_workspace'),
    read(join(home, 'notes/todo.md'), 'read_outside_root'),
    write(join(home, '.claude/plans/next.md'), 'write_outside_root'),
    fs('search_files', { path: home, pattern: '**/*.md', excludePatterns: ['**'] }, 'read_outside_root'),
  ];
}

/** Reading, editing and looking about in files that are really there. */
function fillerCalls({ shop }: OrdinaryPlace): OrdinaryCall[] {
  const files = readdirSync(join(shop, 'packages'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return files.map((path, index): OrdinaryCall => {
    const kind = index % 7;
    const of = (tool: string, args: OrdinaryCall['arguments']): OrdinaryCall => ({
      ...{ server: 'fs', tool, arguments: args, expected: null },
    });
    if (kind === 1) return of('get_file_info', { path });
    if (kind === 3) return of('list_directory', { path: join(path, '..') });
    if (kind === 5) return of('write_file', { path: `${path}.bak`, content: relative(shop, path) });
    return of('read_text_file', kind === 6 ? { path, head: 20 } : { path });
  });
}

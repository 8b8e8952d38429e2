/** Requests that no sane client sends, by a seed: for showing that judging them never throws and always ends in a decision. */
import { serverFacts } from '../../daemon/model/toolCatalog.ts';
import { decide } from '../../daemon/policy/decide.ts';
import { denialAnswer } from '../../daemon/policy/denial.ts';
import type { World } from '../../daemon/policy/world.ts';
import { DecisionRecord, type PolicySettings } from '../../daemon/protocol/policy.ts';
import { inventedWorld, testPolicy, testWorld, toolCall } from './policyWorld.ts';
import { seededRandom } from './seededRandom.ts';

const PIECES = [
  ...[
    '/',
    '\\',
    '..',
    '.',
    '~',
    ' ',
    '"',
    "'",
    '\0',
    '\n',
    ':',
    '%',
    '%2e',
    '%00',
    '*',
    '**',
    '!',
    '$HOME',
    '%TEMP%',
    '-',
    '--o=',
  ],
  ...[
    '/ws',
    '/ws/',
    'a.txt',
    'link',
    '/etc/passwd',
    '.git',
    '.env',
    '/proc/self/root',
    '/proc/self/fd/0',
    '/dev/fd/3',
    '/tmp',
  ],
  ...[
    'C:',
    'c:\\ws',
    '\\\\?\\',
    '\\\\.\\',
    '\\\\host\\share',
    'NUL',
    '::$DATA',
    'file://',
    'file:///',
    'https://',
    'PROGRA~1',
    'é',
    'e\u0301',
    '\ud800',
    '\u202e',
    '\u200d',
    '😀',
  ],
];
const KEYS = [
  'path',
  'paths',
  'file',
  'source',
  'destination',
  'content',
  '__proto__',
  'constructor',
  'toString',
  'repo_path',
  '',
  'uri',
  'x',
  'items',
  'length',
];
const TOOLS = [
  'read_file',
  'write_file',
  'move_file',
  'git_diff',
  'frobnicate',
  '',
  '__proto__',
  'hasOwnProperty',
  'delete',
];
const METHODS = ['tools/call', 'resources/read', 'prompts/get', 'tools/list', 'initialize', '', '__proto__'];
const SERVERS = [
  ['npx', '@modelcontextprotocol/server-filesystem', '/ws', '--x', ''],
  ['uvx', 'mcp-server-git', '--repository', '/ws'],
  ['docker', 'run', 'mcp/filesystem'],
  ['docker', 'run', '-v', '/ws:/ws', '-v', '/:/host', '-v', 'data:/ws/data', '-w', '/ws', 'mcp/filesystem', '/ws'],
  [],
  ['node', 'server.js'],
];
const MODES: readonly PolicySettings[] = [
  {},
  { mode: 'enforce' },
  {
    mode: 'enforce',
    allow: [{ path: '**', access: 'read' }],
    deny: ['!x', '**', '*'],
    tools: { allow: ['*_*_*'], deny: ['**'] },
  },
  {
    mode: 'enforce',
    rules: { symlink_escape: 'off', unprovable_root: 'enforce' },
    paths: { credential_files: ['!**', '~', '/'], host_mounts: ['*'.repeat(200)] },
  },
];

/** @throws with the seed of the request that was not judged */
export function fuzzRequests(
  count: number,
  from = 1,
): { readonly judged: number; readonly decisions: Record<string, number> } {
  const worlds: World[] = [
    testWorld({ cwd: process.cwd(), serverPid: process.pid }),
    testWorld({ cwd: null, home: null, serverPid: null, tempFolders: [] }),
    inventedWorld(['/ws/a.txt', '/ws/link -> ..', '/proc/self -> 77', '/proc/77/root -> /'], { wsl: true }, true),
    inventedWorld(
      ['C:\\ws\\a.txt', 'C:\\ws\\link -> ..\\..', 'C:\\PROGRA~1\\x'],
      { paths: 'win32', cwd: 'C:\\ws', home: 'C:\\Users\\a' },
      true,
    ),
  ];
  const policies = worlds.map((world) =>
    MODES.flatMap((user) =>
      [['/ws'], [], ['/', '/ws', 'relative', '']].map((roots) =>
        testPolicy(
          world,
          world.paths === 'win32' ? roots.map((root) => `C:${root.replaceAll('/', '\\')}`) : roots,
          user,
        ),
      ),
    ),
  );
  const servers = SERVERS.map((argv) => serverFacts('s', argv, argv.length === 0 ? 'https://x.example' : null));
  const decisions: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const { below: next, pick } = seededRandom(seed);
    const text = (): string => Array.from({ length: next(8) }, () => pick(PIECES)).join(next(2) === 0 ? '/' : '');
    const value = (depth: number): unknown => {
      const kind = next(depth > 4 ? 4 : 9);
      if (kind < 4) return text();
      if (kind === 4) return [null, 1e308, -0, true, [], {}][next(6)];
      if (kind === 5) return text().repeat(next(500));
      if (kind < 8) return Object.fromEntries(Array.from({ length: next(5) }, () => [pick(KEYS), value(depth + 1)]));
      return Array.from({ length: next(4) }, () => value(depth + 1));
    };
    const at = next(worlds.length);
    const method = next(4) === 0 ? pick(METHODS) : 'tools/call';
    const tool = method === 'tools/call' ? pick(TOOLS) : null;
    const rest = {
      method,
      tool,
      inputSchema: value(0),
      readOnlyHint: pick([null, true, false]),
      server: pick(servers),
    };
    try {
      const decision = decide(pick(policies[at]!), { ...toolCall('', value(0)), ...rest }, worlds[at]!);
      JSON.parse(denialAnswer(decision, { id: '1', structured: true, revision: null }));
      if (seed % 50 === 0) DecisionRecord.parse({ frame: '', request_id: '1', took_us: 0, ...decision });
      const key = decision.decision === 'allow' ? 'allow' : `${decision.decision} ${decision.reason}`;
      decisions[key] = (decisions[key] ?? 0) + 1;
    } catch (cause) {
      throw new Error(`the request of seed ${seed} was not judged`, { cause });
    }
  }
  return { judged: count, decisions };
}

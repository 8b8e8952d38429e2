/** For tests of policy: the real file system with facts of choice, invented trees, and a connection's policy in one call. */
import { serverFacts } from '../../daemon/model/toolCatalog.ts';
import { type Decision, decide, type PolicyRequest } from '../../daemon/policy/decide.ts';
import { type EffectivePolicy, effectivePolicy } from '../../daemon/policy/effective.ts';
import { realWorld } from '../../daemon/policy/realWorld.ts';
import { givenRoot } from '../../daemon/policy/roots.ts';
import { ABSENT, type Entry, type World, type WorldFacts } from '../../daemon/policy/world.ts';
import type { Once, PolicyFile, PolicySettings } from '../../daemon/protocol/policy.ts';

const POSIX: WorldFacts = {
  paths: 'posix',
  platform: 'linux',
  home: '/home/ada',
  cwd: '/ws',
  serverPid: 77,
  tempFolders: ['/tmp'],
  ownFolders: ['/home/ada/.local/state/callgrove'],
  wsl: false,
};

export function testWorld(facts: Partial<WorldFacts> = {}): World {
  return realWorld({ ...POSIX, ...facts });
}

/**
 * A file system that is only told of: `/a/b/` is a folder, `/a/l -> ../x` a link, the rest files. Folders above are there.
 * @param insensitive both spellings are one entry, as on APFS and NTFS
 */
export function inventedWorld(entries: readonly string[], facts: Partial<WorldFacts> = {}, insensitive = false): World {
  const all: WorldFacts = { ...POSIX, ...facts };
  const separator = all.paths === 'win32' ? '\\' : '/';
  const key = (path: string) => {
    const trimmed = path.length > 1 && path.endsWith(separator) && !/^[a-z]:\\$/i.test(path) ? path.slice(0, -1) : path;
    return insensitive ? trimmed.normalize('NFC').toLowerCase() : trimmed;
  };
  const table = new Map<string, { entry: Entry; target: string | null }>();
  let ino = 1;
  const put = (path: string, kind: Entry['kind'], target: string | null, nlink = 1) => {
    if (!table.has(key(path))) table.set(key(path), { entry: { kind, dev: 1, ino: ino++, nlink, bornMs: 1 }, target });
    const above = path.slice(0, path.lastIndexOf(separator));
    if (above.length > 1) put(above, 'folder', null);
  };
  for (const written of entries) {
    const [, link, target] = /^(.*?) -> (.*)$/.exec(written) ?? [];
    const [, hard] = /^(.*) x2$/.exec(written) ?? [];
    if (link !== undefined) put(link, 'link', target ?? '');
    else if (hard !== undefined) put(hard, 'file', null, 2);
    else if (written.endsWith(separator)) put(written.slice(0, -1), 'folder', null);
    else put(written, 'file', null);
  }
  return {
    ...all,
    lstat: (path) => table.get(key(path))?.entry ?? ABSENT,
    readlink: (path) => table.get(key(path))?.target ?? null,
    readText: () => null,
    realPath: () => null,
  };
}

export const policyFile = (user: PolicySettings = {}, rest: Partial<PolicyFile> = {}): PolicyFile => ({
  v: 1,
  user,
  origins: {},
  repositories: {},
  freezes: [],
  pinned: [],
  workspaces: [],
  ...rest,
});

export function testPolicy(
  world: World,
  roots: readonly string[],
  user: PolicySettings = { mode: 'enforce' },
): EffectivePolicy {
  const found = roots.flatMap((root) => givenRoot(root, world).roots);
  return effectivePolicy(policyFile(user), { server: 'fs', principal: 'claude-code', roots: found }, world);
}

export function toolCall(tool: string, args: unknown, rest: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    method: 'tools/call',
    tool,
    arguments: args,
    inputSchema: null,
    readOnlyHint: null,
    server: serverFacts('fs', ['node', 'server.js'], null),
    frozen: [],
    once: null,
    listed: { surface: null, surface_hidden: null, contract: null },
    ...rest,
  };
}

/** One path argument, read or written, judged in the workspace `/ws`. */
export function decidePath(
  world: World,
  path: string,
  tool = 'read_file',
  roots: readonly string[] = ['/ws'],
): Decision {
  return decide(testPolicy(world, roots), toolCall(tool, { path }), world);
}

/** `/out/x.txt`, read once by `read_file` of `fs`, in ten minutes of the first day of 2026. */
export const ONCE: Once = {
  v: 1,
  once_id: 'once_1',
  call_id: 'call_1',
  server: 'fs',
  method: 'tools/call',
  tool: 'read_file',
  reason: 'read_outside_root',
  paths: [{ canonical: '/out/x.txt', access: 'read' }],
  arguments: null,
  by: 'ada',
  at: '2026-01-01T00:00:00.000Z',
  until: '2026-01-01T00:10:00.000Z',
};

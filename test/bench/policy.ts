/**
 * What the judgement of one request costs: `decide` on this repository's own files, warm, in `enforce`, with everything that
 * it asks of the file system. Nothing is proxied here; what a judged call costs is measured with the calls.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverFacts } from '../../daemon/model/toolCatalog.ts';
import { decide } from '../../daemon/policy/decide.ts';
import { effectivePolicy } from '../../daemon/policy/effective.ts';
import { realWorld } from '../../daemon/policy/realWorld.ts';
import { rootsOf } from '../../daemon/policy/roots.ts';
import { digits, type Line } from './report.ts';
import type { Place } from './subjects.ts';

const WARM = 3000;
const P50_US = 50;
const P99_US = 1000;

/** @param count judgements of each path in each round */
export function policy(count: number, rounds: number, place: Place): Line[] {
  const base = join(place.folder, 'policy');
  const root = join(base, 'home', 'ada', 'work', 'project');
  mkdirSync(join(root, '.git'), { recursive: true });
  mkdirSync(join(root, 'src', 'deep', 'er'), { recursive: true });
  mkdirSync(join(base, 'out'));
  writeFileSync(join(root, 'src', 'deep', 'er', 'file.ts'), '');
  writeFileSync(join(base, 'out', 'secret'), '');
  symlinkSync('../../../../out', join(root, 'link'));
  try {
    return measure(root, count, rounds);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function measure(root: string, count: number, rounds: number): Line[] {
  const world = realWorld({
    paths: process.platform === 'win32' ? 'win32' : 'posix',
    platform: process.platform,
    home: join(root, '..', '..'),
    cwd: root,
    serverPid: process.pid,
    tempFolders: [],
    ownFolders: [],
    wsl: false,
  });
  const server = serverFacts('fs', ['npx', '@modelcontextprotocol/server-filesystem', root], null);
  const evidence = { variables: {}, clientRoots: null, serverFolders: server.folders, agentCwd: root };
  const file = { v: 1, origins: {}, repositories: {}, freezes: [], pinned: [], workspaces: [] } as const;
  const { roots } = rootsOf(evidence, world);
  const rules = effectivePolicy(
    { ...file, user: { mode: 'enforce' }, freezes: [], pinned: [], workspaces: [] },
    { server: 'fs', principal: 'claude-code', roots },
    world,
  );
  const paths: Record<string, string> = {
    'a file of the project, four folders deep in it': join(root, 'src', 'deep', 'er', 'file.ts'),
    'the same, relative, with `..`': 'src/../src/deep/er/file.ts',
    'through a link that leads out': join(root, 'link', 'secret'),
    'a file outside': '/etc/passwd',
    'a file that is not there yet': join(root, 'src', 'new', 'file.ts'),
  };
  const times = new Map<string, number[]>(Object.keys(paths).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (const [name, path] of Object.entries(paths)) {
      const request = {
        method: 'tools/call',
        tool: 'read_text_file',
        arguments: { path },
        inputSchema: null,
        readOnlyHint: true,
        server,
        frozen: [],
        once: null,
        listed: { surface: null, surface_hidden: null, contract: null },
      };
      for (let at = 0; at < (round < 0 ? WARM : count); at++) {
        const before = process.hrtime.bigint();
        decide(rules, request, world);
        const tookUs = Number(process.hrtime.bigint() - before) / 1000;
        if (round >= 0) times.get(name)?.push(tookUs);
      }
    }
  const conditions = `${rounds} rounds of ${count} each, interleaved, one process, warm`;
  return [...times].flatMap(([subject, all]) => {
    const sorted = all.sort((a, b) => a - b);
    const line = (measureOf: string, share: number, atMost: number): Line => {
      const figure = sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
      const wanted = { bound: 'at most', value: atMost, of: figure } as const;
      return {
        measure: measureOf,
        subject,
        figure: `${digits(figure)} µs`,
        against: null,
        spread: null,
        unit: null,
        wanted,
        conditions,
      };
    };
    return [line('p50 of a path decision', 0.5, P50_US), line('p99 of a path decision', 0.99, P99_US)];
  });
}

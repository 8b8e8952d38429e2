/** A request for a capture of a folder that a test made: its home folder is in it, and nothing of this machine is. */
import { join } from 'node:path';
import { createFiles, type Files } from '../../daemon/harness/files.ts';
import type { CaptureRequest } from '../../daemon/harness/request.ts';

/** The root is `home/work/repo`, the home folder `home`. */
export function captureRequest(folder: string, fields: Partial<CaptureRequest> = {}): CaptureRequest {
  const root = join(folder, 'home/work/repo');
  return {
    root,
    proof: 'a test',
    cwd: root,
    agent: null,
    home: join(folder, 'home'),
    platform: 'linux',
    environment: { of: 'agent', fingerprints: null, plain: {} },
    servers: [],
    contracts: {},
    contractTexts: {},
    settings: { fixtures: [], testCommand: null, setupCommand: null },
    machineKey: null,
    now: new Date('2026-11-20T12:00:00Z'),
    ...fields,
  };
}

/** The system's folders (`/etc/…`) as folders of the test's: a machine may have managed files of its own. */
export function filesWithSystemIn(folder: string): Files {
  const files = createFiles();
  const at = <Path extends string | Buffer>(path: Path) =>
    typeof path === 'string' && (path === '/etc' || path.startsWith('/etc/')) ? join(folder, path) : path;
  return {
    ...files,
    read: (path, within, limit) => files.read(String(at(path)), String(at(within)), limit),
    kindOf: (path) => files.kindOf(at(path)),
    list: (path, within) => files.list(String(at(path)), String(at(within))),
    walk: (path, within) => files.walk(String(at(path)), String(at(within))),
  };
}

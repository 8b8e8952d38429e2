/** Whose machine this is, as far as it shapes a run: recorded beside a harness version, never part of it. */
import { createHmac } from 'node:crypto';
import { arch, release, userInfo } from 'node:os';
import type { Workbench } from '../protocol/workbench.ts';
import type { CaptureRequest } from './request.ts';

const FOLDERS_LIMIT = 500;

/** What was not seen of the agent's environment is null, but for what is the machine's and not the environment's. */
export function userFacts({ environment, home, platform }: CaptureRequest): Workbench['user_facts'] {
  const { plain } = environment;
  const path = plain.PATH ?? plain.Path ?? null;
  return {
    os: `${platform} ${release()}`,
    arch: arch(),
    user: userName(),
    home,
    // In the order in which a program looks (POSIX, Environment Variables).
    locale: [plain.LC_ALL, plain.LC_CTYPE, plain.LANG].find((one) => one !== undefined && one !== '') ?? null,
    zone: plain.TZ || Intl.DateTimeFormat().resolvedOptions().timeZone || null,
    path: path?.split(platform === 'win32' ? ';' : ':').slice(0, FOLDERS_LIMIT) ?? null,
    path_of: path === null ? 'unknown' : environment.of,
  };
}

/** Names a key without telling anything of it. */
export function keyName(key: Uint8Array | null): string | null {
  return key && createHmac('sha256', key).update('which key').digest('hex').slice(0, 8);
}

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

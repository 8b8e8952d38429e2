/** Does what is installed agree with the lockfiles? For the managers that keep it where it can be seen. */
import type { InstalledState } from '../protocol/workbench.ts';
import type { Files } from './files.ts';
import { installedPython } from './installedPython.ts';
import { installedNpm, installedPnpm, installedYarn } from './installedScripts.ts';
import { installedCargo, installedGo } from './installedSources.ts';
import { type Compared, installedState, NOT_KNOWN } from './installedState.ts';
import type { InstalledVersions } from './installedVersions.ts';
import type { LockText } from './readDependencies.ts';
import type { CaptureRequest } from './request.ts';

interface Around {
  readonly request: CaptureRequest;
  readonly files: Files;
  readonly versions: InstalledVersions;
}

const COMPARERS: Readonly<Record<string, (lock: LockText, around: Around) => Compared>> = {
  npm: (lock, around) => installedNpm(lock, { ...around, root: around.request.root }),
  pnpm: (lock, around) => installedPnpm(lock, { ...around, root: around.request.root }),
  yarn: (lock, around) => installedYarn(lock, { ...around, root: around.request.root }),
  uv: (lock, { request, files }) => installedPython(lock, request, files),
  poetry: (lock, { request, files }) => installedPython(lock, request, files),
  pip: (lock, { request, files }) => installedPython(lock, request, files),
  cargo: (lock, { request, files }) => installedCargo(lock, request, files),
  go: (lock, { request, files }) => installedGo(lock, request, files),
  bun: () => NOT_KNOWN,
  deno: () => NOT_KNOWN,
};

/**
 * @param locks as `readDependencies` read them
 * @param versions kept between captures
 */
export function readInstalled(
  request: CaptureRequest,
  locks: readonly LockText[],
  files: Files,
  versions: InstalledVersions,
): { readonly installed: readonly InstalledState[]; readonly missing: readonly string[] } {
  const around = { request, files, versions };
  const installed = locks.flatMap((lock) => {
    const compare = COMPARERS[lock.manager];
    return compare ? [installedState(lock.manager, lock.path, compare(lock, around))] : [];
  });
  const unknown = installed.filter(({ state }) => state === 'unknown');
  return {
    installed,
    missing: unknown.map(({ lockfile }) => `whether what is installed agrees with ${lockfile} cannot be told`),
  };
}

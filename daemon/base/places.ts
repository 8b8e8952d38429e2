/**
 * Where Callgrove keeps its state. Built from the home folder only, because agents' hosts strip `XDG_*` from the
 * environment of their servers; `--home` and `CALLGROVE_HOME` override it.
 */

export interface Places {
  /** The state folder, mode 0700. */
  readonly home: string;
  readonly journal: string;
  readonly artifacts: string;
  readonly control: string;
  readonly bin: string;
  readonly database: string;
  /** Where the running daemon says where it is. */
  readonly daemonFile: string;
  /** A SQLite file held by `BEGIN EXCLUSIVE` for as long as the daemon lives. */
  readonly daemonLock: string;
  readonly daemonLog: string;
  /** 32 random bytes: keys fingerprints, so that they compare on this machine only. */
  readonly machineKey: string;
  /** What the proxies judge by (protocol/policy.ts PolicyFile); only the daemon writes it. */
  readonly policy: string;
  /** What may pass once (protocol/policy.ts Once), a file each; the daemon writes them, the proxies use them up. */
  readonly once: string;
  /** The last run of each drill (protocol/drill.ts KeptDrills). */
  readonly drills: string;
  /** What `verify-path` found last, by server. */
  readonly verifiedPaths: string;
}

/** At a workspace's root: what its repository says. Guidance, never authority. */
export const REPOSITORY_SETTINGS = '.callgrove.jsonc';

/** @param join the platform's `path.join`; asked once, because it goes through every character, which a start waits for */
export function placesOf(home: string, join: (...parts: string[]) => string): Places {
  const journal = join(home, 'journal');
  const inside = journal.slice(0, -'journal'.length);
  const control = `${inside}control`;
  const inControl = `${control}${inside.at(-1)}`;
  return {
    home,
    journal,
    artifacts: `${inside}artifacts`,
    control,
    bin: `${inside}bin`,
    database: `${inside}callgrove.db`,
    daemonFile: `${inside}daemon.json`,
    daemonLock: `${inControl}daemon.lock`,
    daemonLog: `${inside}daemon.log`,
    machineKey: `${inControl}machine.key`,
    policy: `${inControl}policy.json`,
    once: `${inControl}once`,
    drills: `${inControl}drills.json`,
    verifiedPaths: `${inControl}verified-paths.json`,
  };
}

/**
 * The state folder for a platform.
 * @param override `--home` or `CALLGROVE_HOME`; must be absolute, checked by the caller
 * @param localAppData `%LOCALAPPDATA%`, used on win32 only; hosts may have stripped it
 */
export function stateFolder(
  platform: string,
  userHome: string,
  override: string | undefined,
  localAppData: string | undefined,
  join: (...parts: string[]) => string,
): string {
  if (override) return override;
  if (platform === 'win32') return join(localAppData ?? join(userHome, 'AppData', 'Local'), 'callgrove');
  if (platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'callgrove');
  return join(userHome, '.local', 'state', 'callgrove');
}

/**
 * Where the user's own settings stand.
 * @param userHome the home folder, not the state folder
 * @param appData `%APPDATA%`, used on win32 only; hosts may have stripped it
 */
export function userSettings(
  platform: string,
  userHome: string,
  appData: string | undefined,
  join: (...parts: string[]) => string,
): string {
  if (platform === 'win32') return join(appData ?? join(userHome, 'AppData', 'Roaming'), 'callgrove.jsonc');
  return join(userHome, '.config', 'callgrove.jsonc');
}

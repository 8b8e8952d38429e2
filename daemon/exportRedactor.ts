/**
 * What a bundle's redactor has to know of this machine and of the session: whose it is, the fingerprints of every
 * environment that was seen, the servers' command lines, and the user's own rules.
 */
import { randomBytes } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { keyName } from './harness/userFacts.ts';
import type { StoredCapture } from './protocol/captures.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { RedactRule } from './protocol/settings.ts';
import { type BundleRedactor, type BundleRedactorOptions, createBundleRedactor } from './redact/bundleRedactor.ts';
import type { Identity } from './redact/identity.ts';

export interface SeenOfSession {
  /** Of its connections, as far as their journals are there. */
  readonly opens: readonly OpenRecord[];
  readonly captures: Iterable<StoredCapture>;
  readonly machineKey: Uint8Array | null;
  readonly rules: readonly RedactRule[];
}

/** Plain data: of all redactors that are made by it, a secret has one placeholder. */
export function exportRedaction({ opens, captures, machineKey, rules }: SeenOfSession): BundleRedactorOptions {
  const { homes, users, hosts } = thisMachine();
  const environment: [string, string][] = [];
  const key = keyName(machineKey);
  for (const open of opens) {
    environment.push(...Object.entries(open.environment));
    for (const [name, print] of Object.entries(open.headers ?? {}))
      if (print !== null) environment.push([`HEADER_${name.replace(/\W/g, '_')}_TOKEN`, print]);
    const { HOME, USERPROFILE, USER, LOGNAME, USERNAME, HOSTNAME, COMPUTERNAME } = open.plain ?? {};
    homes.push(...present(HOME, USERPROFILE));
    users.push(...present(open.user ?? undefined, USER, LOGNAME, USERNAME));
    hosts.push(...present(HOSTNAME, COMPUTERNAME));
  }
  for (const { capture } of captures) {
    const { user_facts, fingerprints, fingerprint_key } = capture.workbench;
    homes.push(...present(user_facts.home ?? undefined));
    users.push(...present(user_facts.user ?? undefined));
    if (fingerprints && fingerprint_key === key) environment.push(...Object.entries(fingerprints));
  }
  const seen = new Map(environment.map((pair) => [pair.join('\n'), pair]));
  return {
    machineKey: machineKey ?? randomBytes(32),
    identity: { homes, users, hosts },
    rules: compiled(rules),
    environment: machineKey ? [...seen.values()] : [],
    commands: opens.map(({ argv }) => argv),
  };
}

/** For what is known already: looks for secrets in a bundle that came from anywhere. */
export function scanningRedactor(machineKey: Uint8Array | null, rules: readonly RedactRule[]): BundleRedactor {
  return createBundleRedactor({
    ...(machineKey ? { machineKey } : {}),
    identity: { homes: [], users: [], hosts: [] },
    rules: compiled(rules),
    environment: [],
    commands: [],
  });
}

function thisMachine(): { homes: string[]; users: string[]; hosts: string[] } & Identity {
  const host = hostname();
  const hosts = [host, host.split('.')[0] ?? host];
  try {
    const { username, homedir: home } = userInfo();
    return { homes: [homedir(), home], users: [username], hosts };
  } catch {
    // A user id without an entry.
    return { homes: [homedir()], users: [], hosts };
  }
}

function present(...values: readonly (string | undefined)[]): string[] {
  return values.filter((value): value is string => value !== undefined && value !== '');
}

/** They were tried when the settings were read. */
function compiled(rules: readonly RedactRule[]): { name: string; pattern: RegExp }[] {
  return rules.map(({ name, pattern }) => ({ name, pattern: new RegExp(pattern, 'g') }));
}

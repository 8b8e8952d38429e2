/**
 * Captures as they may be stored: every text and value without what looks like a secret. Digests, ids and fingerprints
 * name things and hide nothing; they stay as they are, so that what is stored can still be found and compared by them.
 */

import { isCredentialVariable } from './model/credentialNames.ts';
import type { Json } from './model/json.ts';
import { FreshResult } from './protocol/comparison.ts';
import type { CaptureRecord, FreshRecord, HarnessRecord, HarnessTextRecord } from './protocol/daemonJournal.ts';
import { HarnessVersion } from './protocol/harness.ts';
import { Workbench } from './protocol/workbench.ts';
import type { Redactor } from './redact/redactor.ts';

export interface HarnessMask {
  text(record: HarnessTextRecord): Promise<string>;
  version(record: HarnessRecord): Promise<HarnessVersion>;
  workbench(record: CaptureRecord): Promise<Workbench>;
  fresh(record: FreshRecord): Promise<FreshResult>;
}

type Secrets = Readonly<Record<string, string>>;

/** Fingerprints of a capture's credential variables: what the journal keeps beside its texts to find them by. */
export function secretsOf(fingerprints: Secrets | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fingerprints ?? {}).filter(([name, print]) => isCredentialVariable(name) && isFingerprint(print)),
  );
}

/** @param machineKey what the fingerprints were taken with; null where there is none */
export function createHarnessMask(redactor: Redactor, machineKey: Uint8Array | null): HarnessMask {
  const knowing = (secrets: Secrets): Redactor =>
    machineKey && Object.keys(secrets).length > 0
      ? redactor.forConnection({ fingerprints: secrets, machineKey })
      : redactor;
  const masked = async (own: Redactor, value: unknown): Promise<unknown> => {
    const json: Json = JSON.parse(JSON.stringify(value));
    return withNames(json, (await own.redactJson(json)).value);
  };
  return {
    async text({ text, secrets }) {
      return (await knowing(secrets).redact([text]))[0]?.text ?? '';
    },
    async version({ harness, secrets }) {
      const own = knowing(secrets);
      const servers = [];
      for (const one of harness.servers ?? []) servers.push({ ...one, command: await own.redactArgv(one.command) });
      return HarnessVersion.parse(await masked(own, { ...harness, servers: harness.servers && servers }));
    },
    async workbench({ workbench, secrets }) {
      const { fingerprints, configured, ...rest } = workbench;
      const kept = Object.entries(fingerprints ?? {}).filter(([, print]) => isFingerprint(print));
      const value = await masked(knowing(secrets), { ...rest, fingerprints: null });
      return {
        ...Workbench.parse(value),
        fingerprints: fingerprints && Object.fromEntries(kept),
        ...(configured && { configured: configured.map(onlyFingerprints) }),
      };
    },
    async fresh({ result }) {
      return FreshResult.parse(await masked(redactor, result));
    },
  };
}

const isFingerprint = (text: string): boolean => /^[0-9a-f]{8,64}$/.test(text);
/** What is none stands for a value that is not known. */
function onlyFingerprints(one: NonNullable<Workbench['configured']>[number]): typeof one {
  const places = Object.entries(one.places).map(([place, print]) => [
    place,
    print && isFingerprint(print) ? print : null,
  ]);
  return { ...one, places: Object.fromEntries(places) };
}

/** What is a name by its form alone: digests, git's ids, our own ids, a package's integrity. */
const NAME =
  /^(?:sha256:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{64}|(?:hv|ws)_[0-9a-f]{24}|sha(?:1|256|384|512)-[A-Za-z0-9+/=]{20,100})$/;

/** The masked value with its names as they were. Both have the same form: masking changes words only. */
function withNames(original: Json, masked: Json): Json {
  if (typeof original === 'string') return NAME.test(original) ? original : masked;
  if (original === null || typeof original !== 'object' || masked === null || typeof masked !== 'object') return masked;
  const [before, after] = [Object.values(original), Object.entries(masked)];
  if (Array.isArray(masked)) return after.map(([, value], index) => withNames(before[index] ?? null, value));
  return Object.fromEntries(after.map(([name, value], index) => [name, withNames(before[index] ?? null, value)]));
}

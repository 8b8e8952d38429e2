/**
 * Are the sources that Cargo and Go lock on this disk? Both check what they take by its hash, so that what is there is
 * what is locked; only a vendor folder can be of another time.
 */
import { delimiter, join } from 'node:path';
import { cargoLock, goMod, goSum, goVendor, type LockedSource } from '../model/sourceLocks.ts';
import type { Files } from './files.ts';
import { type Compared, differingIds, NOT_INSTALLED, NOT_KNOWN } from './installedState.ts';
import type { LockText } from './readDependencies.ts';
import type { CaptureRequest } from './request.ts';
import { variableOf } from './resolveProgram.ts';

const MODULES_MAX = 3000;
const NOTE_BYTES = 4 * 1024 * 1024;

export function installedCargo({ folder, text }: LockText, request: CaptureRequest, files: Files): Compared {
  const locked = cargoLock(text);
  if (locked.length === 0) return { state: 'compared', differing: [], compared: 0 };
  const vendor = files.list(join(folder, 'vendor'), request.root);
  const config = ['config.toml', 'config'].map((name) => files.read(join(folder, '.cargo', name), request.root));
  if (vendor && config.some((read) => read.kind === 'file' && /\bdirectory\s*=/.test(read.text)))
    return vendoredCrates(join(folder, 'vendor'), vendor, locked, request, files);
  const home = variableOf(request.environment.plain, 'CARGO_HOME', request.platform) ?? join(request.home, '.cargo');
  const cache = join(home, 'registry', 'cache');
  const kept = new Set(
    (files.list(cache, home) ?? []).flatMap(({ name }) =>
      (files.list(join(cache, name), home) ?? []).map((one) => one.name),
    ),
  );
  const present = locked.filter(({ name, version }) => kept.has(`${name}-${version}.crate`)).length;
  // Crates for other platforms are fetched when they are needed.
  return present === 0 ? NOT_INSTALLED : { state: 'compared', differing: [], compared: present };
}

function vendoredCrates(
  vendor: string,
  listed: readonly { readonly name: string }[],
  locked: readonly LockedSource[],
  { root }: CaptureRequest,
  files: Files,
): Compared {
  const installed = new Set<string>();
  for (const { name } of listed.slice(0, MODULES_MAX)) {
    const read = files.read(join(vendor, name, 'Cargo.toml'), root);
    if (read.kind !== 'file') continue;
    const value = (key: string) => new RegExp(`^${key}\\s*=\\s*"([^"]+)"`, 'm').exec(read.text)?.[1];
    if (value('name') && value('version')) installed.add(`${value('name')}@${value('version')}`);
  }
  return { state: 'compared', differing: differingIds(idsOf(locked), installed, new Set()), compared: locked.length };
}

export function installedGo({ folder, text }: LockText, request: CaptureRequest, files: Files): Compared {
  const { root, home, platform, environment } = request;
  const manifest = files.read(join(folder, 'go.mod'), root);
  const vendor = files.read(join(folder, 'vendor', 'modules.txt'), root, NOTE_BYTES);
  if (vendor.kind === 'file' && manifest.kind === 'file') {
    const [wanted, there] = [goMod(manifest.text), goVendor(vendor.text)];
    const names = new Set(wanted.map(({ name }) => name));
    // More is vendored than is required directly; what is required and unused is not vendored.
    const vendored = there.filter(({ name }) => names.has(name));
    const known = new Set(vendored.map(({ name }) => name));
    const compared = wanted.filter(({ name }) => known.has(name));
    return {
      state: 'compared',
      differing: differingIds(idsOf(compared), idsOf(vendored), new Set()),
      compared: compared.length,
    };
  }
  const locked = goSum(text).slice(0, MODULES_MAX);
  if (locked.length === 0) return NOT_KNOWN;
  const set = (name: string) => variableOf(environment.plain, name, platform);
  const path = (set('GOPATH') ?? join(home, 'go')).split(delimiter)[0] ?? join(home, 'go');
  const cache = set('GOMODCACHE') ?? join(path, 'pkg', 'mod');
  const present = locked.filter(
    ({ name, version }) => files.kindOf(join(cache, `${escaped(name)}@${escaped(version)}`)) === 'folder',
  );
  return present.length === 0 ? NOT_INSTALLED : { state: 'compared', differing: [], compared: present.length };
}

/** Go's spelling of capitals, for file systems that do not tell them apart. */
const escaped = (text: string) => text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

const idsOf = (sources: readonly LockedSource[]) => new Set(sources.map(({ name, version }) => `${name}@${version}`));

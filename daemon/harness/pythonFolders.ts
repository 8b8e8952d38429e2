/** What is installed in a Python environment: its folders of packages, and name, version and content of one of them. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pypiName } from '../model/packageSpec.ts';
import type { Files } from './files.ts';

/** A distribution as its `dist-info` folder names it. */
export interface Distribution {
  /** As PEP 503 spells it. */
  readonly name: string;
  readonly version: string;
  /** The `dist-info` folder. */
  readonly folder: string;
}

const LIMIT = 5000;
const RECORD_BYTES = 4 * 1024 * 1024;

/** `site-packages` (and Debian's `dist-packages`) below a prefix. @param within as for `Files.list` */
export function sitePackages(prefix: string, within: string, files: Files): readonly string[] {
  const windows = join(prefix, 'Lib', 'site-packages');
  if (files.list(windows, within)) return [windows];
  const versions = (files.list(join(prefix, 'lib'), within) ?? []).filter(({ name }) => /^python\d/.test(name));
  return versions
    .flatMap(({ name }) => ['site-packages', 'dist-packages'].map((folder) => join(prefix, 'lib', name, folder)))
    .filter((folder) => files.list(folder, within) !== null);
}

/** All of an environment, at most 5,000. Told by the names of the folders, so that thousands cost one listing. */
export function distributionsIn(folder: string, within: string, files: Files): readonly Distribution[] {
  return (files.list(folder, within) ?? []).slice(0, LIMIT * 2).flatMap((entry) => {
    const [, name, version] = /^(.+?)-(\d[^-]*)(?:-[^-]*)?\.(?:dist-info|egg-info)$/.exec(entry.name) ?? [];
    if (name === undefined || version === undefined) return [];
    return [{ name: pypiName(name), version, folder: join(folder, entry.name) }];
  });
}

/** The distribution that brought a console script, by `entry_points.txt`. */
export function ownerOfScript(
  all: readonly Distribution[],
  script: string,
  within: string,
  files: Files,
): Distribution | null {
  const line = new RegExp(`^\\s*${script.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*=`, 'm');
  const owns = ({ folder }: Distribution) => {
    const read = files.read(join(folder, 'entry_points.txt'), within);
    return read.kind === 'file' && line.test(read.text);
  };
  // Most are called like their script.
  const likely = all.filter(({ name }) => name === pypiName(script));
  return likely.find(owns) ?? all.slice(0, LIMIT).find(owns) ?? null;
}

/** The distribution that brought a module, by its files. */
export function ownerOfModule(
  all: readonly Distribution[],
  module: string,
  within: string,
  files: Files,
): Distribution | null {
  const top = (module.split('.')[0] ?? '').replaceAll('-', '_');
  const owns = ({ folder }: Distribution) => {
    const read = files.read(join(folder, 'RECORD'), within, RECORD_BYTES);
    return (
      read.kind === 'file' &&
      (read.text.startsWith(`${top}/`) || read.text.includes(`\n${top}/`) || read.text.includes(`\n${top}.py,`))
    );
  };
  const likely = all.filter(({ name }) => name === pypiName(top));
  return likely.find(owns) ?? likely[0] ?? all.slice(0, LIMIT).find(owns) ?? null;
}

/**
 * A digest over the hashes that `RECORD` has of the distribution's own files: the same for the same wheel, wherever it
 * was installed. null where there is no record.
 */
export function recordDigest({ folder }: Distribution, within: string, files: Files): string | null {
  const read = files.read(join(folder, 'RECORD'), within, RECORD_BYTES);
  if (read.kind !== 'file' || read.cut) return null;
  const own = read.text
    .split(/\r?\n/)
    .filter(
      (line) =>
        /,sha256=/.test(line) && !/^\.\.|\.pyc,|\/(?:INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json),/.test(line),
    )
    .sort();
  return own.length === 0 ? null : `record-sha256:${createHash('sha256').update(own.join('\n')).digest('hex')}`;
}

/** What npm's lockfiles (versions 1 to 3, and the note in `node_modules`) say is installed where. */

export interface LockedFolder {
  /** Relative, forward slashes: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  /** null where the lockfile names no version, as of a package from a folder. */
  readonly version: string | null;
  /** Left out on platforms that it is not for. */
  readonly optional: boolean;
  /** A folder of the workspace itself, linked. */
  readonly link: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param json the parsed file. @returns null where it is no lockfile of npm's */
export function npmLock(json: Json): readonly LockedFolder[] | null {
  if (isObject(json.packages)) {
    return Object.entries(json.packages).flatMap(([path, entry]) => {
      const at = path.lastIndexOf('node_modules/');
      if (at < 0 || !isObject(entry)) return [];
      const name = typeof entry.name === 'string' ? entry.name : path.slice(at + 'node_modules/'.length);
      return [folder(path, name, entry)];
    });
  }
  return isObject(json.dependencies) ? nested('', json.dependencies, 0) : null;
}

function folder(path: string, name: string, entry: Json): LockedFolder {
  const version = typeof entry.version === 'string' ? entry.version : null;
  const optional = entry.optional === true || entry.devOptional === true || entry.peer === true;
  return { path, name, version, optional, link: entry.link === true };
}

/** Version 1: what a package has of its own stands in it. */
function nested(above: string, dependencies: Json, depth: number): LockedFolder[] {
  if (depth > 20) return [];
  return Object.entries(dependencies).flatMap(([name, entry]) => {
    if (!isObject(entry)) return [];
    const path = `${above}node_modules/${name}`;
    const stated = folder(path, name, entry);
    // A version that is an address names none.
    const version = stated.version !== null && /^\d/.test(stated.version) ? stated.version : null;
    const inner = isObject(entry.dependencies) ? nested(`${path}/`, entry.dependencies, depth + 1) : [];
    return [{ ...stated, version, link: (stated.version ?? '').startsWith('file:') }, ...inner];
  });
}

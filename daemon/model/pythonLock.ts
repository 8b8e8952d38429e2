/** Which versions a Python project locks: `uv.lock`, `poetry.lock` and pinned lines of requirements. */
import { pypiName } from './packageSpec.ts';
import { type TomlPackage, tomlPackages } from './tomlPackages.ts';

export interface LockedPython {
  /** As PEP 503 spells it. */
  readonly name: string;
  readonly version: string;
  /** Must it be there on every platform? Markers, extras and groups leave packages out. */
  readonly needed: boolean;
}

/** The project itself and its folders are left out. */
export function uvLock(text: string): readonly LockedPython[] {
  const all = tomlPackages(text);
  const isOwn = ({ source }: TomlPackage) => /\b(?:virtual|editable|directory)\b/.test(source ?? '');
  const needed = new Set<string>();
  const byName = new Map(all.map((one) => [one.name, one]));
  const open = all.filter(isOwn);
  for (let one = open.pop(); one; one = open.pop())
    for (const name of plainDependencies(one)) {
      if (needed.has(name)) continue;
      needed.add(name);
      const next = byName.get(name);
      if (next) open.push(next);
    }
  // A name that is locked in several versions has a marker on each.
  const times = new Map<string, number>();
  for (const { name } of all) times.set(name, (times.get(name) ?? 0) + 1);
  return all.flatMap((one) =>
    isOwn(one) || one.version === null
      ? []
      : [{ name: pypiName(one.name), version: one.version, needed: needed.has(one.name) && times.get(one.name) === 1 }],
  );
}

/** Names behind `dependencies = [` that stand there without a marker or an extra. */
function plainDependencies({ text }: TomlPackage): readonly string[] {
  const start = text.search(/^dependencies = \[$/m);
  const list = start < 0 ? '' : text.slice(start, text.indexOf('\n]', start));
  return list.split('\n').flatMap((line) => {
    const name = /^\s*\{ name = "([^"]+)"/.exec(line)?.[1];
    return name === undefined || /\bmarker = /.test(line) ? [] : [name];
  });
}

export function poetryLock(text: string): readonly LockedPython[] {
  const all = tomlPackages(text);
  const marked = new Set(
    all.flatMap(({ text: block }) =>
      block.split('\n').flatMap((line) => {
        const name = /^"?([\w.-]{1,200})"? = \{/.exec(line)?.[1];
        return name !== undefined && /markers|optional = true/.test(line) ? [pypiName(name)] : [];
      }),
    ),
  );
  return all.flatMap(({ name, version, source, text: block }) => {
    if (version === null || source === 'directory') return [];
    const key = pypiName(name);
    // Groups may be left out; before poetry 2 the lockfile does not say which package is of which.
    const inMain = /^groups = \[[^\]\n]*"main"/m.test(block);
    const needed = inMain && !/^(?:optional = true|markers = )/m.test(block) && !marked.has(key);
    return [{ name: key, version, needed }];
  });
}

/** `name==version` lines; those with a marker need not be there. */
export function pinnedRequirements(text: string): readonly LockedPython[] {
  const joined = text.replaceAll('\r\n', '\n').replace(/\\\n\s*/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const [, name, version, marker] =
      /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*===?\s*([^\s;,*#]+)\s*(;?)/.exec(line) ?? [];
    return name === undefined || version === undefined
      ? []
      : [{ name: pypiName(name), version, needed: marker !== ';' }];
  });
}

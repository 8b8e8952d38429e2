/** What stands at the top of a workspace, looked up by test-command and set-up finders: texts and names, nothing judged. */
import { join } from 'node:path';
import type { Files } from './files.ts';
import { isObject, parseObject } from './packageJson.ts';

export interface ProjectFiles {
  /** A file of that name at the top, in this very spelling. */
  has(name: string): boolean;
  /** Names at the top that a pattern fits, in their order. */
  named(pattern: RegExp): readonly string[];
  /** null where it is not there or cannot be read. */
  text(name: string): string | null;
  json(name: string): Readonly<Record<string, unknown>> | null;
}

export function projectFiles(root: string, files: Files): ProjectFiles {
  const names = new Set((files.list(root, root) ?? []).map(({ name }) => name));
  const text = (name: string) => {
    const read = files.read(join(root, name), root);
    return read.kind === 'file' ? read.text : null;
  };
  return {
    has: (name) => (name.includes('/') ? files.kindOf(join(root, name)) === 'file' : names.has(name)),
    named: (pattern) => [...names].filter((name) => pattern.test(name)),
    text: (name) => (names.has(name) || name.includes('/') ? text(name) : null),
    json: (name) => parseObject((names.has(name) ? text(name) : null) ?? ''),
  };
}

/** A text below keys of a parsed file; null where there is none. */
export function textAt(value: unknown, ...keys: readonly string[]): string | null {
  const found = keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return typeof found === 'string' && found.trim() !== '' ? found : null;
}

/** Who manages a JavaScript project: `packageManager`, else the lockfile that is there, else npm. */
export function scriptManager(project: ProjectFiles): 'npm' | 'pnpm' | 'yarn' | 'bun' {
  const stated = textAt(project.json('package.json'), 'packageManager') ?? '';
  const named = (['pnpm', 'yarn', 'bun', 'npm'] as const).find((name) => stated.startsWith(`${name}@`));
  if (named) return named;
  if (project.has('pnpm-lock.yaml')) return 'pnpm';
  if (project.has('yarn.lock')) return 'yarn';
  return project.has('bun.lock') || project.has('bun.lockb') ? 'bun' : 'npm';
}

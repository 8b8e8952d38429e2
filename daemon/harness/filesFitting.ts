/** The files of a folder whose paths fit a pattern; one without globs is looked up and nothing is walked. */
import { join } from 'node:path';
import { globMatch } from '../model/globMatch.ts';
import type { Files } from './files.ts';

/** Paths relative to the folder, in order of their names. */
export function filesFitting(folder: string, pattern: string, within: string, files: Files): readonly string[] {
  const parts = pattern.split('/');
  const fixed = parts.findIndex((part) => /[*?[{]/.test(part));
  if (fixed < 0) {
    const kind = files.kindOf(join(folder, pattern));
    return kind === null || kind === 'folder' ? [] : [pattern];
  }
  const start = parts.slice(0, fixed);
  const rest = parts.slice(fixed);
  const at = join(folder, ...start);
  const kind = files.kindOf(at);
  if (kind !== 'folder' && kind !== 'link') return [];
  const before = start.length === 0 ? '' : `${start.join('/')}/`;
  if (rest.includes('**')) {
    const below = files.walk(at, within).filter((path) => globMatch(rest.join('/'), path));
    return below.map((path) => before + path);
  }
  const entries = (files.list(at, within) ?? []).filter(({ name }) => globMatch(rest[0] ?? '', name));
  if (rest.length === 1) return entries.filter((one) => one.kind !== 'folder').map(({ name }) => before + name);
  return entries.flatMap(({ name }) => {
    const deeper = filesFitting(join(at, name), rest.slice(1).join('/'), within, files);
    return deeper.map((path) => `${before}${name}/${path}`);
  });
}

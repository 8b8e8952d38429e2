/** Spells the daemon's HTTP paths: values are encoded, what is absent is left out. */
import type { Scope } from './verb.ts';

export type QueryValue = string | number | boolean | null;

/** @param values true becomes 1; null, false and '' are left out */
export function queryPath(path: string, values: Readonly<Record<string, QueryValue>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === false || value === '') continue;
    query.set(name, value === true ? '1' : String(value));
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

export function scopeValues(scope: Scope): Record<string, QueryValue> {
  return { workspace: scope.all ? null : scope.workspace, all: scope.all };
}

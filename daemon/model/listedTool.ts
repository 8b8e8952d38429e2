/** A tool as its server listed it: the members that make its contract, and the text that people compare. */

import type { HiddenCharacter } from '../protocol/harness.ts';
import { canonicalJson } from './canonicalJson.ts';
import { hiddenUnicode } from './hiddenUnicode.ts';

export interface ListedTool {
  readonly name: string;
  /** What its digest is taken of. */
  readonly canonical: string;
  /** Name, description, schemas, one under the other, at most 256 KiB. */
  readonly text: string;
  /** Characters in it that a reader does not see and a model does. */
  readonly hidden: readonly HiddenCharacter[];
}

const MEMBERS = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;
const TEXT_CHARS = 256 * 1024;

/** Null for what is no tool. */
export function listedTool(value: unknown): ListedTool | null {
  if (typeof value !== 'object' || value === null) return null;
  const all = new Map(Object.entries(value));
  const name = all.get('name');
  if (typeof name !== 'string') return null;
  const members = MEMBERS.flatMap((member) => (all.has(member) ? [[member, all.get(member)] as const] : []));
  const parts = members.map(([member, said]) =>
    typeof said === 'string' ? `${member}: ${said}` : `${member}: ${JSON.stringify(said, null, 2)}`,
  );
  const text = parts.join('\n').slice(0, TEXT_CHARS);
  return { name, canonical: canonicalJson(Object.fromEntries(members)), text, hidden: hiddenUnicode(text) };
}

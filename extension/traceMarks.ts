/** Where in a config file servers stand, and which of them are traced: what code lenses and the list of servers show. */
import type { ConfigMember, ParsedConfig } from '../daemon/model/configTree.ts';
import { readLaunched } from '../daemon/model/launched.ts';
import { type EntryShape, serverEntries } from '../daemon/model/serverEntries.ts';

export interface TraceMark {
  readonly server: string;
  /** Offset of the name in the text, UTF-16 units. */
  readonly at: number;
  /** `unknown`: left alone, `reason` says why. */
  readonly state: 'traced' | 'plain' | 'unknown';
  readonly reason: string | null;
  /** The folder that the entry is for, where one file holds entries of several. */
  readonly project: string | null;
}

/** In the order of the file; none where it cannot be parsed or declares none. */
export function traceMarks(config: ParsedConfig): readonly TraceMark[] {
  return serverEntries(config).map(({ name, nameSpan, shape, project }) => {
    const words = wordsOf(shape);
    const state = shape.kind === 'unknown' ? 'unknown' : words !== null && readLaunched(words) ? 'traced' : 'plain';
    return { server: name, at: nameSpan.start, state, reason: shape.kind === 'unknown' ? shape.reason : null, project };
  });
}

function wordsOf(shape: EntryShape): readonly string[] | null {
  if (shape.kind === 'argv') return textsOf(shape.argv);
  return shape.kind === 'command' ? [...textsOf(shape.command), ...(shape.args ? textsOf(shape.args) : [])] : null;
}

function textsOf({ value }: ConfigMember): string[] {
  if (value.kind === 'string') return [value.value];
  return value.kind === 'array' ? value.items.map((item) => (item.kind === 'string' ? item.value : '')) : [];
}

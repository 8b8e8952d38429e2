/**
 * A known server's command line with other allowed folders than it has: how a drill points it at a throw-away folder. What
 * the catalog does not know how to point, is not pointed.
 */
import { type KnownServer, launchedAt, serverFacts } from './toolCatalog.ts';

export type Pointed =
  | { readonly kind: 'argv'; readonly argv: readonly string[]; readonly known: KnownServer }
  /** `why` is half a sentence: `it is reached by URL`. */
  | { readonly kind: 'refused'; readonly why: string };

/** @param argv program and arguments; empty for a URL */
export function pointedAt(argv: readonly string[], url: string | null, folder: string): Pointed {
  if (url !== null) return { kind: 'refused', why: 'it is reached by URL, so where it works cannot be chosen' };
  const { known, where, folders } = serverFacts(null, argv, null);
  if (where === 'container')
    return { kind: 'refused', why: 'it runs in a container, where a folder of this machine is none' };
  if (known === null)
    return { kind: 'refused', why: 'the catalog does not know it, so nobody can say which words are its folders' };
  if (where === 'elsewhere' || known.folders === null)
    return { kind: 'refused', why: `${known.id} takes no folders that it is kept to` };
  const at = launchedAt(argv);
  if (at < 0) return { kind: 'refused', why: 'its command line is one text for a shell' };
  const rest = argv.slice(at + 1);
  const head = argv.slice(0, at + 1);
  if (known.folders === 'words') {
    const kept = rest.filter((word) => !folders.includes(word));
    return { kind: 'argv', argv: [...head, ...kept, folder], known };
  }
  return { kind: 'argv', argv: [...head, ...withOption(rest, known.folders, folder)], known };
}

/** Every value of the options becomes the folder; where none is given, the first option is. */
function withOption(words: readonly string[], options: readonly string[], folder: string): string[] {
  const made: string[] = [];
  let given = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name = word, value] = /^(--?[^=]+)=(.*)$/s.exec(word) ?? [];
    if (!options.includes(name)) {
      made.push(word);
      continue;
    }
    if (value === undefined) at++;
    made.push(...(value === undefined ? [name, folder] : [`${name}=${folder}`]));
    given = true;
  }
  return given ? made : [...made, options[0] ?? '', folder];
}

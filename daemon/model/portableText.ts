/** Command words without what only this machine has: the workspace is `.`, the home folder `~`. */

export interface Folders {
  /** Absolute, without a separator at the end. */
  readonly root: string;
  readonly home: string;
  readonly platform: string;
}

/** A text in which the two folders may stand anywhere, also behind `=`, `:`, `file://` or an option's letter. */
export function portableText(text: string, { root, home, platform }: Folders): string {
  const folders: (readonly [folder: string, by: string])[] = [
    [root, '.'],
    [home, '~'],
  ];
  // One may lie in the other.
  folders.sort(([one], [other]) => other.length - one.length);
  return folders.reduce((all, [folder, by]) => replaceFolder(all, folder, by, platform), text);
}

function replaceFolder(text: string, folder: string, by: string, platform: string): string {
  const plain = folder.replace(/[\\/]+$/, '');
  // The file system's own root says nothing.
  if (/^(?:[a-z]:)?$/i.test(plain)) return text;
  const pattern = plain
    .split(/[\\/]/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join(platform === 'win32' ? '[\\\\/]' : '/');
  // Not the middle of a longer path, nor the start of a longer name.
  const before = '(?:(?<![\\w./\\\\~-])|(?<=://)|(?<=(?:^|[\\s"\'=,:])-[A-Za-z]))';
  return text.replace(new RegExp(`${before}${pattern}(?![\\w-]|\\.\\w)`, platform === 'win32' ? 'gi' : 'g'), by);
}

/** Command words without what only this machine has: the workspace is `.`, the home folder `~`. */

export interface Folders {
  /** Absolute, without a separator at the end. */
  readonly root: string;
  readonly home: string;
  readonly platform: string;
}

/** A text in which the two folders may stand anywhere, also behind `=` or `:` or in a list. */
export function portableText(text: string, { root, home, platform }: Folders): string {
  return replaceFolder(replaceFolder(text, root, '.', platform), home, '~', platform);
}

function replaceFolder(text: string, folder: string, by: string, platform: string): string {
  const plain = folder.replace(/[\\/]+$/, '');
  if (plain === '') return text;
  const pattern = plain
    .split(/[\\/]/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join(platform === 'win32' ? '[\\\\/]' : '/');
  // Not the middle of a longer path, nor the start of a longer name.
  const whole = new RegExp(`(?<![\\w./\\\\~-])${pattern}(?![\\w.-])`, platform === 'win32' ? 'gi' : 'g');
  return text.replace(whole, by);
}

/**
 * The `[[package]]` tables of lockfiles that tools write (`uv.lock`, `poetry.lock`, `Cargo.lock`), by lines: each tool
 * writes one layout, and a full parser takes a second for what is needed of a large file.
 */

export interface TomlPackage {
  readonly name: string;
  readonly version: string | null;
  /** The line behind `source =`, or the table `[package.source]`'s kind; null where it has none. */
  readonly source: string | null;
  /** All lines of the table and of those below it. */
  readonly text: string;
}

const PACKAGES_MAX = 50_000;

/** At most 50,000. */
export function tomlPackages(text: string): readonly TomlPackage[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/^\[\[package\]\]$/m, PACKAGES_MAX + 1)
    .slice(1)
    .flatMap((part) => {
      // What follows in a table of another name is no part of the package.
      const block = part.split(/^\[(?!package\b|\[package\.)/m)[0] ?? '';
      const value = (key: string) => new RegExp(`^${key} = "([^"\\n]*)"`, 'm').exec(block)?.[1] ?? null;
      const name = value('name');
      const source =
        /^source = (.+)$/m.exec(block)?.[1] ?? /^\[package\.source\]\ntype = "([^"]+)"/m.exec(block)?.[1] ?? null;
      return name === null ? [] : [{ name, version: value('version'), source, text: block }];
    });
}

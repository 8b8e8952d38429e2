/**
 * A judged path in pieces, so that people see where it leaves the root: what it shares with the root, the component that
 * leads out, what lies beyond, and the links on the way. It repeats no judgement: it draws the one that was made.
 */
export interface PathPiece {
  readonly text: string;
  /** `leaves` is the first component outside the root; `link` one that is a link. */
  readonly part: 'root' | 'inside' | 'shared' | 'leaves' | 'beyond' | 'link';
}

/** @param canonical where the path leads; @param root null where none is proven: then nothing can be said to leave it */
export function drawCanonical(canonical: string, root: string | null): PathPiece[] {
  if (root === null) return pieces([['shared', canonical]]);
  const separator = separatorOf(canonical);
  const names = namesOf(canonical);
  const own = namesOf(root);
  let shared = 0;
  while (shared < own.length && shared < names.length && names[shared] === own[shared]) shared++;
  // A folder above the root shares all of its names with it, and leaves it all the same.
  if (shared < own.length && shared === names.length) shared = Math.max(0, shared - 1);
  const head = canonical.slice(0, canonical.length - names.join(separator).length);
  const text = (from: number, to: number) =>
    from >= to ? '' : `${names.slice(from, to).join(separator)}${to < names.length ? separator : ''}`;
  if (shared === own.length)
    return pieces([
      ['root', head + text(0, shared)],
      ['inside', text(shared, names.length)],
    ]);
  return pieces([
    ['shared', head + text(0, shared)],
    ['leaves', text(shared, shared + 1)],
    ['beyond', text(shared + 1, names.length)],
  ]);
}

/** The path as it was asked for: each link on its way, and the `..` that climbs out. */
export function drawRequested(
  requested: string,
  at: { readonly cwd: string | null; readonly root: string | null; readonly symlinks: readonly string[] },
): PathPiece[] {
  const isAbsolute = /^(?:[\\/]|[A-Za-z]:)/.test(requested);
  const kept = isAbsolute ? [] : namesOf(at.cwd ?? '');
  const own = at.root === null ? null : namesOf(at.root);
  const isInside = () => own?.every((name, index) => kept[index] === name) ?? false;
  const links = new Set(at.symlinks.map((link) => namesOf(link).join('/')));
  const parts = requested.split(/(?<=[\\/])/);
  return pieces(
    parts.map((part) => {
      const name = part.replace(/[\\/]+$/, '');
      if (name === '' || name === '.') return ['shared', part];
      const before = isInside();
      if (name === '..') kept.pop();
      else kept.push(name);
      if (links.has(kept.join('/'))) return ['link', part];
      return [before && !isInside() ? 'leaves' : 'shared', part];
    }),
  );
}

function namesOf(path: string): string[] {
  return path.split(separatorOf(path)).filter((name) => name !== '');
}

function separatorOf(path: string): '/' | '\\' {
  return /^(?:[A-Za-z]:|\\)/.test(path) ? '\\' : '/';
}

/** Neighbours of one kind become one piece; what cannot be seen is spelled out. */
function pieces(parts: readonly (readonly [PathPiece['part'], string])[]): PathPiece[] {
  const joined: PathPiece[] = [];
  for (const [part, raw] of parts) {
    const text = visible(raw);
    const last = joined.at(-1);
    if (text === '') continue;
    if (last?.part === part) joined[joined.length - 1] = { part, text: last.text + text };
    else joined.push({ part, text });
  }
  return joined;
}

/** Controls and characters that turn the direction of text would draw another path than the one that was asked for. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`);
}

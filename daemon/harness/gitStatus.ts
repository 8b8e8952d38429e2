/** Reads what `git status --porcelain=v2 -z` says. Paths are bytes there: a name need not be UTF-8. Pure. */

export interface StatusEntry {
  /** As it stands in the answer, without the workspace's own place in the checkout. */
  readonly bytes: Buffer;
  readonly path: string;
  /** Both columns of git's short form: ` M`, `R `, `UU`. */
  readonly status: string;
  readonly from: string | null;
  readonly submodule: boolean;
  /** Git's id of the content as it was last added; null where it was not. */
  readonly added: string | null;
}

export interface GitStatus {
  /** null where there is no commit yet. */
  readonly head: string | null;
  readonly branch: string | null;
  readonly dirty: readonly StatusEntry[];
  readonly untracked: readonly StatusEntry[];
  /** A folder's path ends in a slash. */
  readonly ignored: readonly StatusEntry[];
}

/** Fields before the path, by the entry's first letter. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, '2': 9, u: 10, '?': 1, '!': 1 };

/** @param prefix the workspace's place in the checkout, `''` or ending in a slash; what lies outside is left out */
export function parseStatus(answer: Buffer, prefix: string): GitStatus {
  let head: string | null = null;
  let branch: string | null = null;
  const dirty: StatusEntry[] = [];
  const untracked: StatusEntry[] = [];
  const ignored: StatusEntry[] = [];
  const place = Buffer.from(prefix);
  for (let at = 0; at < answer.length; ) {
    const line = untilNul(answer, at);
    at += line.length + 1;
    const tag = String.fromCharCode(line[0] ?? 0);
    if (tag === '#') {
      const [, name, value] = line.toString('latin1').split(' ');
      if (name === 'branch.oid' && value !== '(initial)') head = value ?? null;
      // A branch's name may hold what is no Latin.
      if (name === 'branch.head' && value !== '(detached)')
        branch = line.toString('utf8').slice('# branch.head '.length);
      continue;
    }
    const count = FIELDS[tag];
    if (count === undefined) continue;
    const start = afterSpaces(line, count);
    const origin = tag === '2' ? untilNul(answer, at) : null;
    if (origin) at += origin.length + 1;
    const whole = line.subarray(start);
    if (!whole.subarray(0, place.length).equals(place)) continue;
    const bytes = whole.subarray(place.length);
    const words = line.subarray(0, start).toString('latin1').split(' ');
    const entry: StatusEntry = {
      bytes,
      path: pathText(bytes),
      status: tag === '?' || tag === '!' ? tag + tag : (words[1] ?? '').replaceAll('.', ' '),
      from: origin?.subarray(0, place.length).equals(place) ? pathText(origin.subarray(place.length)) : null,
      submodule: words[2]?.startsWith('S') === true,
      added: tag === '1' || tag === '2' ? (words[7] ?? null) : null,
    };
    (tag === '?' ? untracked : tag === '!' ? ignored : dirty).push(entry);
  }
  return { head, branch, dirty, untracked, ignored };
}

/** A path for people and for comparing: as UTF-8, or where it is none with `\xNN` for each byte outside ASCII. */
export function pathText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text).equals(bytes)) return text;
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

function untilNul(bytes: Buffer, at: number): Buffer {
  const end = bytes.indexOf(0, at);
  return bytes.subarray(at, end < 0 ? bytes.length : end);
}

function afterSpaces(line: Buffer, count: number): number {
  let at = 0;
  for (let seen = 0; seen < count; seen++) {
    const space = line.indexOf(0x20, at);
    if (space < 0) return line.length;
    at = space + 1;
  }
  return at;
}

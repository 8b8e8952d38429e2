/** The doctor's look at the journal: its segments, what no daemon has read, where its record has gaps. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { bytesText } from '../model/bytesText.ts';
import type { Status } from '../protocol/api.ts';
import { parseSegmentName, SegmentHeader } from '../protocol/journal.ts';
import { type Check, fail, ok, reasonOf, warn } from './check.ts';

/** Headers of so many segments, the newest, are looked into. */
const LOOKED_INTO = 200;

/** @param gaps of the sessions that the daemon knows; null where none runs */
export function checkJournal(home: string, status: Status | null, gaps: number | null): Check[] {
  const name = 'journal';
  const folder = placesOf(home, join).journal;
  let files: { path: string; bytes: number; at: number }[];
  try {
    files = readdirSync(folder).flatMap((file) => {
      const stat = parseSegmentName(file) && statSync(join(folder, file), { throwIfNoEntry: false });
      return stat ? [{ path: join(folder, file), bytes: stat.size, at: stat.mtimeMs }] : [];
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return [ok(name, 'nothing has been recorded yet')];
    return [fail(name, `${folder} cannot be read: ${reasonOf(error)}`, `chmod u+rwx ${folder}`)];
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const unread =
    status === null
      ? 'what of it is unread is known when a daemon runs'
      : `${bytesText(status.lag.journal_bytes)} unread`;
  const checks = [
    ok(name, `${files.length} ${files.length === 1 ? 'segment' : 'segments'}, ${bytesText(bytes)}; ${unread}`),
  ];
  const foreign = files
    .sort((a, b) => b.at - a.at)
    .slice(0, LOOKED_INTO)
    .filter(({ path, bytes: size }) => size > 0 && !hasHeader(path));
  if (foreign[0])
    checks.push(
      warn(
        name,
        `${foreign.length} segments have no header that this version reads, e.g. ${foreign[0].path}`,
        'A newer callgrove may have written them; use that one.',
      ),
    );
  if (gaps !== null && gaps > 0) {
    checks.push(
      warn(
        'gaps',
        `${gaps} ${gaps === 1 ? 'gap' : 'gaps'} in the record: the journal could not be written for a while`,
        'callgrove show says where and why; free space if the disk was full.',
      ),
    );
  }
  return checks;
}

function hasHeader(path: string): boolean {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    const start = Buffer.alloc(4096);
    const read = readSync(fd, start, 0, start.length, 0);
    const line = start.toString('utf8', 0, read).split('\n', 1)[0] ?? '';
    return SegmentHeader.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

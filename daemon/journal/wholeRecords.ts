/** What became of records that were written together, when the system took less than all of them. */

const LINE_END = 10;

/** How many records stand whole in the first bytes of what was to be written. */
export function wholeRecords(buffer: Buffer, bytes: number): number {
  let count = 0;
  for (let at = 0; ; count++) {
    const end = buffer.indexOf(LINE_END, at);
    if (end < 0 || end >= bytes) return count;
    const { n }: { n: number } = JSON.parse(buffer.toString('latin1', at, end));
    at = end + 1 + n;
    if (at > bytes) return count;
  }
}

/** What `verify-path` found, for people: a line for each case with both ways side by side, then what that comes to. */
import type { PathCase, PathVerification, SeenAnswer } from '../protocol/pathVerification.ts';
import type { Paint } from './paint.ts';
import { safeLine } from './safeText.ts';

const NAMES: Readonly<Record<PathCase['case'], string>> = {
  authorised_read: 'a read that is allowed',
  denied_write: 'a write that is refused',
  argument_error: 'wrong arguments',
  timeout: 'given up by the client',
  recovery: 'the next request',
};
const WORDS: Readonly<Record<PathCase['verdict'], string>> = {
  same: 'same',
  as_wanted: 'refused',
  differs: 'DIFFERS',
  not_tried: 'not tried',
};

export function verifyPathLines({ server, cases, lane, added_ms, verdict }: PathVerification, paint: Paint): string[] {
  const look = { same: paint.good, as_wanted: paint.good, differs: paint.bad, not_tried: paint.warn };
  const width = Math.max(...Object.values(NAMES).map((name) => name.length));
  const rows = cases.flatMap((one) => {
    const mark = look[one.verdict](WORDS[one.verdict].padEnd(9));
    const ways = `straight ${seenText(one.direct).padEnd(28)} through ${seenText(one.mediated)}`;
    const line = `${mark}  ${NAMES[one.case].padEnd(width)}  ${one.verdict === 'not_tried' ? '' : ways}`.trimEnd();
    const notes = [
      one.differs.length > 0 && one.verdict === 'differs' ? `differs in ${one.differs.join(', ')}` : null,
      one.note,
    ];
    return [
      line,
      ...notes.filter((note) => note !== null).map((note) => paint.dim(`${''.padEnd(11)}${safeLine(note)}`)),
    ];
  });
  const identity = lane.same
    ? `Both under ${lane.mediated === null ? 'an identity that is not known' : safeLine(lane.mediated)}.`
    : `Straight it runs under ${safeLine(lane.direct ?? 'nothing known')}, through Callgrove under ${safeLine(lane.mediated ?? 'nothing known')}.`;
  const added = added_ms === null ? '' : ` Through Callgrove it took ${added_ms} ms more (median).`;
  const ends = {
    same: 'The two ways do the same.',
    differs: 'The two ways differ.',
    not_run: 'Nothing could be tried.',
  };
  return [paint.bold(safeLine(server)), ...rows, '', `${identity}${added}`, ends[verdict]];
}

/** `error invalid_arguments, 3.1 ms`. */
function seenText(seen: SeenAnswer | null): string {
  if (seen === null) return '-';
  const kind = seen.outcome.replace('_', ' ');
  return `${kind}${seen.error_class === null || seen.outcome === 'given_up' ? '' : ` ${seen.error_class}`}, ${seen.ms} ms`;
}

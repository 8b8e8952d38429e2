/** What `verify-path` found of a server, in the words of the page: one phrase, and what it stands on. */
import type { PathCase, PathVerification } from '../protocol/pathVerification.ts';

const NAMES: Readonly<Record<PathCase['case'], string>> = {
  authorised_read: 'a read',
  denied_write: 'a refused write',
  argument_error: 'wrong arguments',
  timeout: 'a request given up',
  recovery: 'the one after it',
};

export interface VerifiedText {
  readonly text: string;
  readonly tone: 'good' | 'warning' | 'error';
  readonly hint: string;
  readonly note: string;
}

/**
 * @param callgrove the version that runs now; null where it is not known
 * @param at when it was tried, as people read it
 */
export function verifiedText(found: PathVerification, callgrove: string | null, at: string): VerifiedText {
  const { verdict, cases, lane, added_ms, environment, server } = found;
  const then = environment?.adapter ?? null;
  const isStale = callgrove !== null && then !== null && then !== callgrove;
  const of = (kind: PathCase['verdict']) => cases.filter((one) => one.verdict === kind).map((one) => NAMES[one.case]);
  const differs = [...of('differs'), ...(lane.same ? [] : ['the identity'])];
  const parts = [
    differs.length > 0 ? `different: ${differs.join(', ')}` : null,
    of('same').length > 0 ? `the same: ${of('same').join(', ')}` : null,
    of('as_wanted').length > 0 ? `kept away: ${of('as_wanted').join(', ')}` : null,
    of('not_tried').length > 0 ? `not tried: ${of('not_tried').join(', ')}` : null,
    added_ms === null ? null : `${added_ms} ms more (median)`,
  ].filter((part) => part !== null);
  const note = `Straight and through Callgrove${then === null ? '' : ` ${then}`}, ${at}: ${parts.join('; ')}`;
  const again = `callgrove verify-path ${server} tries it anew.`;
  if (verdict === 'differs') return { text: 'differs through Callgrove', tone: 'error', hint: again, note };
  if (verdict === 'not_run') return { text: 'could not be verified', tone: 'warning', hint: again, note };
  if (isStale)
    return {
      text: 'verified, stale',
      tone: 'warning',
      hint: `It did the same with Callgrove ${then}; this is ${callgrove}. ${again}`,
      note,
    };
  return {
    text: 'verified',
    tone: 'good',
    hint: 'The same requests had the same answers straight and through Callgrove. callgrove doctor says when that is stale.',
    note,
  };
}

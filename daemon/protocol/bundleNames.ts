/** The words of the bundle's format that need no schema, for those who start with each export: see `bundle.ts`. */

/** The members' names. Captures stand in `harness/<capture id>.json`, and nothing else has a folder. */
export const MEMBER = {
  manifest: 'manifest.json',
  session: 'session.json',
  calls: 'calls.ndjson',
  frames: 'frames.ndjson',
  denials: 'denials.ndjson',
  findings: 'findings.ndjson',
  diff: 'diff.json',
  readme: 'README.md',
  report: 'report.html',
} as const;

/** Of a frame's text that many bytes stand in the bundle at level `head`. */
export const HEAD_BYTES = 2048;

/** What a frame is to the call that it belongs to. */
export const CALL_FRAME_ROLES = ['request', 'response', 'progress', 'log', 'round', 'late'] as const;
/** What a frame is that belongs to no call; `stderr`: not of the protocol, but what the server said beside it meanwhile. */
export const LOOSE_FRAME_ROLES = ['notification', 'unasked_answer', 'malformed', 'noise', 'stderr'] as const;

/** Each element of `report.html` of this class holds a `ReportBlock`; the elements come in the order of the calls. */
export const REPORT_CALLS_CLASS = 'callgrove-calls';
/** Follows each of them: one line a call, `ReportDetail`. */
export const REPORT_DETAILS_CLASS = 'callgrove-details';

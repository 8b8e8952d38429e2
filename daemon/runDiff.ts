/**
 * Compares two runs: their workbenches first, then their calls side by side, then which difference of the workbench
 * could explain where they part. Joins the store's rows, the journal's bodies and the pure parts in `model/`.
 */
import { alignCalls, firstDivergence } from './model/alignCalls.ts';
import { explainDivergence } from './model/explainDivergence.ts';
import { diffCaptures } from './model/harnessDiff.ts';
import { neutralText } from './model/neutral.ts';
import type { CallDetail } from './protocol/callDetail.ts';
import type { ComparedCall, ComparedHead, Difference, RunComparison } from './protocol/comparison.ts';
import { readCapture } from './store/captureQueries.ts';
import { comparableCalls, comparedHeads } from './store/comparisonQueries.ts';
import type { Database } from './store/database.ts';

export interface RunDiffSource {
  readonly database: Database;
  /** A call's arguments and answer, redacted. */
  readonly detail: (callId: string) => Promise<CallDetail | null>;
  /** Runs a question on the database within its limit of time. */
  readonly within: <T>(work: () => T) => T;
}

const HEADS_LIMIT = 2000;
const BODY_CHARS = 64 * 1024;

/** @param a the earlier session's id, `b` the later one's; both are there */
export async function compareRuns(source: RunDiffSource, a: string, b: string): Promise<RunComparison> {
  const { database, within } = source;
  const [before, after] = within(() => [readCapture(database, a), readCapture(database, b)]);
  const harness = before && after ? diffCaptures(before.capture, after.capture) : [];
  const calls = alignCalls(
    within(() => comparableCalls(database, a)),
    within(() => comparableCalls(database, b)),
  );
  const differing = calls.filter(({ status }) => status !== 'equal').slice(0, HEADS_LIMIT);
  const differingIds = differing.flatMap((row) => [row.a ?? [], row.b ?? []].flat());
  const heads = within(() => comparedHeads(database, differingIds));
  const first = firstDivergence(calls);
  const roots = [before, after].flatMap((one) => one?.capture.workbench.workspace.root ?? []);
  const explained_by = first ? await explain(source, first, heads, harness, roots) : [];
  const lacking = [before ? [] : a, after ? [] : b].flat();
  return {
    diff: { a, b, harness, calls, first_divergence: first && { a: first.a, b: first.b, explained_by } },
    heads,
    harness_missing:
      lacking.length === 0
        ? null
        : `What ${lacking.join(' and ')} woke up on was not captured: nothing to compare with.`,
  };
}

async function explain(
  source: RunDiffSource,
  first: ComparedCall,
  heads: Readonly<Record<string, ComparedHead>>,
  harness: readonly Difference[],
  roots: readonly string[],
): Promise<{ item: string; reason: string }[]> {
  const ids = [first.a ?? [], first.b ?? []].flat();
  const head = ids.flatMap((id) => heads[id] ?? [])[0];
  if (!head) return [];
  const details = await Promise.all(ids.map((id) => source.detail(id)));
  const words = (pick: (detail: CallDetail) => string | null) =>
    details.flatMap((detail) => {
      const text = detail ? pick(detail) : null;
      return text === null ? [] : neutralText(text.slice(0, BODY_CHARS), roots);
    });
  return explainDivergence(
    {
      server: head.server,
      tool: head.tool,
      args: words((detail) => detail.arguments),
      answers: words((detail) => detail.error ?? detail.result),
      asked_otherwise: first.status !== 'changed' || first.changed.includes('arguments'),
    },
    harness,
  );
}

/** What `wrap` and `unwrap` say with `--json`: entries, the files that change, and what comes next. Pure. */
import { applyPatch } from 'diff';
import { z } from 'zod';

/** One server in one file, in the command line's words. */
export const TraceEntry = z.object({
  agents: z.array(z.string()),
  file: z.string(),
  scope: z.enum(['user', 'project', 'local']),
  server: z.string(),
  state: z.enum(['wrapped', 'plain', 'left_alone']),
  change: z.string().nullable(),
  why: z.string().nullable(),
});
export type TraceEntry = z.infer<typeof TraceEntry>;

const Report = z.object({
  v: z.literal(1),
  entries: z.array(TraceEntry),
  files: z.array(
    z.object({
      file: z.string(),
      changed: z.boolean(),
      problem: z.string().nullable(),
      /** A unified patch. */
      diff: z.string().nullable(),
    }),
  ),
  next: z.array(z.object({ agent: z.string(), restart: z.string(), approval: z.string().nullable() })),
});
export type TraceReport = z.infer<typeof Report>;

/** Null where the output is none of theirs. */
export function readReport(stdout: string): TraceReport | null {
  try {
    const parsed = Report.safeParse(JSON.parse(stdout));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The file's text as it would be; null where the patch is not for this text, which then has changed meanwhile. */
export function patched(before: string, patch: string): string | null {
  const after = applyPatch(before, patch, { fuzzFactor: 0, autoConvertLineEndings: false });
  return after === false ? null : after;
}

/** The question that is asked with the diff, or why there is nothing to ask. */
export function whatChanges(verb: 'wrap' | 'unwrap', { entries, files }: TraceReport): string {
  const changing = [...new Set(entries.filter(({ change }) => change !== null).map(({ server }) => server))];
  const count = files.filter(({ diff }) => diff !== null).length;
  const rest = leftText(entries, files);
  if (changing.length === 0) return `${nothingText(verb, entries)}${rest}`;
  const names =
    changing.length > 4 ? `${changing.slice(0, 4).join(', ')} and ${changing.length - 4} more` : changing.join(', ');
  const doing = verb === 'wrap' ? `Trace ${names}?` : `Stop tracing ${names}?`;
  return `${doing} This changes ${count === 1 ? 'one file' : `${count} files`} as shown.${rest}`;
}

function nothingText(verb: 'wrap' | 'unwrap', entries: readonly TraceEntry[]): string {
  if (verb === 'unwrap') return 'No server is traced here.';
  const traced = entries.filter(({ state }) => state === 'wrapped').length;
  if (traced > 0) return 'Every server that can be traced here is traced already.';
  return entries.length === 0 ? 'No MCP server is declared here.' : 'No server can be traced here.';
}

function leftText(entries: readonly TraceEntry[], files: TraceReport['files']): string {
  const left = entries.filter(({ state, why }) => state === 'left_alone' && why !== null);
  const words = left.map(({ server, why }) => `${server} (${why})`);
  const problems = files.filter(({ problem }) => problem !== null).map(({ file, problem }) => `${file} (${problem})`);
  const all = [...new Set([...words, ...problems])];
  return all.length === 0 ? '' : ` Left alone: ${all.join('; ')}.`;
}

/** What to do now: one sentence for the notification, and more of it for the log. */
export function nextText(verb: 'wrap' | 'unwrap', { next }: TraceReport): { short: string; details: string[] } {
  const steps = next.map(({ restart }) => restart.replace(/ \(.*\)$/, ''));
  const done = verb === 'wrap' ? 'Traced.' : 'No longer traced.';
  return {
    short: steps.length === 0 ? `${done} Restart the agent.` : `${done} Next: ${steps.join('; ')}.`,
    details: next.map(
      ({ restart, approval }) => `${restart}.${approval === null ? '' : ` It may ask again ${approval}.`}`,
    ),
  };
}

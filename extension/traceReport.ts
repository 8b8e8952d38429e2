/** What `wrap` and `unwrap` say with `--json`: entries, the files that change, and what comes next. Pure. */
import { applyPatch } from 'diff';
import * as z from 'zod';

/** One server in one file, in the command line's words. */
export const TraceEntry = z.object({
  agents: z.array(z.string()),
  file: z.string(),
  scope: z.enum(['user', 'project', 'local']),
  server: z.string(),
  state: z.enum(['wrapped', 'plain', 'left_alone']),
  change: z.string().nullable(),
  why: z.string().nullable(),
  /** It is as it is because git tracks the file. */
  held_by_git: z.boolean(),
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
  const rest = leftText(verb, entries, files);
  if (changing.length === 0) return `${nothingText(verb, entries)}${rest}`;
  const names = namesOf(changing);
  const doing = verb === 'wrap' ? `Trace ${names}?` : `Stop tracing ${names}?`;
  return `${doing} This changes ${count === 1 ? 'one file' : `${count} files`} as shown.${rest}`;
}

/**
 * Servers that would change if files that git tracks were edited, and what that means; null where there are none.
 * Said by name, and not in the command line's words: an editor offers the change itself.
 */
export function heldByGit(verb: 'wrap' | 'unwrap', { entries }: TraceReport): string | null {
  const held = entries.filter(({ held_by_git, change }) => held_by_git && change === null);
  if (held.length === 0) return null;
  const names = namesOf([...new Set(held.map(({ server }) => server))]);
  const files = [...new Set(held.map(({ file }) => file.split(/[\\/]/).at(-1) ?? file))].join(', ');
  const one = held.length === 1;
  const now = verb === 'wrap' ? `${one ? 'is' : 'are'} not traced` : `${one ? 'is' : 'are'} still traced`;
  return `${names} ${now}: git tracks ${files}, so a change there reaches everybody who has the repository.`;
}

function namesOf(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}

function nothingText(verb: 'wrap' | 'unwrap', entries: readonly TraceEntry[]): string {
  if (verb === 'unwrap')
    return entries.some(({ state }) => state === 'wrapped') ? 'Nothing was changed.' : 'No server is traced here.';
  const traced = entries.filter(({ state }) => state === 'wrapped').length;
  if (traced > 0) return 'Every server that can be traced here is traced already.';
  return entries.length === 0 ? 'No MCP server is declared here.' : 'No server can be traced here.';
}

function leftText(verb: 'wrap' | 'unwrap', entries: readonly TraceEntry[], files: TraceReport['files']): string {
  // What git holds back is told by `heldByGit`.
  const left = entries.filter(
    ({ state, change, why, held_by_git }) =>
      why !== null &&
      !held_by_git &&
      change === null &&
      (state === 'left_alone' || (verb === 'unwrap' && state === 'wrapped')),
  );
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

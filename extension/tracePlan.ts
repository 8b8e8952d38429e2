/** What `wrap` and `unwrap` say with `--json`: which files change, which servers are left alone and why. Pure. */
import { z } from 'zod';

const Plan = z.object({
  changes: z.array(z.object({ file: z.string(), before: z.string(), after: z.string(), servers: z.array(z.string()) })),
  left: z.array(z.object({ file: z.string(), server: z.string(), reason: z.string() })),
  /** What to restart, and what will be asked again. */
  advice: z.array(z.string()),
});
export type TracePlan = z.infer<typeof Plan>;

/** Null where the output is none of theirs. */
export function readPlan(stdout: string): TracePlan | null {
  try {
    const parsed = Plan.safeParse(JSON.parse(stdout));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The question that is asked with the diff, or why there is nothing to ask. */
export function whatChanges(verb: 'wrap' | 'unwrap', { changes, left }: TracePlan): string {
  const servers = changes.flatMap((change) => change.servers);
  const files = `${changes.length} file${changes.length === 1 ? '' : 's'}`;
  const rest =
    left.length === 0 ? '' : ` Left alone: ${left.map((one) => `${one.server} (${one.reason})`).join('; ')}.`;
  if (servers.length === 0) {
    const nothing = verb === 'wrap' ? 'There is no server to trace here.' : 'No server is traced here.';
    return `${nothing}${rest}`;
  }
  const names =
    servers.length > 4 ? `${servers.slice(0, 4).join(', ')} and ${servers.length - 4} more` : servers.join(', ');
  const doing = verb === 'wrap' ? `Trace ${names}?` : `Stop tracing ${names}?`;
  return `${doing} This changes ${files} as shown.${rest}`;
}

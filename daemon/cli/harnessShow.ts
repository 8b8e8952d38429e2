/** `callgrove harness show`: one capture that was kept, grouped for people, or as it is for programs. */
import { StoredCapture } from '../protocol/captures.ts';
import { EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { printCapture } from './harnessLines.ts';
import { resolveId } from './resolveId.ts';
import type { Context } from './verb.ts';

export async function harnessShow(context: Context): Promise<ExitCode> {
  const { args, scope, connect } = context;
  if (args[2] !== undefined)
    throw wrongUsage(`harness show takes one name, but got ${JSON.stringify(args[2])} as well`);
  const client = await connect();
  const id = await resolveId(client, 'harness', args[1] ?? 'last', scope);
  await printCapture(await client.get(`/api/harness/${encodeURIComponent(id)}`, StoredCapture), context);
  return EXIT.fine;
}

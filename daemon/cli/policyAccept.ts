/** `callgrove policy accept`: shows how a pinned server's tools differ from those that were accepted, and accepts them. */
import { ActionResult } from '../protocol/api.ts';
import { ServerContract } from '../protocol/denial.ts';
import { agrees } from './agree.ts';
import { EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { safeBlock, safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

export async function policyAccept({ args, flag, json, out, connect }: Context): Promise<ExitCode> {
  const server = args[1];
  if (server === undefined) throw wrongUsage('SERVER is missing: callgrove policy accept SERVER');
  const client = await connect();
  const state = await client.get(`/api/contracts/${encodeURIComponent(server)}`, ServerContract);
  const isNew = state.accepted !== state.listed;
  if (!json) {
    if (!isNew) await out.line(safeLine(`The ${state.tools} tools of ${server} are accepted as it listed them.`));
    else if (state.accepted === null)
      await out.line(safeLine(`Nothing was accepted of ${server} yet; it listed ${state.tools} tools.`));
    for (const { tool, change, changes, text_diff } of state.differences) {
      await out.line(safeLine(`${change} ${tool}`));
      for (const one of changes) await out.line(safeLine(`  ${one}`));
      if (text_diff) await out.write(safeBlock(text_diff));
    }
  }
  const agreed = isNew ? await agrees(`Accept the tools of ${safeLine(server)}?`, flag('yes')) : false;
  let accepted = false;
  if (agreed) {
    const action = { act: 'accept', server, contract: state.listed };
    const { sentence } = await client.post('/api/act', action, ActionResult);
    accepted = true;
    if (!json) await out.line(safeLine(sentence ?? ''));
  } else if (isNew && !json) await out.line(`Nothing was accepted.${agreed === null ? ' --yes accepts them.' : ''}`);
  if (json) await out.json({ v: 1, ...state, changed: accepted });
  return isNew && !accepted ? EXIT.finding : EXIT.fine;
}

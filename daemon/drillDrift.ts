/**
 * `drill drift`: a pinned server's tool changes. It is held, neither shown nor called, until the change is accepted; the
 * other tools go on. Our own server changes for real; of another one the accepted contract is what differs.
 */
import { ALLOWED, denied, heldCase, judgedCase, notTried } from './drillCase.ts';
import { connectDrill, type DrillClient } from './drillClient.ts';
import type { DrillRun } from './drillRun.ts';
import { type DrillTool, drillTool } from './drillTools.ts';
import { listedTool } from './model/listedTool.ts';
import type { DrillCase } from './protocol/drill.ts';
import { toolDigest } from './toolDigest.ts';

type Contract = Readonly<Record<string, string>>;

const NO_TOOL = 'sha256:0000000000000000000000000000000000000000000000000000000000000000';
const CHANGED = denied('contract_changed');

export async function drillDrift(run: DrillRun): Promise<readonly DrillCase[]> {
  const { place, server, mode } = run;
  place.policy({ mode });
  const listed = await opened(run, server.changed ?? server.argv, (client) => client.tools());
  const tool = drillTool(listed, server.known, 'read');
  if (!tool) return [notTried('held', 'a call', CHANGED, 'the server has no tool that can read a place')];
  const now = contractOf(listed);
  const accepted = server.changed
    ? contractOf(await opened(run, server.argv, (client) => client.tools()))
    : { ...now, [tool.name]: NO_TOOL };
  const pin = (tools: Contract) =>
    place.policy({ mode, pin: true }, { pinned: [{ server: server.name, contract: NO_TOOL, tools }] });
  const unchanged = listed.filter((value) => {
    const name = listedTool(value)?.name ?? tool.name;
    return name !== tool.name && now[name] === accepted[name];
  });
  const another = drillTool(unchanged, server.known, 'read');

  pin(server.changed ? accepted : now);
  const asAccepted = await opened(run, server.argv, (client) => asked(run, client, tool));
  pin(accepted);
  return opened(run, server.changed ?? server.argv, async (client) => {
    const shown = contractOf(await client.tools());
    const held = await asked(run, client, tool);
    const beside = another && (await asked(run, client, another));
    pin(now);
    const after = await asked(run, client, tool);
    const again = contractOf(await client.tools());
    const what = tool.name;
    const leak = held.text.includes(place.greeting) ? 'the changed tool was called' : null;
    return [
      judgedCase('accepted', `${what}, as it was accepted`, ALLOWED, asAccepted, null, true),
      judgedCase('held', `${what}, once it has changed`, CHANGED, held, leak, true),
      heldCase('hidden', `${tool.name} is not listed while it is held`, !Object.hasOwn(shown, tool.name), null),
      another && beside
        ? judgedCase('others', `${another.name}, which did not change`, ALLOWED, beside, null, true)
        : notTried('others', 'a tool that did not change', ALLOWED, 'the server has no other that reads a place'),
      judgedCase('released', `${what}, once the change is accepted`, ALLOWED, after, null, true),
      heldCase(
        'told',
        'the agent is told, and sees it again',
        client.listChanges > 0 && Object.hasOwn(again, tool.name),
        null,
      ),
    ];
  });
}

function asked({ place }: DrillRun, client: DrillClient, tool: DrillTool) {
  return client.call(tool.name, tool.arguments(place.path('work', 'notes.txt')));
}

async function opened<Result>(
  { place, server, signal, ...run }: DrillRun,
  argv: readonly string[],
  use: (client: DrillClient) => Promise<Result>,
): Promise<Result> {
  const client = await connectDrill({ place, server, name: server.name, argv, signal });
  try {
    run.serverIs(client.version);
    return await use(client);
  } finally {
    await client.close();
  }
}

/** As proxies take it. */
function contractOf(tools: readonly unknown[]): Contract {
  return Object.fromEntries(
    tools.flatMap((value) => {
      const tool = listedTool(value);
      return tool ? [[tool.name, toolDigest(tool)]] : [];
    }),
  );
}

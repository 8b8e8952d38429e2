/** What an agent may do or reach after a change that it might not before: new servers, new tools, new grants. */
import type { HarnessVersion } from '../protocol/harness.ts';

const LIMIT = 20;

/** Phrases for people. What either version could not see widened nothing. */
export function widenedBy(before: HarnessVersion, after: HarnessVersion): string[] {
  const servers = added(
    before.servers?.map(({ name }) => name),
    after.servers?.map(({ name }) => name),
  );
  const tools = Object.entries(after.tool_contract ?? {}).flatMap(([server, { tools }]) => {
    const known = before.tool_contract?.[server];
    return added(known && Object.keys(known.tools), Object.keys(tools)).map((name) => `${server}/${name}`);
  });
  const grants = (version: HarnessVersion) =>
    version.agent_settings
      ?.filter(({ authority }) => authority === 'grant')
      .map(({ path, key, value }) => `${path} grants ${key}: ${value}`);
  return [
    ...servers.map((name) => `server ${name} is new`),
    ...tools.map((name) => `tool ${name} is new`),
    ...added(grants(before), grants(after)),
  ].slice(0, LIMIT);
}

function added(before: readonly string[] | undefined, after: readonly string[] | undefined): string[] {
  if (!before || !after) return [];
  const known = new Set(before);
  return [...new Set(after)].filter((one) => !known.has(one));
}

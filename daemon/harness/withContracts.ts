/**
 * A capture completed by what servers said later: they list their tools a moment after a session began, when its files
 * have been captured already. Nothing is read again, so nothing that changed meanwhile gets in.
 */
import type { ToolContract } from '../protocol/harness.ts';
import type { Capture } from '../protocol/workbench.ts';
import { harnessId } from './capture.ts';

export function withContracts(
  capture: Capture,
  contracts: Readonly<Record<string, ToolContract>>,
  texts: Readonly<Record<string, string>>,
): Capture {
  const { harness_id: _, ...version } = capture.harness;
  const tools = Object.entries(contracts).map(([server, one]) => [server, Object.keys(one.tools).sort()] as const);
  const completed = {
    ...version,
    tool_contract: tools.length > 0 ? { ...contracts } : null,
    route_card: version.route_card && {
      ...version.route_card,
      visible_tools: tools.length > 0 ? Object.fromEntries(tools) : null,
    },
    servers: version.servers?.map((one) => ({ ...one, contract: contracts[one.name]?.contract ?? null })) ?? null,
  };
  return {
    ...capture,
    harness: { harness_id: harnessId(completed), ...completed },
    texts: { ...capture.texts, ...texts },
  };
}

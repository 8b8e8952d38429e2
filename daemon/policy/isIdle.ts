/**
 * Whether a call has nothing that any rule could hold against it, so that it need not be judged: it names no path, and no
 * rule is about tools, contracts or freezes. Most calls of most servers are of this kind, and pay for finding that out only.
 */
import { findArguments } from '../model/findArguments.ts';
import type { ServerFacts } from '../model/toolCatalog.ts';
import { knownTool, operationOf } from '../model/toolCatalog.ts';
import type { PolicyRequest } from './decide.ts';
import type { EffectivePolicy } from './effective.ts';

/** Are there rules that hold for calls whatever they name? Worked out once for a policy. */
export function judgesEveryCall(policy: EffectivePolicy): boolean {
  return policy.mode === 'enforce' || policy.toolsAllow.length > 0 || policy.toolsDeny.length > 0 || policy.pin.on;
}

/** @param request a `tools/call` under a policy that does not judge every call */
export function isIdle({ tool, frozen, server, ...request }: PolicyRequest): boolean {
  if (tool === null || frozen.length > 0) return false;
  const known = knownTool(server, tool);
  const operation = known?.operation ?? operationOf(tool);
  const { paths, cut } = findArguments(
    request.arguments,
    request.inputSchema,
    known,
    operation,
    request.readOnlyHint,
    request.texts,
  );
  return paths.length === 0 && !cut;
}

/**
 * What a message has to contain to name a path: something that looks like one, an escape that could spell one, or a name
 * that is given to paths whatever stands in them (model/findArguments.ts); or to be another message than a call.
 */
const SIGNS = /[\\~]|\.\.|"\."|\/(?!call")|file:|path|filename|director|folder|cwd|workdir|dirname|"roots"|"resources/i;

/**
 * The same for a whole line, without reading it: true only where `isIdle` would be. Servers that the catalog knows have
 * paths under names of their own: what they are asked is read.
 * @param text the line as Latin-1: what is told apart here is ASCII
 */
export function seemsIdle(text: string, { known }: ServerFacts): boolean {
  return known === null && text.includes('"tools/call"') && !SIGNS.test(text);
}

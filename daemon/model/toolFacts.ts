/** What calls of a tool are judged by, from the tool as its server listed it. */
import type { ToolFacts } from '../protocol/toolFacts.ts';

const ARGUMENTS = 100;
const NAME_CHARS = 100;

/** @param name as the tool is called, masked @param value as it was listed @param definitionBytes of its members as JSON */
export function toolFacts(name: string, value: unknown, definitionBytes: number): ToolFacts {
  const said = membersOf(value);
  const annotations = membersOf(said.annotations);
  const hint = (member: string) => {
    const found = annotations[member];
    return typeof found === 'boolean' ? found : null;
  };
  const scopes = neededScopes(said);
  const declared = membersOf(membersOf(said.inputSchema).properties);
  return {
    name,
    hints: {
      readOnlyHint: hint('readOnlyHint'),
      destructiveHint: hint('destructiveHint'),
      idempotentHint: hint('idempotentHint'),
      openWorldHint: hint('openWorldHint'),
    },
    arguments: Object.keys(declared)
      .slice(0, ARGUMENTS)
      .map((argument) => argument.slice(0, NAME_CHARS)),
    declares_output: said.outputSchema !== undefined,
    definition_bytes: definitionBytes,
    ...(scopes && { scopes }),
  };
}

const SCOPES = 50;

/** `securitySchemes` of developers.openai.com/apps-sdk, beside the definition or in its `_meta`. */
function neededScopes(tool: Record<string, unknown>): string[] | null {
  const schemes = tool.securitySchemes ?? membersOf(tool._meta).securitySchemes;
  if (!Array.isArray(schemes)) return null;
  // Where several ways are offered, which of them counts is not known.
  const [only, more] = schemes.map((scheme) => membersOf(scheme).scopes).filter((list) => Array.isArray(list));
  if (!Array.isArray(only) || more !== undefined) return null;
  return only.filter((one) => typeof one === 'string').slice(0, SCOPES);
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

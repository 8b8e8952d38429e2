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
  };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

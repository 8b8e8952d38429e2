/**
 * The settings files: the user's `callgrove.jsonc` and a repository's `.callgrove.jsonc`. Both have the same form; what
 * a repository's may say is decided by whoever uses it. The editors' JSON schema is made from what stands here.
 */
import * as z from 'zod';
import { PolicySettings } from './policy.ts';
import { ServerSettings } from './toolSettings.ts';

export const HarnessSettings = z.strictObject({
  fixtures: z
    .array(z.string())
    .max(50)
    .optional()
    .describe('Folders of test data beside those found by convention, relative to the workspace.'),
  test: z.string().min(1).max(2000).optional().describe('The command line that runs the tests.'),
  setup: z.string().min(1).max(2000).optional().describe('The command line that prepares a fresh checkout.'),
});

const Usd = z.number().nonnegative().max(10_000);

/** In the shape of LiteLLM (docs.litellm.ai/docs/mcp_cost), so that a table can be taken over. */
export const ServerPrices = z.strictObject({
  mcp_server_cost_info: z.strictObject({
    default_cost_per_query: Usd.optional().describe('US dollars for a call of any tool that is not named below.'),
    tool_name_to_cost_per_query: z.record(z.string(), Usd).optional().describe('US dollars for a call, by tool.'),
  }),
  price_date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional()
    .describe('When these prices were looked up, as 2026-11-01: it is shown beside each estimate.'),
});
export type ServerPrices = z.infer<typeof ServerPrices>;
/** By the server's name. */
export type Prices = Readonly<Record<string, ServerPrices>>;

/** A rule of the user's own for what bundles leave out. */
export const RedactRule = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .describe('Stands in the placeholder: small letters, digits and hyphens.'),
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .superRefine((pattern, context) => {
      const reason = whatIsWrongWith(pattern);
      if (reason !== null) context.addIssue({ code: 'custom', message: reason });
    })
    .describe('A JavaScript regular expression. What its group `secret` matches is masked, else all that it matches.'),
});
export type RedactRule = z.infer<typeof RedactRule>;

function whatIsWrongWith(pattern: string): string | null {
  try {
    return new RegExp(pattern).test('') ? 'it matches where there is nothing' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const RedactSettings = z.strictObject({
  rules: z.array(RedactRule).max(100).optional().describe('Masked in bundles beside what Callgrove finds by itself.'),
});
export type RedactSettings = z.infer<typeof RedactSettings>;

export const Settings = z.strictObject({
  $schema: z.string().optional(),
  harness: HarnessSettings.optional().describe('What an agent works with here.'),
  policy: PolicySettings.optional().describe(
    'What agents may do. A repository’s file can only narrow what the user’s allows.',
  ),
  prices: z
    .record(z.string(), ServerPrices)
    .optional()
    .describe('What calls cost, by the server’s name. Counts in the user’s own file only.'),
  servers: z
    .record(z.string().max(200), ServerSettings)
    .optional()
    .describe('How servers’ tools behave, by the server’s name. Counts in the user’s own file only.'),
  redact: RedactSettings.optional().describe('What bundles leave out. Counts in the user’s file only.'),
});
export type Settings = z.infer<typeof Settings>;

/** Draft 2020-12 would be refused by editors that know draft 7 only. */
export function settingsJsonSchema(): object {
  const title = 'Callgrove settings';
  return { ...z.toJSONSchema(Settings, { target: 'draft-7', io: 'input' }), title, allowTrailingCommas: true };
}

/** The names that a file may use at a path; none where any name will do. */
export function settingNames(path: readonly PropertyKey[]): string[] {
  let schema: unknown = Settings;
  for (const step of ['', ...path]) {
    while (schema instanceof z.ZodOptional) schema = schema.unwrap();
    if (step === '') continue;
    if (schema instanceof z.ZodObject) schema = schema.shape[String(step)];
    else if (schema instanceof z.ZodRecord) schema = schema.valueType;
    else if (schema instanceof z.ZodArray) schema = schema.element;
  }
  while (schema instanceof z.ZodOptional) schema = schema.unwrap();
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String);
  return [];
}

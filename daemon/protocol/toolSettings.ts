/** What a user says of a server's tools in the settings file: it counts before catalog, annotations and inference. */
import * as z from 'zod';
import { EffectKind, Visibility } from './effect.ts';

/** Each member that is there overrides that one value. */
export const ToolSettings = z.strictObject({
  idempotent: z.boolean().optional().describe('Would a repetition change nothing more?'),
  retry_safe: z.boolean().optional().describe('May a call be repeated without looking?'),
  reversibility: z.enum(['no_effect', 'reversible', 'permanent']).optional().describe('Can its effect be undone?'),
  effects: z.array(EffectKind).max(10).optional().describe('What a call that succeeds does; [] for nothing.'),
  visibility: Visibility.optional().describe('Will a new session see it?'),
  data_use_class: z.enum(['public', 'internal', 'secret']).optional().describe('How confidential what it returns is.'),
});
export type ToolSettings = z.infer<typeof ToolSettings>;

/** By the server's name in the agents’ files, then by tool; `*` stands for every tool of the server. */
export const ServerSettings = z.strictObject({
  tools: z.record(z.string().max(200), ToolSettings).optional().describe('By a tool’s name, or * for all of them.'),
});
export type ServerSettings = z.infer<typeof ServerSettings>;

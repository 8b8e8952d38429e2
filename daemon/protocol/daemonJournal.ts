/**
 * The daemon's own journal: facts that cannot be computed again because the user said them. It has the form of every
 * journal (protocol/journal.ts) under a connection id of its own, with these kinds of record.
 */
import * as z from 'zod';

export const DAEMON_CONNECTION_ID = 'daemon_0';

/** `k: "label"` */
export const LabelRecord = z.object({ session_id: z.string().max(200), label: z.string().max(200).nullable() });
export type LabelRecord = z.infer<typeof LabelRecord>;

/** `k: "pin"` */
export const PinRecord = z.object({ session_id: z.string().max(200), pinned: z.boolean() });
export type PinRecord = z.infer<typeof PinRecord>;

/** What repetitions are found by. */

/**
 * `exact_key` stands for server, tool and arguments of a tool call, as they are: what runs are compared by (`args_key`) has
 * chance taken out, and with it what may tell two calls apart. What was recorded before is judged once more.
 */
export const REPEAT_COLUMNS = `
DROP INDEX calls_by_args;
ALTER TABLE calls ADD COLUMN exact_key TEXT;
CREATE INDEX calls_by_exact_key ON calls(session, exact_key, started_at) WHERE exact_key IS NOT NULL;
CREATE INDEX calls_by_time ON calls(session, started_at) WHERE exact_key IS NOT NULL;
UPDATE calls SET todo = todo | 16 WHERE event = 'tool_call';
`;

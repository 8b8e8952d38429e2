/** Columns of what errors are read from beside the answers. */

/**
 * `connections.stderr`: where the last lines of a dead server's stderr stand in its journal. `exchanges.headers`: the
 * answer's few headers that say why it is none, as JSON; null where it had none of them.
 */
export const ERROR_COLUMNS = `
ALTER TABLE connections ADD COLUMN stderr TEXT;
ALTER TABLE exchanges ADD COLUMN headers TEXT;
`;

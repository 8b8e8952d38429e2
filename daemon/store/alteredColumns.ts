/** Columns of answers in whose place others passed. */

/** Of a list of tools that was shortened: the id of what the agent was shown, and how many tools it was not. */
export const ALTERED_COLUMNS = `
ALTER TABLE altered_answers ADD COLUMN surface TEXT;
ALTER TABLE altered_answers ADD COLUMN hidden INTEGER;
`;

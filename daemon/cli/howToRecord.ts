/** What to do where nothing has been recorded yet. */
export const HOW_TO_RECORD =
  "callgrove wrap puts Callgrove before your agents' servers; restart the agent, and its next call is a session.";

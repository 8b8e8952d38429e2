/** Examples of the filter grammar (daemon/model/filter.ts) for the help beside the field. */
export const FILTER_EXAMPLES: readonly { readonly text: string; readonly means: string }[] = [
  { text: 'config', means: 'the word stands in tool, server, arguments, error or full text' },
  { text: '"no such file"', means: 'exactly these words' },
  { text: 'tool:read', means: 'by tool; likewise server: method: arg: error:' },
  { text: 'error:rate_limited', means: 'by kind of error: auth_expired, not_found, timeout …; or by its words' },
  { text: 'is:failed', means: 'failed, denied, timed out or lost' },
  { text: 'is:would_deny', means: 'policy would have refused it; is:denied where it did' },
  { text: 'denial:any', means: 'denied or would be; also by reason: denial:symlink_escape' },
  { text: 'is:running', means: 'not answered yet; likewise ok, cancelled, lost …' },
  { text: 'min:1s', means: 'took a second or longer; max: likewise' },
  { text: 'larger:100kB', means: 'request and answer together; smaller: likewise' },
  { text: 'lane:github', means: 'ran under this credential lane' },
  { text: 'cost:>0.01', means: 'cost more than a cent; likewise tokens:>1000, with < <= >= too' },
  { text: 'dir:server', means: 'what servers ask the client' },
  { text: '-server:memory', means: 'all but this server’s' },
];

/**
 * How servers say that a result is not all there is. Data: each rule with where its words were read; the numbers that it
 * captures, and how to get the rest. Texts are looked at in their beginning and their end, where such notes stand.
 */

export interface TruncationRule {
  readonly id: string;
  readonly pattern: RegExp;
  /** What the capture `n` counts; characters are no bytes, so they count for nothing. */
  readonly counts?: 'bytes' | 'items';
  readonly mode?: 'truncated' | 'summarized';
  /** How to get the rest, with captures as `$<name>`. */
  readonly refill?: string;
}

/** A text without one of these is not looked at any further. */
export const TRUNCATION_HINT = /trunc|omitted|more\b|remaining|showing|limited|summari|elided|cut off/i;

const N = String.raw`(?<n>\d[\d,.]*)`;

export const TRUNCATION_RULES: readonly TruncationRule[] = [
  // modelcontextprotocol/servers, src/fetch: "Call the fetch tool with a start_index of 5000 to get more content."
  {
    id: 'fetch.start_index',
    pattern: /Content truncated\. Call the \w+ tool with a start_index of (?<from>\d+)/,
    refill: 'start_index=$<from>',
  },
  // wonderwhy-er/DesktopCommanderMCP: "[Reading 1000 lines from start (total: 5000 lines, 4000 remaining)]".
  {
    id: 'desktop-commander.remaining',
    pattern: new RegExp(String.raw`\[Reading \d+ lines from [^\]]*?${N} remaining\)\]`),
    counts: 'items',
    refill: 'offset',
  },
  // oraios/serena: "The answer is too long (…). Please try a more specific tool query or raise the max_answer_chars parameter."
  { id: 'serena.max_answer_chars', pattern: /answer is too long \(\d+ characters\)/, refill: 'max_answer_chars' },
  // What tools and editors commonly write, "[1234 bytes truncated]", "... (20 more lines)", "Showing 50 of 2,345 results".
  {
    id: 'common.bytes',
    pattern: new RegExp(`${N} (?:more )?bytes (?:were |have been )?(?:truncated|omitted|elided|remaining)`, 'i'),
    counts: 'bytes',
  },
  {
    id: 'common.items',
    pattern: new RegExp(
      String.raw`${N} (?:more |additional )?(?:lines|rows|items|results|entries|files|matches|records|messages)(?: (?:were |have been )?(?:truncated|omitted|elided|remaining|not shown)|\s*[\])…]|\s*\.\.\.)`,
      'i',
    ),
    counts: 'items',
  },
  {
    id: 'common.more_items',
    pattern: new RegExp(String.raw`(?:\.\.\.|…|\band|\(|\[)\s*${N} more\b`, 'i'),
    counts: 'items',
  },
  {
    id: 'common.showing',
    pattern: /\bshowing (?:the )?(?:first )?(?<shown>\d[\d,]*)(?: of | out of )(?<all>\d[\d,]*)/i,
    counts: 'items',
  },
  { id: 'common.characters', pattern: /\d[\d,]* (?:more )?characters (?:were )?(?:truncated|omitted|remaining)/i },
  {
    id: 'common.truncated',
    pattern:
      /[[(<*…][^\]\n)>]{0,40}\btruncated\b|\b(?:output|content|response|results?|text|file|message|log|page) (?:was |is |has been |have been |were |are )?(?:too (?:long|large)[^.]{0,60})?truncated\b|\btruncated (?:to|at|after) \d/i,
  },
  { id: 'common.limited', pattern: /\b(?:results?|output) (?:is |are |was |were )?limited to (?:the )?(?:first )?\d/i },
  {
    id: 'common.summarized',
    pattern: /\b(?:output|content|result|response) (?:was |is |has been )?summari[sz]ed\b/i,
    mode: 'summarized',
  },
];

/** Members of structured answers that say that there is more: the MCP schema's, S3's, GraphQL's and GitHub's, Slack's. */
export const MORE_MEMBERS: readonly { readonly name: string; readonly holds: 'true' | 'text' }[] = [
  { name: 'nextCursor', holds: 'text' },
  { name: 'next_cursor', holds: 'text' },
  { name: 'nextPageToken', holds: 'text' },
  { name: 'next_page_token', holds: 'text' },
  { name: 'NextToken', holds: 'text' },
  { name: 'nextToken', holds: 'text' },
  { name: 'hasNextPage', holds: 'true' },
  { name: 'has_more', holds: 'true' },
  { name: 'hasMore', holds: 'true' },
  { name: 'IsTruncated', holds: 'true' },
  { name: 'truncated', holds: 'true' },
  { name: 'incomplete_results', holds: 'true' },
];
/** Members that such may stand in. */
export const MORE_WITHIN = ['pageInfo', 'pagination', 'response_metadata', 'meta', '_meta', 'data'] as const;

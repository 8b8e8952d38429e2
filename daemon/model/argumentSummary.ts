/**
 * One line that tells a call by its arguments: where it reaches first (paths, URLs, commands), then short values. What
 * is given must be redacted already; nothing is masked here.
 */

export const MAX_SUMMARY_CHARS = 200;
const MAX_VALUE_CHARS = 80;
const MAX_ITEMS = 3;
const MAX_MEMBERS_SEEN = 50;
/** Members whose value says enough without its name, in the order in which they are shown. */
const TELLING = [
  /^(path|file|file_?path|filename|source|src|from|old_?path)$/i,
  /^(destination|dest|dst|to|new_?path|target)$/i,
  /path|file|dir(ectory)?$|folder/i,
  /^(ur[il]|href|link|endpoint)$|ur[il]$/i,
  /^(command|cmd|script|code|sql)$/i,
  /^(query|q|pattern|search|text|message|title|name|id)$/i,
];

/**
 * At most 200 characters, without line ends; empty for no arguments.
 * @param args `params.arguments`, redacted
 * @param root the workspace's folder, or null: paths in it are shown as they lie below it, the folder itself as `.`
 */
export function argumentSummary(args: unknown, root: string | null = null): string {
  if (args === null || args === undefined) return '';
  if (typeof args !== 'object' || Array.isArray(args)) return clip(valueText(args, root), MAX_SUMMARY_CHARS);
  const members = Object.entries(args)
    .slice(0, MAX_MEMBERS_SEEN)
    .map(([name, value], place) => ({ name, value, place, rank: rankOf(name, value) }));
  members.sort((a, b) => a.rank - b.rank || a.place - b.place);
  let line = '';
  for (const { name, value, rank } of members) {
    const text = valueText(value, root);
    const part = rank < TELLING.length ? text : `${clip(oneLine(name), 40)}: ${text}`;
    const next = line === '' ? part : `${line} · ${part}`;
    if (next.length > MAX_SUMMARY_CHARS) return clip(line === '' ? next : `${line} · …`, MAX_SUMMARY_CHARS);
    line = next;
  }
  return line;
}

/** Short values that tell come first, then short ones with their names, then long and nested ones. */
function rankOf(name: string, value: unknown): number {
  const isText = typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
  const telling = isText ? TELLING.findIndex((pattern) => pattern.test(name)) : -1;
  if (telling >= 0) return telling;
  if (typeof value === 'string' && value.length > MAX_VALUE_CHARS) return TELLING.length + 1;
  return TELLING.length + (typeof value === 'object' && value !== null ? 2 : 0);
}

function valueText(value: unknown, root: string | null): string {
  if (typeof value === 'string') return stringText(below(root, value));
  if (typeof value !== 'object' || value === null) return String(value);
  if (!Array.isArray(value)) {
    const names = Object.keys(value);
    return names.length === 0
      ? '{}'
      : `{${clip(names.slice(0, MAX_ITEMS).map(oneLine).join(', '), 60)}${names.length > MAX_ITEMS ? ', …' : ''}}`;
  }
  if (!value.every((item) => typeof item !== 'object' || item === null))
    return `[${value.length} ${value.length === 1 ? 'item' : 'items'}]`;
  const shown = value.slice(0, MAX_ITEMS).map((item: unknown) => clip(valueText(item, root), 60));
  return `[${shown.join(', ')}${value.length > MAX_ITEMS ? `, … ${value.length} in all` : ''}]`;
}

/** A path in the folder as seen from there; any other text as it is. */
function below(root: string | null, text: string): string {
  // The whole disk is no workspace, and nothing would be said by cutting its name off.
  const folder = root?.replace(/[\\/]+$/, '') ?? '';
  if (folder === '' || !text.startsWith(folder)) return text;
  const rest = text.slice(folder.length);
  if (rest !== '' && !/^[\\/]/.test(rest)) return text;
  return rest.replace(/^[\\/]+/, '') || '.';
}

/** The start of a long text, with what is left out of it. */
function stringText(value: string): string {
  const start = oneLine(value.slice(0, MAX_VALUE_CHARS * 2));
  const lines = value.length > MAX_VALUE_CHARS ? value.slice(0, 100_000).split('\n').length : 1;
  if (value.length <= MAX_VALUE_CHARS && start.length <= MAX_VALUE_CHARS) return start;
  return `${clip(start, MAX_VALUE_CHARS)} (${lines > 1 ? `${lines} lines` : `${value.length} characters`})`;
}

/** Line ends, other control characters and runs of space as one space; nothing that turns text around. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu, ' ').trim();
}

/** Never cuts a character of two code units. */
function clip(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

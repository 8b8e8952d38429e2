/**
 * Claude Code's local scope: an entry of the user's own that stands before the project's one of the same name. Puts one
 * into the text of `~/.claude.json`, and takes it out again with everything that was made for it.
 */
import { memberOf, type ObjectNode, type Plain, type Span } from './configTree.ts';
import { parseJsonc } from './parseJsonc.ts';
import { serverEntries } from './serverEntries.ts';
import { applyEdits, type TextEdit } from './textEdits.ts';
import { launchedBy } from './unwrapEntry.ts';

/** In `--was`: this entry repeats the project's. */
export const OVERRIDE = 'override';
const MADE = 'made=';

/** How many objects must be made around the entry: 0 to 3 (`mcpServers`, the project, `projects`). */
export function missingLevels(text: string, project: string): number | null {
  const config = parseJsonc(text);
  if (config.kind === 'broken' || config.root.kind !== 'object') return null;
  return 3 - pathOf(config.root, project).length + 1;
}

/** `--was` for an override with so many objects made for it. */
export const overrideWords = (levels: number): readonly string[] =>
  levels === 0 ? [OVERRIDE] : [OVERRIDE, `${MADE}${levels}`];

/** Null where the text is not such a file, or has an entry of that name for the project. */
export function addOverride(text: string, project: string, name: string, entry: Plain): string | null {
  const config = parseJsonc(text);
  if (config.kind === 'broken' || config.root.kind !== 'object') return null;
  const path = pathOf(config.root, project);
  const holder = path.at(-1);
  if (!holder || (path.length === 4 && memberOf(holder, name))) return null;
  const keys = ['projects', project, 'mcpServers', name].slice(path.length - 1);
  const value = keys.slice(1).reduceRight<Plain>((inner, key) => ({ [key]: inner }), entry);
  const added = applyEdits(text, [insertion(text, holder, keys[0] ?? name, value)]);
  return removeOverride(added, project, name) === text ? added : null;
}

/** Null where there is no override of that name. */
export function removeOverride(text: string, project: string, name: string): string | null {
  const config = parseJsonc(text);
  const found = serverEntries(config).find((entry) => entry.name === name && entry.project === project);
  const was = (found && launchedBy(found)?.was) ?? [];
  if (config.kind === 'broken' || config.root.kind !== 'object' || !was.includes(OVERRIDE)) return null;
  const made = Number(was.find((word) => word.startsWith(MADE))?.slice(MADE.length) ?? 0);
  const path = pathOf(config.root, project);
  const keys = ['projects', project, 'mcpServers', name];
  // What was made for it goes too, unless something else has come into it.
  let level = path.length - 1;
  for (let spare = made; spare > 0 && level > 0 && path[level]?.members.length === 1; spare--) level--;
  const holder = path[level];
  const key = keys[level];
  return holder && key !== undefined ? applyEdits(text, [removal(holder, key)]) : null;
}

/** The objects that lead to the project's entries, as far as they are there: root, `projects`, the project, `mcpServers`. */
function pathOf(root: ObjectNode, project: string): readonly ObjectNode[] {
  const path = [root];
  for (const key of ['projects', project, 'mcpServers']) {
    const next = memberOf(path.at(-1), key)?.value;
    if (next?.kind !== 'object') break;
    path.push(next);
  }
  return path;
}

function insertion(text: string, holder: ObjectNode, key: string, value: Plain): TextEdit {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const unit = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const outer = /(?:^|\n)([ \t]*)[^\n]*$/.exec(text.slice(0, holder.start + 1))?.[1] ?? '';
  const lines = (inner: string) => JSON.stringify(value, null, unit).replaceAll('\n', eol + inner);
  const [first] = holder.members;
  if (first) {
    const gap = text.slice(holder.start + 1, first.span.start);
    const blank = /^\s*$/.test(gap) ? gap : ' ';
    const member = `${JSON.stringify(key)}: ${lines(blank.replace(/^[\s\S]*\n/, ''))},${blank}`;
    return { start: first.span.start, end: first.span.start, text: member };
  }
  const member = `${JSON.stringify(key)}: ${lines(outer + unit)}`;
  return { start: holder.start, end: holder.end, text: `{${eol}${outer}${unit}${member}${eol}${outer}}` };
}

function removal(holder: ObjectNode, key: string): TextEdit {
  const at = holder.members.findIndex((member) => member.key === key);
  const [before, member, after] = [holder.members[at - 1], holder.members[at], holder.members[at + 1]];
  if (!member) throw new Error('the member is gone');
  const whole: Span = after
    ? { start: member.span.start, end: after.span.start }
    : before
      ? { start: before.span.end, end: member.span.end }
      : holder;
  return { start: whole.start, end: whole.end, text: after || before ? '' : '{}' };
}

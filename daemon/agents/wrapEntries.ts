/**
 * Decides for each entry of a set of files what `wrap` does about it, and does it in memory. An entry is left alone
 * whenever it could cost its agent the server or put a secret where it was not.
 */
import { memberOf, type Plain, plainOf } from '../model/configTree.ts';
import type { Launch } from '../model/launched.ts';
import { leftAlone } from '../model/leftAlone.ts';
import { addOverride, missingLevels, overrideWords } from '../model/override.ts';
import { readText, type WrapWish, wrapOne, wrapSeveral } from '../model/rewriteConfig.ts';
import type { ServerEntry } from '../model/serverEntries.ts';
import { launchedBy } from '../model/unwrapEntry.ts';
import { chosenEntries, type EntryChoice, type FileProblem, type WalkOutcome } from './chosenEntries.ts';
import { claudeApproval } from './claudeApproval.ts';
import { type ConfigFile, namedFile, type Surroundings, userPaths } from './configFiles.ts';
import type { ConfigSet, OpenFile } from './configSet.ts';
import { notWritable } from './editFile.ts';
import { type EntryReport, entryReport, isForFolder } from './entryReport.ts';
import { isLoopback, type SignIn } from './needsSignIn.ts';
import { sharedLaunch } from './sharedLaunch.ts';

export interface WrapTask extends EntryChoice {
  readonly around: Surroundings;
  readonly launch: Launch;
  /** The state folder where it is not the platform's own. */
  readonly home: string | null;
  /** Git-tracked files may be edited. */
  readonly tracked: boolean;
  /** Only look. */
  readonly list: boolean;
  readonly isTracked: (target: string) => boolean;
  readonly signIn: (address: string) => Promise<SignIn>;
  readonly holdsSecret: (entry: Plain) => Promise<boolean>;
}

export async function wrapEntries(set: ConfigSet, files: readonly ConfigFile[], task: WrapTask): Promise<WalkOutcome> {
  const entries: EntryReport[] = [];
  const problems: FileProblem[] = [];
  for (const { open, entries: chosen } of chosenEntries(set, files, task, problems)) {
    const list: (EntryReport | Wish)[] = [];
    for (const entry of chosen) list.push(await wrapEntryOf(set, open, entry, task));
    entries.push(...wrapWishes(open, list));
  }
  return { entries, problems };
}

/** An entry that is wrapped with the others of its file. */
interface Wish extends WrapWish {
  readonly id: ServerEntry;
  /** What else is to be known where it is. */
  readonly why: string | null;
}

function wrapWishes(open: OpenFile, list: readonly (EntryReport | Wish)[]): EntryReport[] {
  const wishes = list.filter((one) => 'options' in one);
  const { now, whyNot } = wrapSeveral(open.now, open.format, wishes);
  open.now = now;
  return list.map((one) => {
    if (!('options' in one)) return one;
    const not = whyNot[wishes.indexOf(one)] ?? null;
    return not === null
      ? entryReport(open, one.id, 'wrapped', 'wrapped', one.why)
      : entryReport(open, one.id, 'left_alone', null, not);
  });
}

async function wrapEntryOf(
  set: ConfigSet,
  open: OpenFile,
  entry: ServerEntry,
  task: WrapTask,
): Promise<EntryReport | Wish> {
  const leave = (why: string) => entryReport(open, entry, 'left_alone', null, why);
  if (launchedBy(entry)) return entryReport(open, entry, 'wrapped');
  const sseKeys = open.file.agents.flatMap((agent) => agent.sseKeys);
  const reason = leftAlone(entry, { format: open.format, sseKeys, named: task.server !== null });
  if (reason) return leave(reason);
  if (open.entries.some((one) => one !== entry && one.name === entry.name && one.project === entry.project))
    return leave('it stands in the file more than once');
  if (task.list) return entryReport(open, entry, 'plain');
  const hindered = notWritable(open.file.target);
  const isTracked = task.isTracked(open.file.target);
  if (hindered && (!isTracked || task.tracked)) return leave(`the file cannot be changed: ${hindered}`);
  const signIn = await signInReason(entry, task);
  if (signIn) return leave(signIn);
  if (isTracked && !task.tracked) return override(set, open, entry, task);
  if (isTracked) return wrapShared(open, entry, task);
  return { id: entry, options: task, why: null };
}

/** Only an entry without headers of its own can be one whose agent signs in. */
async function signInReason({ shape }: ServerEntry, { signIn }: WrapTask): Promise<string | null> {
  if (shape.kind !== 'url') return null;
  if (['headers', 'http_headers', 'bearer_token_env_var'].some((key) => memberOf(shape.entry, key))) return null;
  const address = shape.url.value.kind === 'string' ? shape.url.value.value : '';
  if (/[${}]/.test(address)) return 'its address is made of variables, so nobody can ask whether it needs a sign-in';
  const answer = await signIn(address);
  if (answer.kind === 'yes') return 'it needs a sign-in, which only its agent can do';
  if (answer.kind === 'no' || isLoopback(address)) return null;
  return `it could not be asked whether it needs a sign-in (${answer.reason})`;
}

function wrapShared(open: OpenFile, entry: ServerEntry, task: WrapTask): EntryReport | Wish {
  const leave = (why: string) => entryReport(open, entry, 'left_alone', null, why);
  if (entry.shape.kind === 'url')
    return leave('a URL in a shared file would not work where Callgrove is not installed');
  if (task.home !== null) return leave('a shared file cannot name a state folder of your own (--home, CALLGROVE_HOME)');
  const launch = sharedLaunch(programOf(entry));
  const why = launch.everywhere ? null : 'Windows has no sh and could not start it';
  return { id: entry, options: { launch, home: null }, why };
}

function programOf({ shape }: ServerEntry): string {
  const value = shape.kind === 'command' ? shape.command.value : shape.kind === 'argv' ? shape.argv.value : null;
  const first = value?.kind === 'array' ? value.items[0] : value;
  return first?.kind === 'string' ? first.value : '';
}

const OFFER = 'git tracks the file; wrap --tracked edits it all the same';

/** A git-tracked file stays as it is: where the agent documents it, an entry of the user's own goes before it. */
async function override(set: ConfigSet, open: OpenFile, entry: ServerEntry, task: WrapTask): Promise<EntryReport> {
  const leave = (why: string) => ({ ...entryReport(open, entry, 'left_alone', null, why), held_by_git: true });
  const claude =
    open.file.scope === 'project' ? open.file.agents.find((agent) => agent.noOverride === null) : undefined;
  if (!claude) return leave(`${OFFER}${whyNot(open.file)}`);
  const path = userPaths(claude, task.around)[0];
  const user = path === undefined ? null : namedFile(path, task.around);
  const opened = user && set.open(user);
  if (!user || !opened) return leave(`${OFFER} (${claude.name} has no ${path} yet to override it in; start it once)`);
  if (opened.kind === 'failed') return leave(`${OFFER} (${path}: ${opened.reason})`);
  const own = opened.open;
  const project = projectOf(own, task.around);
  const mine = own.now.entries.find((one) => one.name === entry.name && one.project === project);
  if (mine && launchedBy(mine)) return entryReport(open, entry, 'wrapped', null, `by your own entry in ${path}`);
  if (mine) return leave(`your own entry of that name in ${path} counts instead`);
  const approval = claudeApproval(own, project, entry.name, task.around, task.isTracked);
  if (approval === 'rejected') return leave(`you rejected it in ${claude.name}`);
  // Whoever names a server has looked at it; a whole folder's may have come with a checkout.
  if (approval !== 'approved' && task.server === null) return leave(notApproved(claude.name));
  const hindered = notWritable(own.file.target);
  if (hindered) return leave(`${OFFER} (${path}: ${hindered})`);
  if (await task.holdsSecret(plainOf(entry.node))) return leave(`it holds a secret, which is not copied; ${OFFER}`);
  const levels = missingLevels(own.now.text, project);
  const wrapped =
    levels === null ? null : wrapOne(open.now, open.format, entry, { ...task, was: overrideWords(levels) });
  const copy = wrapped?.kind === 'done' ? wrapped.entries.find(({ name }) => name === entry.name) : null;
  const text = copy ? addOverride(own.now.text, project, entry.name, plainOf(copy.node)) : null;
  if (text === null) return leave(`${OFFER} (its override in ${path} could not be taken out exactly)`);
  own.now = readText(text, 'json');
  const others = open.file.agents.filter((agent) => agent !== claude).map(({ name }) => name);
  const only = others.length > 0 ? `; ${others.join(', ')} still start${others.length === 1 ? 's' : ''} it plain` : '';
  const asked = approval === 'approved' ? 'as you approved it there' : 'without asking for approval: you named it';
  const why = `${claude.name} takes your own entry in ${path} instead, ${asked}${only}`;
  return { ...entryReport(open, entry, 'wrapped', 'override', why), changed_file: own.file.path };
}

function notApproved(agent: string): string {
  return `${agent} has not had your approval of it, and starts an entry of your own without asking: approve it there first, or name it (wrap --server NAME)`;
}

function whyNot({ scope, agents: [agent] }: ConfigFile): string {
  return scope === 'project' && agent?.noOverride ? ` (${agent.noOverride})` : '';
}

/** The name under which Claude Code keeps what belongs to this folder: the checkout's top, with forward slashes. */
function projectOf(own: OpenFile, { root, platform }: Surroundings): string {
  const name = platform === 'win32' ? root.replaceAll('\\', '/') : root;
  const known = own.entries.find(({ project }) => project !== null && isForFolder(project, [root]));
  return known?.project ?? name;
}

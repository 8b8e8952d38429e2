/** `callgrove report`: a bug report of one call for an issue tracker, with a small bundle and a reproduction beside it. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { VERSION } from '../base/version.ts';
import type { Verdict } from '../bundle/issueText.ts';
import type { ReproPlan } from '../bundle/reproPlan.ts';
import type { DaemonClient } from '../feed/daemonClient.ts';
import { shellWords } from '../model/shellWords.ts';
import { BUNDLE_SUFFIX } from '../protocol/bundle.ts';
import { SessionHead } from '../protocol/feed.ts';
import { Call } from '../protocol/record.ts';
import { agrees } from './agree.ts';
import { couldNot, EXIT, wrongUsage } from './exit.ts';
import { openSource } from './openSource.ts';
import { progressLine } from './progressLine.ts';
import { resolveId } from './resolveId.ts';
import { safeLine } from './safeText.ts';
import type { Context, Verb } from './verb.ts';
import { waitUntilRead } from './waitUntilRead.ts';

export const report: Verb = {
  spec: {
    name: 'report',
    summary: 'makes a bug report of one call: text for an issue, a small bundle, a reproduction',
    usage: ['report [SESSION] [--call CALL] [-o DIR] [--run|--no-run] [--json]'],
    args: [{ name: 'SESSION', required: false, help: 'an id, the beginning of one, last (the default) or last~N' }],
    options: {
      call: { value: 'CALL', help: 'the call it is about (default: the first of the session that failed)' },
      output: { value: 'DIR', help: 'the folder to make (default: ./callgrove-report-SERVER-TOOL)', short: 'o' },
      run: { value: null, help: 'runs the reproduction once here: it starts the recorded server' },
      'no-run': { value: null, help: 'does not, and does not ask' },
      force: { value: null, help: 'writes into a folder that is there' },
    },
    examples: [
      ['report last', 'of the newest session’s first failing call'],
      ['report --call call_01jd -o bug --run', 'of one call, tried here'],
    ],
    exits: {},
  },
  async run(context) {
    const { flag, json, home, out, connect } = context;
    if (flag('run') && flag('no-run')) throw wrongUsage('--run and --no-run are one another’s opposite');
    const client = await connect();
    const progress = progressLine(process.stderr);
    // First of all: the call may be the last one that was made.
    await waitUntilRead(client, progress.say);
    progress.end();
    const { head, call } = await chosen(context, client);
    const { session_id } = head.session;
    const slug = slugOf(call);
    const folder = folderOf(context, slug);
    progress.say('putting it together');
    // Loaded here: no other verb needs what it loads.
    const { gatherReport } = await import('../gatherReport.ts');
    const { issueText } = await import('../bundle/issueText.ts');
    const source = await openSource(home, session_id);
    const bundle = `${slug}${BUNDLE_SUFFIX}`;
    mkdirSync(folder, { recursive: true });
    try {
      const request = { session_id, call_id: call.call_id, file: join(folder, bundle), force: true, at: new Date() };
      const { facts, plan } = await gatherReport(source, request);
      progress.end();
      const run = plan.kind === 'none' ? null : await tryIt(context, plan, head);
      const verdict: Verdict = run?.verdict ?? { reproduced: 'not tried', why: plan.kind === 'none' ? plan.why : '' };
      if (plan.kind === 'plan') await writeRepro(join(folder, 'repro'), plan, run?.earlier ?? []);
      writeFileSync(join(folder, 'report.md'), issueText({ ...facts, verdict, bundle }));
      const made = {
        folder,
        report: join(folder, 'report.md'),
        bundle: join(folder, bundle),
        repro: plan.kind === 'plan' ? join(folder, 'repro') : null,
        reproduced: verdict.reproduced,
        /** Nothing of a foreign session is started, whoever agrees. */
        may_run: plan.kind === 'plan' && head.session.source !== 'imported',
      };
      if (json) await out.json(made);
      else {
        for (const path of [made.report, made.bundle, made.repro])
          if (path !== null) await out.line(relative(process.cwd(), path) || path);
        await out.line(`Reproduced: ${verdict.reproduced}${safeLine(whyOf(verdict))}`);
      }
      return EXIT.fine;
    } finally {
      progress.end();
      source.dispose();
    }
  },
};

/** The session, and the call of it that the report is about. */
async function chosen(
  { args, option, scope }: Context,
  client: DaemonClient,
): Promise<{ head: SessionHead; call: Call }> {
  const callOf = (id: string) => client.get(`/api/calls/${encodeURIComponent(id)}`, Call);
  const headOf = (id: string) => client.get(`/api/sessions/${encodeURIComponent(id)}`, SessionHead);
  const named = option('call');
  const wanted = named === null ? null : await callOf(await resolveId(client, 'call', named, scope));
  if (wanted !== null && args[0] === undefined) return { head: await headOf(wanted.session_id), call: wanted };
  const id = await resolveId(client, 'session', args[0] ?? 'last', scope);
  const head = await headOf(id);
  if (wanted !== null) {
    if (wanted.session_id !== id) throw wrongUsage(`the call ${wanted.call_id} is not in the session ${id}`);
    return { head, call: wanted };
  }
  const { first_failing_call } = head.session;
  if (first_failing_call === null)
    throw wrongUsage('no call of this session failed', '--call CALL names the one that the report is about.');
  return { head, call: await callOf(first_failing_call) };
}

function folderOf({ option, flag }: Context, slug: string): string {
  const folder = resolve(option('output') ?? `callgrove-report-${slug}`);
  if (existsSync(folder) && !flag('force')) throw wrongUsage(`${folder} is there already`, '--force writes into it.');
  return folder;
}

/** Of server and tool, for a file's name. */
function slugOf({ server, tool, method }: Call): string {
  const slug = `${server}-${tool ?? method}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return slug.replace(/^-+|-+$/g, '').slice(0, 60) || 'call';
}

/** Runs the reproduction where that is wanted and can be done; says what is started before it is. */
async function tryIt(
  { flag, out }: Context,
  plan: ReproPlan,
  { session }: SessionHead,
): Promise<{ verdict: Verdict; earlier: readonly string[] }> {
  const not = (why: string) => ({ verdict: { reproduced: 'not tried', why } satisfies Verdict, earlier: [] });
  if (session.source === 'imported')
    return not('It was recorded elsewhere, and nothing of an imported session is started here.');
  if (flag('no-run')) return not('It was not asked for.');
  const { command, url, cwd } = plan.server;
  const target = url ?? (command.length > 0 ? shellWords(command) : null);
  if (target === null) return not('The record does not name the server’s command.');
  out.note(
    `The reproduction ${url === null ? 'starts' : 'asks'}:  ${safeLine(target)}${url === null && cwd !== null ? `\n                 in:  ${safeLine(cwd)}` : ''}`,
  );
  const agreed = await agrees('Run it here, up to two minutes? It does again what the calls did.', flag('run'));
  if (agreed === null) return not('Nobody was there to be asked; --run does it.');
  if (!agreed) return not('It was not wanted.');
  const progress = progressLine(process.stderr);
  const { runRepro } = await import('../runRepro.ts');
  try {
    return await runRepro(plan, VERSION, (messages) => progress.say(`replaying ${messages} messages`));
  } catch (error) {
    throw couldNot(`the reproduction could not be run: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    progress.end();
  }
}

async function writeRepro(folder: string, plan: ReproPlan, earlier: readonly string[]): Promise<void> {
  const { reproFiles } = await import('../bundle/reproFiles.ts');
  const { reproScript } = await import('../runRepro.ts');
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of reproFiles(plan, earlier, VERSION)) writeFileSync(join(folder, name), text);
  copyFileSync(reproScript(), join(folder, 'repro.mjs'));
}

function whyOf(verdict: Verdict): string {
  if (verdict.reproduced === 'yes')
    return `, with ${verdict.messages} ${verdict.messages === 1 ? 'message' : 'messages'}`;
  const why = verdict.reproduced === 'no' ? verdict.got : verdict.why;
  return why === null || why === '' ? '' : `. ${why}`;
}

/** `callgrove verify-path`: does a server answer the same through Callgrove as straight? Its command line is shown first. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { drillEnvironment } from '../drillEnvironment.ts';
import { declaredServer } from '../drillServers.ts';
import { keptVerifications } from '../keptResults.ts';
import { maskCommand } from '../model/maskCommand.ts';
import type { PathVerification } from '../protocol/pathVerification.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { prepareStateFolder } from '../proxy/stateFolder.ts';
import { seenServers } from '../seenServers.ts';
import type { PathRequest } from '../verifyPath.ts';
import { agrees } from './agree.ts';
import { CliError, couldNot, EXIT, wrongUsage } from './exit.ts';
import { makePaint } from './paint.ts';
import { safeLine } from './safeText.ts';
import { shownCommand } from './shownCommand.ts';
import type { Context, Verb } from './verb.ts';
import { verifyPathLines } from './verifyPathLines.ts';
import { surroundings } from './wrapSelection.ts';

export const verifyPath: Verb = {
  spec: {
    name: 'verify-path',
    summary: 'sends the same requests to a server straight and through Callgrove, and says where the two differ',
    usage: ['verify-path SERVER [--yes] [--json]', 'verify-path --url URL [--header NAME=VALUE]… [--yes] [--json]'],
    args: [{ name: 'SERVER', required: false, help: "a server as the agents' files here declare it" }],
    options: {
      url: { value: 'URL', help: 'a server that is reached by HTTP, instead of SERVER' },
      header: {
        value: 'NAME=VALUE',
        help: 'a header for it, any number of times; ${NAME} in the value is read from the environment',
      },
      yes: { value: null, help: 'starts the server without asking' },
    },
    examples: [
      ['verify-path filesystem', 'a read, a refused write, wrong arguments, a request given up and the one after it'],
      ['verify-path --url http://127.0.0.1:3001/mcp', 'the same with a server reached by HTTP'],
    ],
    exits: { 1: 'the two ways differ', 3: 'it could not run, or nothing could be tried' },
  },
  async run(context) {
    const { args, option, home, json, out, terminal, untilStopped } = context;
    const [name = null] = args;
    const url = option('url');
    if ((name === null) === (url === null)) throw wrongUsage('give either SERVER or --url URL');
    const places = placesOf(home, join);
    const folder = prepareStateFolder(places, process.getuid?.() ?? null);
    if (folder.kind === 'refused') throw couldNot(folder.reason, 'callgrove doctor says what to do about it.');
    const signal = untilStopped();
    // The client is loaded by those who verify only.
    const { verifyPath: verify } = await import('../verifyPath.ts');
    const server = name ?? hostOf(url ?? '');
    const around = surroundings();
    const found = await verify({
      name: server,
      signal,
      subject: (root) => (url === null ? declared(server, root, context) : byUrl(url, context)),
    }).catch((error: unknown) => {
      if (error instanceof CliError) throw error;
      if (signal.aborted) throw couldNot('it was interrupted; nothing is left behind');
      throw couldNot(
        `${safeLine(server)} could not be tried: ${safeLine(error instanceof Error ? error.message : String(error))}`,
        null,
        error,
      );
    });
    const { subject, ...rest } = found;
    const words = subject.kind === 'http' ? [subject.url] : subject.argv;
    const result: PathVerification = {
      v: 1,
      server,
      transport: subject.kind,
      command: [...maskCommand(words).words],
      at: new Date().toISOString(),
      ...rest,
      environment: drillEnvironment(
        around.root,
        url === null ? entryCommand(server, around) : [url],
        null,
        machineKey(places.machineKey),
      ),
      ...(url !== null && { by_url: true }),
    };
    keptVerifications.keep(places.verifiedPaths, result);
    if (json) await out.json(result);
    else for (const line of verifyPathLines(result, makePaint(terminal()))) await out.line(line);
    return result.verdict === 'differs' ? EXIT.finding : result.verdict === 'same' ? EXIT.fine : EXIT.failed;
  },
};

type Subject = Awaited<ReturnType<PathRequest['subject']>>;

/** Kept to the throw-away folder where the catalog knows how; else as it is declared, and then only read. */
async function declared(name: string, root: string, context: Context): Promise<Subject> {
  const around = surroundings();
  const pointed = declaredServer(name, around, root);
  if (pointed.kind === 'server') {
    const { argv, cwd, env, known, file } = pointed.server;
    await agreeTo(`${name} as ${file} declares it, its folders replaced:`, argv, context);
    return { subject: { kind: 'stdio', argv, cwd: cwd ?? root, env }, known };
  }
  const entry = seenServers(around, null).servers.find((one) => one.name === name);
  if (!entry) throw couldNot(safeLine(pointed.reason));
  if (entry.url !== null) {
    if (entry.headers.length > 0 && context.values('header').length === 0)
      throw couldNot(
        `${safeLine(name)} wants headers (${entry.headers.join(', ')})`,
        'callgrove verify-path --url … --header NAME=VALUE hands them over.',
      );
    return byUrl(entry.url, context);
  }
  await agreeTo(
    `${name} as ${entry.file} declares it; only what it says that it reads is called:`,
    entry.command,
    context,
  );
  return { subject: { kind: 'stdio', argv: entry.command, cwd: entry.cwd ?? around.cwd, env: entry.env }, known: null };
}

async function byUrl(url: string, context: Context): Promise<Subject> {
  const headers = Object.fromEntries(context.values('header').map(headerOf));
  await agreeTo('A server reached by HTTP; only what it says that it reads is called:', [url], context);
  return { subject: { kind: 'http', url, headers }, known: null };
}

function headerOf(given: string): readonly [name: string, value: string] {
  const [, name, value = ''] = /^([^=\s]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined) throw wrongUsage('--header takes NAME=VALUE');
  return [name, value.replace(/\$\{(\w+)\}/g, (_, variable: string) => process.env[variable] ?? '')];
}

function hostOf(url: string): string {
  if (!URL.canParse(url)) throw wrongUsage(`--url takes a URL, not ${JSON.stringify(url)}`);
  return new URL(url).host;
}

/** As its entry has it: what the doctor compares with later. Empty where no entry has the name. */
function entryCommand(name: string, around: ReturnType<typeof surroundings>): readonly string[] {
  const entry = seenServers(around, null).servers.find((one) => one.name === name);
  return entry ? (entry.url === null ? entry.command : [entry.url]) : [];
}

/** A program is started only when somebody has seen its command line. */
async function agreeTo(what: string, argv: readonly string[], { flag, out }: Context): Promise<void> {
  out.note(safeLine(what.replace(homedir(), '~')));
  out.note(`  ${shownCommand(argv)}`);
  const agreed = await agrees('Try it, straight and through Callgrove?', flag('yes'));
  if (agreed !== true) throw couldNot('it was not tried', agreed === null ? '--yes tries it without asking.' : null);
}

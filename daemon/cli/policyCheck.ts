/** `callgrove policy check`: what `enforce` would say of a call, and how it comes to it. Nothing is called. */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { decideHere, standingHere, type WouldBeStanding } from '../judgeWouldBe.ts';
import type { Decision } from '../policy/decide.ts';
import { PolicyState } from '../protocol/denial.ts';
import { createRedactor } from '../redact/redactor.ts';
import { EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { makePaint, type Paint } from './paint.ts';
import { folderOf } from './policyPlace.ts';
import { originText } from './policyShow.ts';
import { safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

export async function policyCheck({ option, json, home, out, terminal, connect }: Context): Promise<ExitCode> {
  const tool = option('tool');
  if (tool === null) throw wrongUsage('--tool is missing: callgrove policy check --tool T --args JSON');
  const args = argumentsOf(option('args') ?? '{}');
  const cwd = folderOf(option('cwd'), 'cwd') ?? process.cwd();
  const root = folderOf(option('root'), 'root');
  const client = await connect();
  const state = await client.get('/api/policy', PolicyState);
  const server = option('server');
  const standing = standingHere({
    policy: state.policy,
    policyFile: placesOf(home, join).policy,
    server,
    agent: option('agent'),
    cwd,
    root,
    env: process.env,
  });
  for (const problem of [...state.problems, ...standing.problems]) out.note(safeLine(problem));
  if (server !== null && standing.declaredIn.length === 0)
    out.note(safeLine(`No agent's file here declares ${server}: it is judged without its command line.`));
  const raw = decideHere(standing, state.freezes, { tool, arguments: args });
  const decision = await masked(raw);
  const { reason, rule, input_summary } = decision;
  if (json) {
    const mode = reason === null ? standing.policy.mode : standing.policy.rules[reason].mode;
    await out.json({ decision: decision.decision, reason, rule, mode, input_summary });
  } else {
    const paint = makePaint(terminal());
    for (const line of stepLines(standing, decision, paint)) await out.line(line);
  }
  return decision.decision === 'deny' ? EXIT.finding : EXIT.fine;
}

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrongUsage(`--args is no JSON: ${error instanceof Error ? safeLine(error.message) : ''}`);
  }
}

/** What was typed may hold secrets, as what agents send may. */
async function masked(decision: Decision): Promise<Decision> {
  const redactor = await createRedactor();
  return JSON.parse(JSON.stringify((await redactor.redactJson(JSON.parse(JSON.stringify(decision)))).value));
}

function stepLines({ policy, refusedRoots, world }: WouldBeStanding, decision: Decision, paint: Paint): string[] {
  const { reason, rule, remedy, tool, requested_capability } = decision;
  const lines = [
    ...policy.roots.map(({ path, why }) => `root       ${path}  (${why})`),
    ...refusedRoots.map(({ path, why }) => `no root    ${path}: ${why}`),
    ...(policy.roots.length === 0 ? ['root       none is proven'] : []),
    `cwd        ${world.cwd ?? 'not known'}`,
    `tool       ${tool}  ${decision.input_summary.operation_class}`,
  ];
  if (decision.paths.length === 0) lines.push('paths      none in the arguments');
  for (const { argument, requested, canonical, access, symlinks, flags, reason: why } of decision.paths) {
    lines.push(`path       ${argument} = ${requested}  ${access}`);
    for (const link of symlinks) lines.push(`  link     ${link}`);
    lines.push(`  is       ${canonical ?? 'not known'}${flags.length > 0 ? `  (${flags.join(', ')})` : ''}`);
    lines.push(`  judged   ${why ?? 'nothing against it'}`);
  }
  const shown = lines.map((line) => safeLine(line));
  const words = {
    allow: paint.good('allow'),
    deny: paint.bad('deny'),
    would_deny: paint.bad('deny'),
    unknown: paint.warn('unknown'),
  };
  shown.push(`${paint.bold('decision')}   ${words[decision.decision]}${reason === null ? '' : `  ${reason}`}`);
  if (requested_capability !== null && reason !== null) shown.push(safeLine(`  wanted   ${requested_capability}`));
  if (rule !== null && reason !== null) {
    const { mode, origin } = policy.rules[reason];
    shown.push(safeLine(`  rule     ${rule}`), safeLine(`  mode     ${mode}  (${originText(origin)})`));
  }
  if (remedy !== null) shown.push(safeLine(`  instead  ${remedy}`));
  return shown;
}

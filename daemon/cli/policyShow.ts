/** `callgrove policy show`: what counts here, each rule with the place that says so. */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { standingHere } from '../judgeWouldBe.ts';
import type { EffectivePolicy } from '../policy/effective.ts';
import { DENIAL_REASONS } from '../policy/reasons.ts';
import { PolicyState } from '../protocol/denial.ts';
import type { Freeze, Origin } from '../protocol/policy.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { makePaint } from './paint.ts';
import { folderOf } from './policyPlace.ts';
import { safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

export async function policyShow({ option, json, home, out, terminal, connect }: Context): Promise<ExitCode> {
  const client = await connect();
  const state = await client.get('/api/policy', PolicyState);
  const cwd = folderOf(option('cwd'), 'cwd') ?? process.cwd();
  const standing = standingHere({
    policy: state.policy,
    policyFile: placesOf(home, join).policy,
    server: option('server'),
    agent: option('agent'),
    cwd,
    root: folderOf(option('root'), 'root'),
    env: process.env,
  });
  const { policy } = standing;
  const problems = [...state.problems, ...standing.problems];
  if (json) {
    await out.json({
      v: 1,
      bundle: policy.bundle,
      settings_file: state.settings_file,
      problems,
      roots: policy.roots.map(({ path, why }) => ({ path, why })),
      mode: policy.mode,
      mode_origin: policy.modeOrigin,
      rules: DENIAL_REASONS.map((reason) => ({ reason, ...policy.rules[reason] })),
      tools: { allow: policy.toolsAllow, deny: policy.toolsDeny },
      allow: policy.allow,
      deny: policy.deny,
      paths: policy.lists,
      pin: policy.pin,
      widenings: policy.widenings,
      freezes: state.freezes,
    });
    return EXIT.fine;
  }
  const screen = terminal();
  const paint = makePaint(screen);
  const write = async (lines: readonly string[]) => {
    for (const line of lines) await out.line(line);
  };
  await write([`${paint.bold('Policy')}  ${policy.mode}  ${paint.dim(originText(policy.modeOrigin))}`]);
  await write([`  bundle    ${policy.bundle}`, `  settings  ${safeLine(state.settings_file)}`]);
  for (const { path, why } of policy.roots) await write([`  root      ${safeLine(path)}  ${paint.dim(safeLine(why))}`]);
  for (const { path, why } of standing.refusedRoots) await write([`  no root   ${safeLine(path)}: ${safeLine(why)}`]);
  await write(['', paint.bold('Rules')]);
  for (const reason of DENIAL_REASONS) {
    const { mode, origin } = policy.rules[reason];
    await write([`  ${mode.padEnd(8)} ${reason.padEnd(20)} ${paint.dim(originText(origin))}`]);
  }
  await write(listLines(policy).map((line) => safeLine(line)));
  if (state.freezes.length > 0) await write(['', paint.bold('Frozen'), ...state.freezes.map(freezeLine)]);
  for (const { what, why, origin } of policy.widenings)
    await write([
      paint.warn(safeLine(`! policy${what.replaceAll('/', '.')}: ${why} It does not count.  ${originText(origin)}`)),
    ]);
  for (const problem of problems) await write([paint.warn(safeLine(`! ${problem}`))]);
  return EXIT.fine;
}

function listLines(policy: EffectivePolicy): string[] {
  const patterns = (list: readonly { pattern: string; origin: Origin }[]) =>
    list.map(({ pattern, origin }) => `  ${pattern}  ${originText(origin)}`);
  const sections: [string, string[]][] = [
    ['Tools allowed', policy.toolsAllow.flatMap(patterns)],
    ['Tools denied', patterns(policy.toolsDeny)],
    [
      'Allowed beyond the root',
      policy.allow.map(({ path, access, origin }) => `  ${access} ${path}  ${originText(origin)}`),
    ],
    ['Denied', patterns(policy.deny)],
    [
      'Pinned',
      policy.pin.on ? [`  ${policy.pinned?.contract ?? 'with the first list'}  ${originText(policy.pin.origin)}`] : [],
    ],
  ];
  return sections.flatMap(([heading, lines]) => (lines.length === 0 ? [] : ['', heading, ...lines]));
}

export function freezeLine({ kind, target, by, reason, at }: Freeze): string {
  return safeLine(`  ${kind} ${target}  by ${by}, ${at}${reason === null ? '' : `: ${reason}`}`);
}

/** `default`, or file, line and column. */
export function originText({ from, file, line, column }: Origin): string {
  return file === null ? from : `${from} ${file}:${line ?? 1}:${column ?? 1}`;
}

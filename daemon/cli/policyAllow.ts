/**
 * `callgrove policy allow`: the narrowest rule that would have let a denied call through, as a change of the user's own
 * settings: shown first, and made only when somebody agrees. With `--once` the settings stay: the next request like it passes.
 */
import { basename } from 'node:path';
import { type DaemonClient, DaemonError } from '../feed/daemonClient.ts';
import { textDiff } from '../model/textDiff.ts';
import { canPassOnce } from '../policy/once.ts';
import { allowChange } from '../policyChange.ts';
import { ActionResult } from '../protocol/api.ts';
import { Denial, PolicyState } from '../protocol/denial.ts';
import { changedText, openSettings, saveSettings } from '../settingsFile.ts';
import { agrees } from './agree.ts';
import { couldNot, EXIT, type ExitCode } from './exit.ts';
import { resolveId } from './resolveId.ts';
import { safeBlock, safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

export async function policyAllow({ args, flag, json, scope, out, connect }: Context): Promise<ExitCode> {
  const client = await connect();
  const id = await resolveId(client, 'call', args[1] ?? 'last', scope);
  const denial = await client.get(`/api/calls/${encodeURIComponent(id)}/denial`, Denial).catch((error: unknown) => {
    if (error instanceof DaemonError && error.apiCode === 'not_found') return null;
    throw error;
  });
  const tell = async (changed: boolean, file: string | null, sentence: string, diff: string | null) => {
    if (json) await out.json({ v: 1, call_id: id, changed, file, sentence, diff });
    else await out.line(safeLine(sentence));
  };
  if (denial === null) {
    await tell(false, null, `Nothing was held against ${id}: there is nothing to allow.`, null);
    return EXIT.fine;
  }
  if (flag('once')) return allowOnce(denial, { flag, json, out }, client);
  const settings = openSettings();
  if (settings.kind === 'failed') throw couldNot(settings.reason);
  const change = allowChange(denial, settings.policy);
  if (change.kind === 'none') {
    await tell(false, null, change.sentence, null);
    return EXIT.finding;
  }
  const text = changedText(settings.text, change.edits);
  if (text === null) throw couldNot(`${settings.file} cannot take that change; it stays as it is.`);
  const diff = textDiff(basename(settings.file), settings.text, text);
  if (!json) {
    await out.line(safeLine(`${denial.reason}: ${change.sentence}`));
    await out.write(process.stdout.isTTY ? safeBlock(diff ?? '') : (diff ?? ''));
  }
  const agreed = await agrees(`Write this to ${safeLine(settings.file)}?`, flag('yes'));
  if (agreed !== true) {
    await tell(false, settings.file, `Nothing was changed.${agreed === null ? ' --yes writes it.' : ''}`, diff);
    return EXIT.fine;
  }
  const failed = saveSettings(settings, text);
  if (failed !== null) throw couldNot(failed);
  // Asked for anew, so that the proxies have it when this ends.
  await client.get('/api/policy', PolicyState);
  await tell(true, settings.file, `Written: ${change.sentence}.`, diff);
  return EXIT.fine;
}

/** The daemon makes it out of the proxy's own record of the refusal; from then on no daemon is needed. */
async function allowOnce(
  denial: Denial,
  { flag, json, out }: Pick<Context, 'flag' | 'json' | 'out'>,
  client: DaemonClient,
): Promise<ExitCode> {
  const { call_id, reason, decision, tool, server, paths } = denial;
  const refused = paths.map(({ access, canonical, requested }) => `${access} ${canonical ?? requested}`).join(', ');
  if (!json) await out.line(safeLine(`${reason}: ${tool ?? 'request'} of ${server} ${refused}`.trimEnd()));
  const done = async (allowed: boolean, sentence: string) => {
    if (json) await out.json({ v: 1, call_id, allowed_once: allowed, sentence });
    else await out.line(safeLine(sentence));
  };
  if (decision !== 'deny') {
    await done(false, 'It was not refused, it went on: there is nothing to allow.');
    return EXIT.fine;
  }
  if (!canPassOnce(reason)) {
    await done(false, allowChange(denial, {}).sentence);
    return EXIT.finding;
  }
  const agreed = await agrees('Let the next request like it pass once?', flag('yes'));
  if (agreed !== true) {
    await done(false, `Nothing was changed.${agreed === null ? ' --yes allows it.' : ''}`);
    return EXIT.fine;
  }
  const { sentence } = await client.post('/api/act', { act: 'allow', call_id, once: true }, ActionResult);
  await done(true, sentence ?? '');
  return EXIT.fine;
}

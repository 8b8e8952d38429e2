/** Turns what somebody typed for SESSION or CALL into its id, or says what is wrong with it. */
import { type DaemonClient, DaemonError } from '../feed/daemonClient.ts';
import { Resolved } from '../protocol/api.ts';
import { wrongUsage } from './exit.ts';
import { HOW_TO_RECORD } from './howToRecord.ts';
import { queryPath, scopeValues } from './queryPath.ts';
import type { Scope } from './verb.ts';

/** Rejects with a CliError (exit code 2) that names the argument. */
export async function resolveId(
  client: DaemonClient,
  kind: 'session' | 'call' | 'harness',
  text: string,
  scope: Scope,
): Promise<string> {
  try {
    return (await client.get(queryPath('/api/resolve', { kind, text, ...scopeValues(scope) }), Resolved)).id;
  } catch (error) {
    if (!(error instanceof DaemonError) || error.code !== 'refused') throw error;
    if (error.candidates.length > 0) {
      const shown = error.candidates.slice(0, 8).join('\n  ');
      throw wrongUsage(`${kind.toUpperCase()} ${text} is the beginning of several`, `Give more of it:\n  ${shown}`);
    }
    if (error.apiCode !== 'not_found') throw wrongUsage(`${kind.toUpperCase()} ${text}: ${error.message}`);
    if (kind === 'harness') throw noCapture(text, scope);
    const list = kind === 'call' ? 'calls' : 'sessions';
    if (text.startsWith('last') && !scope.all) {
      throw wrongUsage(
        `there is no ${kind} ${text} in ${scope.workspace}`,
        `callgrove ${list} --all lists those of every workspace.`,
      );
    }
    if (text === 'last') throw wrongUsage(`no ${kind} has been recorded yet`, HOW_TO_RECORD);
    throw wrongUsage(`there is no ${kind} ${text}`, `callgrove ${list} --all lists them.`);
  }
}

function noCapture(text: string, { workspace, all }: Scope): Error {
  if (!text.startsWith('last') || all)
    return wrongUsage(
      `there is no capture ${text}`,
      'A capture is named by cap_…, by its version hv_…, or by a session; callgrove harness capture takes one now.',
    );
  return wrongUsage(
    text === 'last'
      ? `nothing was captured in ${workspace} yet`
      : `there are not enough captures of ${workspace} for ${text}`,
    'callgrove harness capture takes one now; agents’ sessions are captured as they begin.',
  );
}

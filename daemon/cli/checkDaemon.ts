/** The doctor's look at the daemon: running, left over, of another version, behind. Starts none. */
import { join } from 'node:path';
import { compareVersions } from '../base/compareVersions.ts';
import { placesOf } from '../base/places.ts';
import { VERSION } from '../base/version.ts';
import { connectDaemon } from '../feed/connectDaemon.ts';
import { isAlive, readDaemonFile } from '../feed/daemonFile.ts';
import { bytesText } from '../model/bytesText.ts';
import { Status } from '../protocol/api.ts';
import { type Check, fail, ok, reasonOf, warn } from './check.ts';

/** Reading that is further behind than this is worth a word. */
const BEHIND_BYTES = 64 * 1024 * 1024;

export interface DaemonChecks {
  readonly checks: readonly Check[];
  /** What a running daemon says of itself; null where none answers. */
  readonly status: Status | null;
}

export async function checkDaemon(home: string): Promise<DaemonChecks> {
  const name = 'daemon';
  const { daemonFile, daemonLog } = placesOf(home, join);
  const state = readDaemonFile(daemonFile);
  if (state.kind === 'absent')
    return { checks: [ok(name, 'none is running; the next recording or command starts one')], status: null };
  if (state.kind === 'unreadable') {
    return {
      checks: [
        warn(name, `${daemonFile} cannot be read: ${state.reason}`, `rm ${daemonFile}; the next start writes it anew.`),
      ],
      status: null,
    };
  }
  const { pid, port, version } = state.file;
  if (!isAlive(state.file)) {
    const left = warn(
      name,
      `${daemonFile} is left over: process ${pid} is gone or is another program by now`,
      'Nothing: the next start replaces it. callgrove daemon start does it now.',
    );
    return { checks: [left], status: null };
  }
  let status: Status;
  try {
    const client = await connectDaemon({ home, entry: null, timeoutMs: 3_000 });
    status = await client.get('/api/status', Status).finally(() => client.close());
  } catch (error) {
    const mute = fail(
      name,
      `process ${pid} is there, but port ${port} does not answer as it should: ${reasonOf(error)}`,
      `See ${daemonLog}; then callgrove daemon stop, or end process ${pid}.`,
    );
    return { checks: [mute], status: null };
  }
  const checks: Check[] = [ok(name, `callgrove ${version} is running: pid ${pid}, port ${port}`)];
  const order = compareVersions(version, VERSION);
  if (order > 0)
    checks.push(
      warn('version', `the daemon is ${version}, this is the older ${VERSION}`, `Use callgrove ${version} here too.`),
    );
  if (order < 0)
    checks.push(
      warn(
        'version',
        `the daemon is ${version}, this is ${VERSION}`,
        'The next command that needs it replaces it; callgrove daemon stop does it now.',
      ),
    );
  checks.push(lag(status));
  for (const note of status.notes) checks.push(warn('note', note, `See ${daemonLog}.`));
  return { checks, status };
}

function lag({ lag: { journal_bytes, second_stage_calls } }: Status): Check {
  const behind = `${bytesText(journal_bytes)} of journal unread, ${second_stage_calls} calls before the second stage`;
  if (journal_bytes < BEHIND_BYTES)
    return ok('reading', journal_bytes + second_stage_calls === 0 ? 'nothing is waiting' : behind);
  return warn('reading', behind, 'Nothing, if it shrinks; callgrove daemon status says so.');
}

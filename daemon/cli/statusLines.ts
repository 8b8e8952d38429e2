/** The daemon's status for people. */
import { bytesText } from '../model/bytesText.ts';
import { durationText } from '../model/durationText.ts';
import type { Status } from '../protocol/api.ts';

/** @param now epoch ms */
export function statusLines(status: Status, now: number): string[] {
  const { lag, retention } = status;
  const behind =
    lag.journal_bytes === 0 && lag.second_stage_calls === 0
      ? 'nothing'
      : `${bytesText(lag.journal_bytes)} of journal, ${lag.second_stage_calls} calls in the second stage`;
  const rows: [string, string][] = [
    [
      'daemon',
      `callgrove ${status.callgrove}, pid ${status.pid}, port ${status.port}, up ${durationText(Math.max(0, now - Date.parse(status.started_at)))}`,
    ],
    ['home', status.home],
    ['recorded', `${counted(status.sessions, 'session')}, ${counted(status.calls, 'call')}`],
    [
      'on disk',
      `journal ${bytesText(status.journal_bytes)}, database ${bytesText(status.database_bytes)}, artifacts ${bytesText(status.artifact_bytes)}`,
    ],
    ['kept', `${retention.max_age_days} days, at most ${bytesText(retention.max_bytes)}`],
    ['open', `${counted(status.open_connections, 'connection')}, ${counted(status.viewers, 'viewer')}`],
    ['behind', behind],
    ...status.notes.map((note): [string, string] => ['note', note]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}`);
}

/** `1 call`, `2 calls`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

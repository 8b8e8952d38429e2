/** Doctor's look at the policy: does the file stand that proxies judge by, and can the settings that it is made from be read? */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { PolicyFile } from '../protocol/policy.ts';
import { openSettings, settingsFile } from '../settingsFile.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** @param isUp a daemon runs, which keeps the file */
export function checkPolicy(home: string, isUp: boolean): Check[] {
  const name = 'policy';
  const file = placesOf(home, join).policy;
  const settings = openSettings();
  const mended = 'Until that is mended, what it said before goes on counting: callgrove policy show.';
  if (settings.kind === 'failed') return [warn(name, settings.reason, mended)];
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat)
    return isUp
      ? [
          fail(
            name,
            `${file} is missing while the daemon runs`,
            'callgrove daemon stop: the next daemon writes it anew.',
          ),
        ]
      : [ok(name, 'not written yet; the daemon makes it from your settings')];
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)
    return [fail(name, `${file} can be read or written by others`, `chmod 600 ${file}`)];
  let policy: PolicyFile;
  try {
    policy = PolicyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const what = `${file} cannot be read: proxies go on with what they read last, and new ones observe`;
    return [fail(name, what, 'callgrove daemon stop: the next daemon writes it anew.')];
  }
  const frozen = policy.freezes.length;
  const beside = [
    policy.user.mode ?? 'observe',
    settings.bytes === null ? `${settingsFile()} does not exist: the defaults count` : settingsFile(),
    ...(frozen > 0 ? [`${frozen} frozen`] : []),
  ];
  return frozen > 0
    ? [warn(name, beside.join(', '), 'callgrove freeze lists what is frozen; callgrove thaw releases it.')]
    : [ok(name, beside.join(', '))];
}

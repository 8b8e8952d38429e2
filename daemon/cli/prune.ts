/** `callgrove prune`: removes what is older or more than wanted, or says what it would remove. */
import { bytesText } from '../model/bytesText.ts';
import { ActionResult } from '../protocol/api.ts';
import { couldNot, EXIT, wrongUsage } from './exit.ts';
import { counted } from './statusLines.ts';
import type { Verb } from './verb.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `500MB`, `1.5 GiB`, `0`, in bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match ? UNITS[(match[2] ?? '').toLowerCase()] : undefined;
  if (!match || unit === undefined)
    throw wrongUsage(`--max-size takes a size like 500MB or 2GB, not ${JSON.stringify(text)}`);
  return Math.floor(Number(match[1]) * unit);
}

function parseDays(text: string): number {
  const match = /^(\d+(?:\.\d+)?)d?$/.exec(text.trim());
  if (!match) throw wrongUsage(`--older-than takes a number of days like 7 or 0.5, not ${JSON.stringify(text)}`);
  return Number(match[1]);
}

export const prune: Verb = {
  spec: {
    name: 'prune',
    summary: 'removes old records, or says what it would remove',
    usage: ['prune [--older-than DAYS] [--max-size SIZE] [--dry-run] [--json]'],
    args: [],
    options: {
      'older-than': { value: 'DAYS', help: 'what is older than so many days (default: the retention of 14 days)' },
      'max-size': { value: 'SIZE', help: 'the oldest until no more than this is kept, e.g. 500MB (default: 2 GB)' },
      'dry-run': { value: null, help: 'remove nothing, only say what would go' },
    },
    examples: [
      ['prune --dry-run', 'what the usual retention would remove now'],
      ['prune --older-than 3', 'keep three days'],
    ],
    exits: {},
  },
  async run({ option, flag, json, out, connect }) {
    const days = option('older-than');
    const size = option('max-size');
    const max_age_days = days === null ? null : parseDays(days);
    const max_bytes = size === null ? null : parseSize(size);
    const client = await connect();
    const answer = await client.post(
      '/api/act',
      { act: 'prune', max_age_days, max_bytes, dry_run: flag('dry-run') },
      ActionResult,
    );
    const report = answer.prune;
    if (!report) throw couldNot('the daemon said nothing about what it removed');
    if (json) await out.json(report);
    else {
      const sessions = `${counted(report.sessions, 'session')} with ${counted(report.calls, 'call')}`;
      const files = `${counted(report.segments, 'journal segment')}, ${counted(report.artifacts, 'artifact')}`;
      const what = `${sessions}, ${files}: ${bytesText(report.bytes)}`;
      await out.line(report.dry_run ? `would remove ${what}` : `removed ${what}`);
    }
    return EXIT.fine;
  },
};

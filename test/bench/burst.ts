/** Many calls in flight: calls a second through each subject, with and without a daemon that tails the journal. */
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { commandOf, ENFORCED, echoServer, type Place, type Subject } from './subjects.ts';
import { callLine, INITIALIZE, openWire } from './wire.ts';

const PAYLOAD_BYTES = 100;
const IN_FLIGHT = 32;

async function callsPerSecond(subject: Subject, calls: number, place: Place): Promise<number> {
  const wire = openWire(commandOf(subject, echoServer(PAYLOAD_BYTES), place));
  try {
    await wire.call(INITIALIZE);
    await wire.burst(2000, IN_FLIGHT, (n) => callLine(1 + n, PAYLOAD_BYTES));
    const tookMs = await wire.burst(calls, IN_FLIGHT, (n) => callLine(10_000 + n, PAYLOAD_BYTES));
    return calls / (tookMs / 1000);
  } finally {
    await wire.close();
    await place.clear();
  }
}

/** @param tailed whether a daemon is up on `place.daemonHome`, so that the tailed subject can be measured */
export async function burst(calls: number, rounds: number, place: Place, tailed: boolean): Promise<Line[]> {
  const subjects: Subject[] = [
    'direct',
    'bare',
    'recording',
    'callgrove',
    'enforce',
    ...(tailed ? (['tailed'] as const) : []),
  ];
  const figures = await interleave(subjects, rounds, (subject) => callsPerSecond(subject, calls, place));
  const bounds: Partial<Record<Subject, number>> = { callgrove: 1, enforce: 1 / ENFORCED, tailed: 0.85 };
  return subjects.map((subject) => {
    const against = subject === 'recording' ? null : 'recording';
    const spread = against ? paired(figures.get(subject)!, figures.get('recording')!, 'ratio') : null;
    const bound = bounds[subject];
    return {
      measure: `calls a second, ${IN_FLIGHT} in flight`,
      subject,
      figure: `${digits(median(figures.get(subject)!))} calls/s`,
      against,
      spread,
      unit: '×',
      wanted: bound !== undefined && spread ? { bound: 'at least', value: bound, of: spread.median } : null,
      conditions: `${PAYLOAD_BYTES} B, ${rounds} × ${calls} calls, ${subject === 'tailed' ? 'daemon tailing' : 'no daemon tails this one'}`,
    };
  });
}

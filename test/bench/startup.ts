/** From the start of the process to the first answer: of one server, and of ten that an agent starts at once. */
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { commandOf, ENFORCED, echoServer, type Place, type Subject } from './subjects.ts';
import { INITIALIZE, openWire } from './wire.ts';

const SUBJECTS: Subject[] = ['direct', 'bare', 'recording', 'callgrove', 'enforce'];
const AT_MOST_MS = 15;
const AT_MOST_TIMES = 1.3;
const SERVERS_AT_ONCE = 10;

/** @returns milliseconds from spawning the subject to its first answer */
async function firstAnswerMs(subject: Subject, place: Place): Promise<number> {
  const startedMs = performance.now();
  const wire = openWire(commandOf(subject, echoServer(100), place));
  try {
    await wire.call(INITIALIZE);
    return performance.now() - startedMs;
  } finally {
    await wire.close();
  }
}

function referenceOf(subject: Subject): Subject | null {
  if (subject === 'direct') return null;
  return subject === 'callgrove' || subject === 'enforce' ? 'bare' : 'direct';
}

function promised(subject: Subject, value: number, of: number): Line['wanted'] {
  if (subject === 'callgrove') return { bound: 'at most', value, of };
  return subject === 'enforce' ? { bound: 'at most', value: value * ENFORCED, of } : null;
}

export async function startup(rounds: number, place: Place): Promise<Line[]> {
  await firstAnswerMs('callgrove', place);
  const figures = await interleave(SUBJECTS, rounds, (subject) => firstAnswerMs(subject, place));
  return SUBJECTS.map((subject) => {
    const against = referenceOf(subject);
    const spread = against ? paired(figures.get(subject)!, figures.get(against)!, 'difference') : null;
    return {
      measure: 'start-up to the first answer',
      subject,
      figure: `${digits(median(figures.get(subject)!))} ms`,
      against,
      spread,
      unit: 'ms',
      wanted: spread && promised(subject, AT_MOST_MS, spread.median),
      conditions: `100 B, ${rounds} rounds, no daemon`,
    };
  });
}

export async function tenServers(rounds: number, place: Place): Promise<Line[]> {
  const figures = await interleave(SUBJECTS, rounds, async (subject) => {
    const firsts = Array.from({ length: SERVERS_AT_ONCE }, () => firstAnswerMs(subject, place));
    return median(await Promise.all(firsts));
  });
  return SUBJECTS.map((subject) => {
    const against = referenceOf(subject);
    const spread = against ? paired(figures.get(subject)!, figures.get(against)!, 'ratio') : null;
    return {
      measure: 'ten servers at once, p50 of the first answers',
      subject,
      figure: `${digits(median(figures.get(subject)!))} ms`,
      against,
      spread,
      unit: '×',
      wanted: spread && promised(subject, AT_MOST_TIMES, spread.median),
      conditions: `100 B, ${rounds} rounds of ${SERVERS_AT_ONCE} servers, no daemon`,
    };
  });
}

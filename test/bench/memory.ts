/** Memory of the process in the middle: at rest after some calls, after very many, and after one very long line. */
import { pssMb } from './processFigures.ts';
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { commandOf, ENFORCED, echoServer, type Place, type Subject } from './subjects.ts';
import { callLine, INITIALIZE, openWire } from './wire.ts';

const SUBJECTS: Subject[] = ['bare', 'recording', 'callgrove', 'enforce'];
const AT_MOST_MB = 10;
const LONG_LINE_BYTES = 50_000_000;

/** Both pipes have settled by then: what comes on top later is growth. */
const FIRST_CALLS = 20_000;

interface Figure {
  readonly firstMb: number;
  readonly steadyMb: number;
  readonly afterLongLineMb: number;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 300));

async function measure(subject: Subject, calls: number, place: Place): Promise<Figure> {
  const wire = openWire(commandOf(subject, echoServer(100), place));
  try {
    await wire.call(INITIALIZE);
    await wire.burst(FIRST_CALLS, 32, (n) => callLine(1 + n, 100));
    await settle();
    const firstMb = pssMb(wire.pid);
    if (calls > FIRST_CALLS) await wire.burst(calls - FIRST_CALLS, 32, (n) => callLine(1_000_000 + n, 100));
    await settle();
    const steadyMb = pssMb(wire.pid);
    await wire.call(callLine(9, LONG_LINE_BYTES));
    await wire.burst(FIRST_CALLS, 32, (n) => callLine(10_000_000 + n, 100));
    await settle();
    return { firstMb, steadyMb, afterLongLineMb: pssMb(wire.pid) };
  } finally {
    await wire.close();
  }
}

function promised(subject: Subject, of: number): Line['wanted'] {
  if (subject === 'callgrove') return { bound: 'at most', value: AT_MOST_MB, of };
  return subject === 'enforce' ? { bound: 'at most', value: AT_MOST_MB * ENFORCED, of } : null;
}

/** @param calls before the steady figure, at least 20,000; beyond that, the growth since then is a line of its own */
export async function memory(calls: number, rounds: number, place: Place): Promise<Line[]> {
  const figures = await interleave(SUBJECTS, rounds, (subject) => measure(subject, calls, place));
  const of = (subject: Subject, pick: (figure: Figure) => number) => figures.get(subject)!.map(pick);
  const kinds: [title: string, pick: (figure: Figure) => number][] = [
    [`memory after ${calls.toLocaleString('en-US')} calls`, (figure) => figure.steadyMb],
    ['memory after a 50 MB line', (figure) => figure.afterLongLineMb],
  ];
  const growth = (subject: Subject) => median(of(subject, (figure) => figure.steadyMb - figure.firstMb));
  const grown =
    calls <= FIRST_CALLS
      ? []
      : SUBJECTS.map(
          (subject): Line => ({
            measure: `memory grown from ${FIRST_CALLS.toLocaleString('en-US')} to ${calls.toLocaleString('en-US')} calls`,
            subject,
            figure: `${digits(growth(subject))} MB`,
            against: null,
            spread: null,
            unit: null,
            wanted: promised(subject, growth(subject)),
            conditions: `100 B, ${rounds} rounds, no daemon`,
          }),
        );
  const lines = kinds.flatMap(([title, pick]) =>
    SUBJECTS.map((subject): Line => {
      const spread = subject === 'bare' ? null : paired(of(subject, pick), of('bare', pick), 'difference');
      return {
        measure: title,
        subject,
        figure: `${digits(median(of(subject, pick)))} MB`,
        against: spread ? 'bare' : null,
        spread,
        unit: 'MB',
        wanted: spread && promised(subject, spread.median),
        conditions: `100 B, ${rounds} rounds, no daemon`,
      };
    }),
  );
  return [...lines, ...grown];
}

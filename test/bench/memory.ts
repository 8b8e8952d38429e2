/** Memory of the process in the middle: at rest after some calls, after very many, and after one very long line. */
import { pssMb } from './processFigures.ts';
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { commandOf, echoServer, type Place, type Subject } from './subjects.ts';
import { callLine, INITIALIZE, openWire } from './wire.ts';

const SUBJECTS: Subject[] = ['bare', 'recording', 'callgrove'];
const LONG_LINE_BYTES = 50_000_000;

interface Figure {
  readonly steadyMb: number;
  readonly afterLongLineMb: number;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 300));

async function measure(subject: Subject, calls: number, place: Place): Promise<Figure> {
  const wire = openWire(commandOf(subject, echoServer(100), place));
  try {
    await wire.call(INITIALIZE);
    await wire.burst(calls, 32, (n) => callLine(1 + n, 100));
    await settle();
    const steadyMb = pssMb(wire.pid);
    await wire.call(callLine(9, LONG_LINE_BYTES));
    await wire.burst(calls, 32, (n) => callLine(10_000_000 + n, 100));
    await settle();
    return { steadyMb, afterLongLineMb: pssMb(wire.pid) };
  } finally {
    await wire.close();
  }
}

/** @param calls before the steady figure and again after the long line */
export async function memory(calls: number, rounds: number, place: Place): Promise<Line[]> {
  const figures = await interleave(SUBJECTS, rounds, (subject) => measure(subject, calls, place));
  const of = (subject: Subject, pick: (figure: Figure) => number) => figures.get(subject)!.map(pick);
  const kinds: [title: string, pick: (figure: Figure) => number][] = [
    [`memory after ${calls.toLocaleString('en-US')} calls`, (figure) => figure.steadyMb],
    ['memory after a 50 MB line', (figure) => figure.afterLongLineMb],
  ];
  return kinds.flatMap(([title, pick]) =>
    SUBJECTS.map((subject): Line => {
      const spread = subject === 'bare' ? null : paired(of(subject, pick), of('bare', pick), 'difference');
      return {
        measure: title,
        subject,
        figure: `${digits(median(of(subject, pick)))} MB`,
        against: spread ? 'bare' : null,
        spread,
        unit: 'MB',
        wanted: subject === 'callgrove' && spread ? { bound: 'at most', value: 10, of: spread.median } : null,
        conditions: `100 B, ${rounds} rounds, no daemon`,
      };
    }),
  );
}

/** One call after another: the median latency of a call, and the CPU time that the process in the middle spends on it. */
import { cpuMs } from './processFigures.ts';
import { digits, type Line } from './report.ts';
import { interleave, median, paired, percentile } from './rounds.ts';
import { commandOf, ENFORCED, echoServer, type Place, type Subject } from './subjects.ts';
import { callLine, INITIALIZE, openWire } from './wire.ts';

interface Figure {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** CPU per call of the process that the client started, in microseconds. */
  readonly cpuUs: number;
}

/** Calls before the clock starts: the engines have compiled their hot paths by then. */
const WARM_UP = 300;

async function measure(subject: Subject, bytes: number, calls: number, place: Place): Promise<Figure> {
  const wire = openWire(commandOf(subject, echoServer(bytes), place));
  try {
    await wire.call(INITIALIZE);
    const line = callLine(1, bytes);
    for (let n = 0; n < Math.min(WARM_UP, calls); n++) await wire.call(line);
    const times: number[] = [];
    const before = cpuMs(wire.pid);
    for (let n = 0; n < calls; n++) times.push(await wire.call(callLine(2 + n, bytes)));
    const cpuUs = ((cpuMs(wire.pid) - before) * 1000) / calls;
    return { p50Ms: median(times), p95Ms: percentile(times, 0.95), cpuUs };
  } finally {
    await wire.close();
    await place.clear();
  }
}

/** With the appending pipe: it has to be told how much of a ratio is the file itself. */
const SUBJECTS: readonly Subject[] = ['direct', 'bare', 'appending', 'recording', 'callgrove', 'enforce'];

export interface Payload {
  readonly bytes: number;
  readonly name: string;
  readonly calls: number;
  /** What the issue promises for the p50: a bound against which reference. */
  readonly promise: { readonly against: Subject; readonly atMost: number };
  /** What else was the case, for the table. */
  readonly beside?: string;
}

/** What is promised for the CPU of a payload that is small enough for it to be a cost per call. */
const CPU_AT_MOST = 0.8;
const SMALL_BYTES = 100_000;

/** What is promised of a subject, by what is promised of Callgrove. */
function atMostOf(subject: Subject, atMost: number): number | null {
  if (subject === 'callgrove') return atMost;
  return subject === 'enforce' ? atMost * ENFORCED : null;
}

/** @returns lines for p50 of every subject, and CPU where the payload is small enough for it to be a cost per call */
export async function sequential(payload: Payload, rounds: number, place: Place): Promise<Line[]> {
  const figures = await interleave(SUBJECTS, rounds, (subject) =>
    measure(subject, payload.bytes, payload.calls, place),
  );
  const of = (subject: Subject, pick: (figure: Figure) => number) => figures.get(subject)!.map(pick);
  const beside = payload.beside === undefined ? '' : `, ${payload.beside}`;
  const conditions = `${payload.name}, ${rounds} × ${payload.calls} calls, no daemon${beside}`;
  const lines: Line[] = [];
  for (const subject of SUBJECTS) {
    const p50 = of(subject, (figure) => figure.p50Ms);
    const p95 = of(subject, (figure) => figure.p95Ms);
    const atMost = atMostOf(subject, payload.promise.atMost);
    const reference = subject === 'appending' ? 'bare' : 'direct';
    const against = atMost !== null ? payload.promise.against : subject === 'direct' ? null : reference;
    const spread = against
      ? paired(
          p50,
          of(against, (figure) => figure.p50Ms),
          'ratio',
        )
      : null;
    lines.push({
      measure: `p50 of a call, ${payload.name}`,
      subject,
      figure: `${digits(median(p50))} ms (p95 ${digits(median(p95))})`,
      against,
      spread,
      unit: '×',
      wanted: atMost !== null && spread ? { bound: 'at most', value: atMost, of: spread.median } : null,
      conditions,
    });
  }
  lines.push({
    measure: `p50 of a call, ${payload.name}`,
    subject: 'callgrove',
    figure: 'the same',
    against: 'appending',
    spread: paired(
      of('callgrove', (figure) => figure.p50Ms),
      of('appending', (figure) => figure.p50Ms),
      'ratio',
    ),
    unit: '×',
    wanted: null,
    conditions,
  });
  for (const subject of SUBJECTS.slice(1)) {
    const cpu = of(subject, (figure) => figure.cpuUs);
    const against = subject === 'recording' ? null : 'recording';
    const spread = against
      ? paired(
          cpu,
          of('recording', (figure) => figure.cpuUs),
          'ratio',
        )
      : null;
    const atMost = payload.bytes < SMALL_BYTES ? atMostOf(subject, CPU_AT_MOST) : null;
    lines.push({
      measure: `CPU per call, ${payload.name}`,
      subject,
      figure: `${digits(median(cpu))} µs`,
      against,
      spread,
      unit: '×',
      wanted: atMost !== null && spread ? { bound: 'at most', value: atMost, of: spread.median } : null,
      conditions,
    });
  }
  return lines;
}

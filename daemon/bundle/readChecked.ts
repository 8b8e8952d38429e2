/**
 * A bundle that is checked while somebody reads it, so that it need not be read twice: the first thing that is wrong with
 * it is thrown at whoever reads. What was read is right only when `finish` has ended well.
 */
import { type BundleReader, MEMBER } from '../protocol/bundle.ts';
import { createBundleCheck } from './bundleCheck.ts';
import { BundleError } from './bundleError.ts';

export interface CheckedBundle {
  /** All members have to be read, each once; frames as far as their calls are read. */
  readonly bundle: BundleReader;
  /** @throws BundleError for what was not read to its end, is not named, or does not add up */
  finish(): Promise<void>;
}

export function readChecked(bundle: BundleReader): CheckedBundle {
  const check = createBundleCheck(bundle, (code, reason) => {
    throw new BundleError(code, reason);
  });
  let framesEnded = false;
  let waiting: Parameters<typeof check.frame>[0] | null = null;
  async function* each<T>(lines: AsyncIterable<T>, look: (one: T) => void): AsyncGenerator<T> {
    for await (const one of lines) {
      look(one);
      yield one;
    }
  }
  return {
    bundle: {
      ...bundle,
      async session() {
        const session = await bundle.session();
        check.session(session);
        return session;
      },
      calls: () => each(bundle.calls(), check.call),
      async *frames() {
        for await (const frame of bundle.frames()) {
          // Its call may come after it: whoever asks for the next one has seen that.
          waiting = frame;
          yield frame;
          check.frame(frame);
        }
        waiting = null;
        framesEnded = true;
      },
      denials: () => each(bundle.denials(), check.denial),
      findings: () => each(bundle.findings(), check.finding),
      captures: () => each(bundle.captures(), check.capture),
      async diff() {
        const diff = await bundle.diff();
        check.diff(diff !== null);
        return diff;
      },
    },
    async finish() {
      // A frame that found no call is of none that is there, or stands in the wrong place.
      if (waiting !== null) check.frame(waiting);
      if (!framesEnded) throw new BundleError('malformed', 'frames do not stand in the order of their calls');
      for (const name of [MEMBER.readme, MEMBER.report]) for await (const _ of bundle.text(name));
      check.end();
    },
  };
}

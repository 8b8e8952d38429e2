/** One line on a terminal's stderr that says how far something is, and goes when it is done. Elsewhere nothing. */
export interface ProgressLine {
  say(text: string): void;
  end(): void;
}

const EVERY_MS = 100;

export function progressLine(stderr: NodeJS.WriteStream): ProgressLine {
  let saidAt = 0;
  let shown = false;
  return {
    say(text) {
      const now = performance.now();
      if (!stderr.isTTY || now - saidAt < EVERY_MS) return;
      saidAt = now;
      shown = true;
      stderr.write(`\r\x1b[K${text.slice(0, Math.max(20, stderr.columns - 1))}`);
    },
    end() {
      if (shown) stderr.write('\r\x1b[K');
      shown = false;
    },
  };
}

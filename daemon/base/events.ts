/** A typed event with listeners. A listener that throws does not keep the others from hearing. */
import { type Disposable, toDisposable } from './lifecycle.ts';

export type Listener<T> = (value: T) => void;

export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<Listener<T>>();

  /** Registers a listener; dispose the result to stop hearing. */
  readonly on = (listener: Listener<T>): Disposable => {
    const entry: Listener<T> = (value) => listener(value);
    this.listeners.add(entry);
    return toDisposable(() => this.listeners.delete(entry));
  };

  /** Calls every listener. The first error is thrown after all of them ran. */
  fire(value: T): void {
    let failure: { error: unknown } | null = null;
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  dispose(): void {
    this.listeners.clear();
  }
}

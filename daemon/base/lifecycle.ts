/**
 * Whoever opens something disposes it: a store of disposables, and the one shape they share.
 * Same shape as `vscode.Disposable`, so that the extension can register ours and we theirs.
 */

export interface Disposable {
  /** Releases what the object holds. Calling it again does nothing. */
  dispose(): void;
}

/** Turns a function into a disposable that runs it at most once. */
export function toDisposable(release: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      release();
    },
  };
}

/** Holds disposables and releases them in reverse order. What is added after disposal is disposed at once. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** How many disposables are still held: tests assert 0 at their end. */
  get size(): number {
    return this.items.length;
  }

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** Forgets `item` without disposing it. */
  forget(item: Disposable): void {
    const at = this.items.indexOf(item);
    if (at >= 0) this.items.splice(at, 1);
  }

  /** Every item is disposed even when one throws; the first error is thrown at the end. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    let failure: { error: unknown } | null = null;
    for (const item of this.items.splice(0).reverse()) {
      try {
        item.dispose();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }
}

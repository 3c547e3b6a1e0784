// A value that can be watched, in the shape that Svelte calls a store: `subscribe` calls at once and then at each change. No framework.

export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

/** Reads again at each change and tells only what is not the same value as before. */
export function readable<T>(
  read: () => T,
  onChange: (listener: () => void) => () => void,
): Readable<T> {
  return {
    subscribe(run) {
      let last = read();
      run(last);
      return onChange(() => {
        const now = read();
        if (Object.is(now, last)) return;
        last = now;
        run(now);
      });
    },
  };
}

/** The same for a value that takes a moment to read; an answer that was overtaken is dropped. */
export function readableLater<T>(
  read: () => Promise<T>,
  onChange: (listener: () => void) => () => void,
): Readable<T | undefined> {
  return {
    subscribe(run) {
      let turn = 0;
      let isOver = false;
      run(undefined);
      const again = () => {
        const mine = ++turn;
        void read().then((value) => {
          if (mine === turn && !isOver) run(value);
        });
      };
      again();
      const off = onChange(again);
      return () => {
        isOver = true;
        off();
      };
    },
  };
}

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { shorten } from "../data/text";

/** What was asked for last: its answer, or the one before while it is awaited, or why there is none. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly loading: boolean;
}

const NOTHING: Loaded<never> = { value: null, error: null, loading: false };

/**
 * Ask anew whenever a signal that `ask` reads changes, and show the answer; an answer that was overtaken is dropped.
 *
 * `ask` returns null where there is nothing to ask for. The second value ends it.
 */
export function follow<T>(ask: () => Promise<T> | null): [ReadonlySignal<Loaded<T>>, () => void] {
  const loaded = signal<Loaded<T>>(NOTHING);
  let turn = 0;
  const stop = effect(() => {
    const mine = ++turn;
    const answer = ask();
    const before = loaded.peek().value;
    loaded.value = answer === null ? NOTHING : { value: before, error: null, loading: true };
    answer?.then(
      (value) => {
        if (mine === turn) loaded.value = { value, error: null, loading: false };
      },
      (reason: unknown) => {
        if (mine === turn) loaded.value = { value: null, error: message(reason), loading: false };
      },
    );
  });
  return [
    loaded,
    () => {
      turn++;
      stop();
    },
  ];
}

const LONGEST = 300;

/** Return what an error says, cut where it cites something long. */
export function message(reason: unknown): string {
  return shorten(reason instanceof Error ? reason.message : String(reason), LONGEST);
}

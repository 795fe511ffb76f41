import { expect, it } from "vitest";
import { linkViews } from "./linkedViews";
import type { Sight, Viewer } from "./viewer/api";

const from = (x: number): Sight => ({ position: [x, 0, 0], target: [0, 0, 0], up: [0, 1, 0] });

/** A viewer that is somewhere, and tells who listens when a user turns it. */
function fakeViewer(x: number) {
  let now = from(x);
  const listeners = new Set<(from: Sight) => void>();
  const viewer = {
    sight: () => now,
    look: (there: Sight) => {
      now = there;
    },
    onLook: (listener: (from: Sight) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const turn = (to: number) => {
    now = from(to);
    for (const listener of listeners) listener(now);
  };
  return { viewer: viewer as unknown as Viewer, turn };
}

it("looks at both from where the first is seen, then from wherever one of them is turned to", () => {
  const [first, second] = [fakeViewer(1), fakeViewer(2)];
  const stop = linkViews(first.viewer, second.viewer);
  expect(second.viewer.sight()).toEqual(from(1));
  second.turn(3);
  expect(first.viewer.sight()).toEqual(from(3));
  first.turn(4);
  expect(second.viewer.sight()).toEqual(from(4));
  stop();
  first.turn(5);
  expect(second.viewer.sight()).toEqual(from(4));
});

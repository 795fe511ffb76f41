/** Two views of one structure that are turned together. */

import type { Viewer } from "./viewer/api";

/** Look at the second scene as at the first, and keep it so whichever is turned; returns how to stop. */
export function linkViews(first: Viewer, second: Viewer): () => void {
  second.look(first.sight());
  const stops = [first.onLook((from) => second.look(from)), second.onLook((from) => first.look(from))];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Arcs by their place in a scene, whose groups of primitives Mol* counts each on its own. */

import type { Scene } from "../../data/documents";

interface SceneNode {
  kind: string;
  ref?: string;
  children?: SceneNode[];
}

/** How many arcs of a scene stand before each group of arcs, by the name of the group. */
export function arcsBefore(scene: Scene): Map<string, number> {
  const before = new Map<string, number>();
  let count = 0;
  for (const { kind, ref, children } of (scene.root as SceneNode).children ?? []) {
    if (kind !== "primitives" || !ref) continue;
    before.set(ref, count);
    count += children?.length ?? 0;
  }
  return before;
}

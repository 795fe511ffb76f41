import type { Scene } from "../../data/documents";

interface SceneNode {
  kind: string;
  custom?: Record<string, unknown>;
  children?: SceneNode[];
}

/** By what Mol* calls them: fewer triangles, and none of the shaders that draw atoms alone. */
const COARSE = { molstar_representation_params: { quality: "low", tryUseImpostor: false } };

/** The same scene for where there is no graphics card: drawn in less than half the time, and hard to tell apart. */
export function lightened(scene: Scene): Scene {
  return { ...scene, root: coarse(scene.root as SceneNode) };
}

function coarse(node: SceneNode): SceneNode {
  const lighter = node.children ? { ...node, children: node.children.map(coarse) } : node;
  return node.kind === "representation" ? { ...lighter, custom: COARSE } : lighter;
}

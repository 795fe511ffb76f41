/** Arcs and the residues of a property, put into a base scene; the same as `src/protlens/scene` puts into its files. */

import { arcTooltip, arcVerdict } from "../data/arcs";
import type { Arcs, ProteinDocument, Scene, SceneStyle } from "../data/documents";
import type { Property } from "../data/properties";
import { fixed } from "../data/text";

/** One protein of the scene and those of its arcs that are to be drawn, by place, in the order to draw them in. */
export interface Part {
  protein: ProteinDocument;
  arcs: Arcs | null;
  chosen: readonly number[];
}

export interface Look {
  property: Property;
  /** The smallest weight that is shown, drawn with the smallest radius. */
  threshold: number;
  style: SceneStyle;
}

type Point = [number, number, number];

/** An arc as it is drawn. */
export interface Tube {
  protein: ProteinDocument;
  arcs: Arcs;
  arc: number;
  start: Point;
  end: Point;
}

interface SceneNode {
  kind: string;
  ref?: string;
  params?: Record<string, unknown>;
  children?: SceneNode[];
}

const CARTOON = "cartoon";

/** The arcs that have two resolved ends, in the order in which the scene has them. */
export function tubes(parts: readonly Part[]): Tube[] {
  return parts.flatMap(({ protein, arcs, chosen }) =>
    arcs ? chosen.flatMap((arc) => tube(protein, arcs, arc) ?? []) : [],
  );
}

function tube(protein: ProteinDocument, arcs: Arcs, arc: number): Tube | null {
  const [query, key] = [arcs.query[arc] ?? -1, arcs.key[arc] ?? -1];
  const [start, end] = [protein.points?.[query], protein.points?.[key]];
  return start && end && query !== key ? { protein, arcs, arc, start, end } : null;
}

/** A copy of a base scene with the property's residues coloured and the arcs drawn. */
export function dress(base: Scene, parts: readonly Part[], look: Look): Scene {
  const root = base.root as SceneNode;
  const color = residueColor(parts, look);
  const arcs = arcNode(tubes(parts), look);
  const coloured = color ? appended(root, CARTOON, color) : root;
  return { ...base, root: arcs ? { ...coloured, children: [...(coloured.children ?? []), arcs] } : coloured };
}

/** A copy of a tree in which the node of that name has one more child. */
function appended(node: SceneNode, ref: string, child: SceneNode): SceneNode {
  if (node.ref === ref) return { ...node, children: [...(node.children ?? []), child] };
  if (!node.children) return node;
  return { ...node, children: node.children.map((below) => appended(below, ref, child)) };
}

function residueColor(parts: readonly Part[], { property, style }: Look): SceneNode | null {
  if (property.level !== "residue") return null;
  const selector = parts.flatMap(({ protein }) =>
    [...(protein.masks[property.name] ?? "")].flatMap((symbol, position) =>
      symbol === "1" ? { label_asym_id: protein.asym, label_seq_id: position + 1 } : [],
    ),
  );
  return selector.length ? { kind: "color", params: { selector, color: style.property } } : null;
}

function arcNode(drawn: readonly Tube[], look: Look): SceneNode | null {
  if (!drawn.length) return null;
  return { kind: "primitives", children: drawn.map((tube) => ({ kind: "primitive", params: tubeParams(tube, look) })) };
}

function tubeParams(
  { protein, arcs, arc, start, end }: Tube,
  { property, threshold, style }: Look,
): Record<string, unknown> {
  return {
    kind: "tube",
    start,
    end,
    radius: tubeRadius(arcs.weight[arc] ?? 0, threshold, style.radius),
    color: style[arcVerdict(protein, arcs, arc, property)],
    tooltip: asHtml(arcTooltip(protein, arcs, arc, property)),
  };
}

/** A text as Mol* wants its tooltips, which are HTML. */
function asHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** From the first radius at the threshold to the last at a weight of one. */
export function tubeRadius(weight: number, threshold: number, [thin, thick]: SceneStyle["radius"]): number {
  if (threshold >= 1) return thin;
  const radius = thin + ((thick - thin) * (weight - threshold)) / (1 - threshold);
  return Number(fixed(Math.min(Math.max(radius, thin), thick), 3));
}

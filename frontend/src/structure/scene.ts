/** Arcs and the residues of a property, put into a base scene; the same as `src/protlens/scene` puts into its files. */

import { aboutResidues, arcTooltip, arcVerdict, isPaired } from "../data/arcs";
import type { Arcs, ProteinDocument, Scene, SceneStyle } from "../data/documents";
import type { Property } from "../data/properties";
import { chainsOf, residueName, sceneResidue } from "../data/residues";
import { fixed } from "../data/text";

/** One protein of the scene and those of its arcs that are to be drawn, by place, in the order to draw them in. */
export interface Part {
  protein: ProteinDocument;
  arcs: Arcs | null;
  chosen: readonly number[];
}

export interface Look {
  property: Property;
  style: SceneStyle;
  /** What colours the chains that the model read; the property where it is left out. */
  colour?: CartoonColour | undefined;
  /** The residue that is selected: all arcs that do not touch it are faint. */
  selected?: { protein: string; position: number } | null | undefined;
}

export type CartoonColour = "property" | "chain" | "structure";

/** Colours of chains, of which none is that of an arc; the first is the usual one. */
const CHAINS = ["#b4bfca", "#c9b8d8", "#b7d1bd", "#d9c7a3", "#a9cdd3", "#d6b4b4"];

/** Helices and strands, in the colours that they have along the sequence. */
export const STATES: readonly (readonly [symbols: string, colour: string, name: string])[] = [
  ["HGI", "#b58fc0", "helix"],
  ["EB", "#7fb28f", "strand"],
];

/** The colour of a chain by its place in the structure, from the second on. */
export function chainColour(at: number): string {
  return CHAINS[at % CHAINS.length] ?? "";
}

const FAINT = "#d4d4d4";

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

const [CARTOON, STRUCTURE, ATTENDED] = ["cartoon", "structure", "attended"];
const NAMED = 3;

/** How tall names are, and how far before their residue, as shares of how far the protein reaches: before most of it. */
const [NAME_SIZE, NAME_BEFORE] = [0.075, 0.8];

/** The arcs that have two resolved ends, in the order in which they were chosen. */
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

/** A copy of a base scene with its chains coloured, the arcs drawn, and what gets most attention as sticks with a name. */
export function dress(base: Scene, parts: readonly Part[], look: Look): Scene {
  const colours = cartoonColours(parts, look);
  const root = colours.reduce((node, colour) => appended(node, CARTOON, colour), base.root as SceneNode);
  const arcs = tubes(parts);
  if (!arcs.length) return { ...base, root };
  const named = parts.flatMap((part) => mostAttended(part).map((position) => ({ ...part, position })));
  const dressed = appended(root, STRUCTURE, sticks(named, look.style));
  const reach = reachOf(parts);
  const labels = named.map((one) => label(one, reach));
  const drawn = arcLayers(parts, look).map((layer) => arrows(layer, look));
  const children = [...(dressed.children ?? []), primitives(labels, READABLE), ...drawn];
  return { ...base, root: { ...dressed, children } };
}

/** Arcs that are as solid as each other. */
interface ArcLayer {
  readonly opacity: number;
  readonly tubes: readonly Tube[];
}

/** The arcs by how solid they are, in the order in which the scene has them: the solid ones first. */
export function arcLayers(parts: readonly Part[], look: Look): ArcLayer[] {
  const layers = new Map<number, Tube[]>();
  for (const tube of tubes(parts)) {
    const weight = isFaint(tube, look) ? 0 : (tube.arcs.weight[tube.arc] ?? 0);
    const opacity = arcOpacity(weight, look.style.opacity);
    layers.set(opacity, [...(layers.get(opacity) ?? []), tube]);
  }
  return [...layers].sort(([one], [other]) => other - one).map(([opacity, some]) => ({ opacity, tubes: some }));
}

/** How solid an arc is, in steps: the same in every picture. */
export function arcOpacity(weight: number, steps: SceneStyle["opacity"]): number {
  return (steps.find(([least]) => weight >= least) ?? steps.at(-1))?.[1] ?? 1;
}

function arrows({ opacity, tubes }: ArcLayer, look: Look): SceneNode {
  const drawn = tubes.map((tube) => arrow(tube, look));
  return { ...primitives(drawn, { opacity }), ref: `arcs_${Math.round(100 * opacity)}` };
}

/** How far the residues of a scene reach: half the diagonal of the box about them, in angstrom. */
function reachOf(parts: readonly Part[]): number {
  const points = parts.flatMap(({ protein }) => protein.points?.filter((point) => point !== null) ?? []);
  const spans = ([0, 1, 2] as const).map((axis) => {
    const along = points.map((point) => point[axis]);
    return along.reduce((one, other) => Math.max(one, other)) - along.reduce((one, other) => Math.min(one, other));
  });
  return Math.hypot(...spans) / 2;
}

/** The positions that the drawn arcs are about with most weight, most first. */
export function mostAttended(part: Part): number[] {
  const received = new Map<number, number>();
  for (const { arcs, arc } of tubes([part])) {
    for (const position of aboutResidues(arcs, arc)) {
      received.set(position, (received.get(position) ?? 0) + (arcs.weight[arc] ?? 0));
    }
  }
  const order = [...received].sort(([one, most], [other, more]) => more - most || one - other);
  return order.slice(0, NAMED).map(([position]) => position);
}

type Named = Part & { position: number };

function sticks(named: readonly Named[], style: SceneStyle): SceneNode {
  const selector = named.map(({ protein, position }) => residueOf(protein, position));
  const children = [{ kind: "color", params: { color: style.attended } }];
  const params = { type: "ball_and_stick", size_factor: 0.8 };
  return {
    kind: "component",
    params: { selector },
    children: [{ kind: "representation", params, children, ref: ATTENDED }],
  };
}

function label({ protein, position }: Named, reach: number): Record<string, unknown> {
  return {
    kind: "label",
    position: protein.points?.[position] ?? [],
    text: residueName(protein, position),
    label_size: Number(fixed(NAME_SIZE * reach, 1)),
    label_color: "#000000",
    label_offset: Number(fixed(NAME_BEFORE * reach, 1)),
  };
}

/** Names stand on white, as what is behind them may be of any colour. */
const READABLE = { label_background_color: "#ffffff" };

function primitives(each: readonly Record<string, unknown>[], params: Record<string, unknown>): SceneNode {
  return { kind: "primitives", params, children: each.map((one) => ({ kind: "primitive", params: one })) };
}

function residueOf(protein: ProteinDocument, position: number): Record<string, unknown> {
  const { asym, seq } = sceneResidue(protein, position);
  return { label_asym_id: asym, label_seq_id: seq };
}

/** A copy of a tree in which the node of that name has one more child. */
function appended(node: SceneNode, ref: string | undefined, child: SceneNode): SceneNode {
  if (node.ref === ref) return { ...node, children: [...(node.children ?? []), child] };
  if (!node.children) return node;
  return { ...node, children: node.children.map((below) => appended(below, ref, child)) };
}

function cartoonColours(parts: readonly Part[], look: Look): SceneNode[] {
  if (look.colour === "chain") return chainColours(parts);
  if (look.colour === "structure") return stateColours(parts);
  const { property, style } = look;
  return property.level === "residue" ? coloured(parts, style.property, (one) => one.masks[property.name], "1") : [];
}

function chainColours(parts: readonly Part[]): SceneNode[] {
  const chains = parts.flatMap(({ protein }) => chainsOf(protein)).slice(1);
  return chains.map(({ asym }, at) => {
    return { kind: "color", params: { selector: [{ label_asym_id: asym }], color: chainColour(at + 1) } };
  });
}

function stateColours(parts: readonly Part[]): SceneNode[] {
  return STATES.flatMap(([symbols, colour]) =>
    coloured(parts, colour, ({ tracks }) => tracks.dssp ?? tracks.ss3, symbols),
  );
}

/** One colour for all residues whose symbol is one of these. */
function coloured(
  parts: readonly Part[],
  color: string,
  trackOf: (protein: ProteinDocument) => string | undefined,
  symbols: string,
): SceneNode[] {
  const selector = parts.flatMap(({ protein }) =>
    [...(trackOf(protein) ?? "")].flatMap((symbol, position) =>
      symbols.includes(symbol) ? residueOf(protein, position) : [],
    ),
  );
  return selector.length ? [{ kind: "color", params: { selector, color } }] : [];
}

function arrow(tube: Tube, look: Look): Record<string, unknown> {
  const { property, style } = look;
  const { protein, arcs, arc, start, end } = tube;
  const radius = tubeRadius(arcs.weight[arc] ?? 0, style.radius);
  return {
    kind: "arrow",
    start,
    end,
    show_tube: true,
    tube_radius: radius,
    ...(isPaired(arcs) ? { show_end_cap: false } : endCap(radius)),
    color: isFaint(tube, look) ? FAINT : style[arcVerdict(protein, arcs, arc, property)],
    tooltip: asHtml(arcTooltip(protein, arcs, arc, property)),
  };
}

function endCap(radius: number): Record<string, unknown> {
  return {
    show_end_cap: true,
    end_cap_radius: Number(fixed(2 * radius + 0.25, 3)),
    end_cap_length: Number(fixed(4 * radius + 0.5, 3)),
  };
}

/** Whether another residue than those of an arc is selected. */
function isFaint({ protein, arcs, arc }: Tube, { selected }: Look): boolean {
  if (!selected) return false;
  const ends = [arcs.query[arc], arcs.key[arc]];
  return protein.id !== selected.protein || !ends.includes(selected.position);
}

/** A text as Mol* wants its tooltips, which are HTML. */
function asHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** From the first radius at a weight of nothing to the last at one, the same in every picture. */
export function tubeRadius(weight: number, [thin, thick]: SceneStyle["radius"]): number {
  const radius = thin + (thick - thin) * weight;
  return Number(fixed(Math.min(Math.max(radius, thin), thick), 3));
}

/** What the 3-D view shows, in words. */

import { arcVerdict } from "../data/arcs";
import type { Scene, SceneStyle } from "../data/documents";
import { type Property, verdictLine } from "../data/properties";
import { count } from "../data/text";
import type { Key } from "../drawing/caption";
import { type CartoonColour, chainColour, type Part, STATES, type Tube } from "./scene";

export interface SceneContent {
  readonly base: Scene;
  readonly parts: readonly Part[];
  readonly tubes: readonly Tube[];
  readonly fitting: number;
  readonly property: Property;
  readonly threshold: number;
  readonly style: SceneStyle;
  /** What colours the chains; the property where it is left out. */
  readonly colour?: CartoonColour;
}

/** What the colours of a scene mean; only those that it has. */
export function sceneLegend(content: SceneContent): Key[] {
  return [...arcKeys(content), ...residueKeys(content), ...chainKeys(content)];
}

function arcKeys({ tubes, property, style }: SceneContent): Key[] {
  const verdicts = tubes.map(({ protein, arcs, arc }) => arcVerdict(protein, arcs, arc, property));
  return (["holds", "fails", "unknown"] as const).flatMap((verdict): Key[] => {
    const many = verdicts.filter((one) => one === verdict).length;
    const text = `${count(many, "arc")}, ${verdictLine(property.name, verdict)}`;
    return many ? [{ mark: "line", colour: style[verdict], text }] : [];
  });
}

function residueKeys({ parts, property, style, colour = "property" }: SceneContent): Key[] {
  if (colour === "structure") return STATES.map(([, colour, text]) => ({ mark: "square", colour, text }));
  if (colour !== "property" || property.level !== "residue") return [];
  const any = parts.some(({ protein }) => protein.masks[property.name]?.includes("1"));
  return any
    ? [{ mark: "square", colour: style.property, text: `residues, ${verdictLine(property.name, "holds")}` }]
    : [];
}

function chainKeys({ base, parts, style, colour }: SceneContent): Key[] {
  const shown = colour === "chain" ? parts.map((part) => [part]) : [parts];
  const keys = shown.map((some, at): Key => {
    return {
      mark: "square",
      colour: at ? chainColour(at) : style.chain,
      text: `${chainNames(some)}, ${howFarRead(some)}`,
    };
  });
  if (hasColour(base.root, style.other)) {
    keys.push({ mark: "square", colour: style.other, text: "other chains, not read" });
  }
  if (hasColour(base.root, style.ligand)) {
    keys.push({ mark: "dot", colour: style.ligand, text: "ligands and nucleic acids" });
  }
  return keys;
}

function chainNames(parts: readonly Part[]): string {
  const names = parts.flatMap(({ protein }) => protein.chain || []);
  return names.length ? `${names.length > 1 ? "chains" : "chain"} ${names.join(", ")}` : "chain";
}

function howFarRead(parts: readonly Part[]): string {
  const cut = parts.filter(({ protein }) => protein.analysed < protein.sequence.length);
  const most = Math.max(...cut.map(({ protein }) => protein.analysed));
  return cut.length ? `of which the model read the first ${most} residues` : "read by the model";
}

function hasColour(node: unknown, colour: string): boolean {
  const { params, children } = node as { params?: { color?: unknown }; children?: unknown[] };
  return params?.color === colour || (children?.some((child) => hasColour(child, colour)) ?? false);
}

/** How many arcs are drawn, of how many, and why some are not. */
export function sceneSummary({
  parts,
  tubes,
  fitting,
  threshold,
}: Pick<SceneContent, "parts" | "tubes" | "fitting" | "threshold">): string {
  const chosen = parts.reduce((sum, part) => sum + part.chosen.length, 0);
  const complete = parts.every(({ arcs }) => !arcs || arcs.complete_from <= threshold);
  const many = `${tubes.length} of ${complete ? "" : "at least "}${fitting} arcs drawn`;
  const left = chosen - tubes.length;
  return left ? `${many}; ${left} left out, with an end that has no coordinates` : many;
}

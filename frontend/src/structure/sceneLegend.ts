/** What the 3-D view shows, in words. */

import { arcsAndPairs, arcVerdict, isPaired } from "../data/arcs";
import type { Scene, SceneStyle } from "../data/documents";
import { capital, type Property, verdictLine } from "../data/properties";
import { chainsOf, linksChains } from "../data/residues";
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
  return (["holds", "fails", "unknown"] as const).flatMap((verdict): Key[] => {
    const some = tubes.filter(({ protein, arcs, arc }) => arcVerdict(protein, arcs, arc, property) === verdict);
    const text = `${howMany(some)}, ${verdictLine(property.name, verdict)}`;
    return some.length ? [{ mark: "line", colour: style[verdict], text }] : [];
  });
}

function howMany(tubes: readonly Tube[]): string {
  const pairs = tubes.filter(({ arcs }) => isPaired(arcs)).length;
  return arcsAndPairs(tubes.length - pairs, pairs);
}

/** What the tubes of a scene are, and what their width tells; null where there are none. */
export function tubeWords(tubes: readonly Tube[]): { sentence: string; weight: string } | null {
  const [arrows, lines] = [tubes.some(({ arcs }) => !isPaired(arcs)), tubes.some(({ arcs }) => isPaired(arcs))];
  if (!arrows && !lines) return null;
  const arrow = arrows && "each arrow points to the residue that is attended to";
  const line = lines && "each line joins two residues that are predicted to touch";
  const weight = [arrows && "weight", lines && "probability"].filter(Boolean).join(" or ");
  const what = capital([arrow, line].filter(Boolean).join("; "));
  return {
    sentence: `${what}, the wider and the more solid the larger its ${weight}. Residues with most of it are named.`,
    weight,
  };
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
  const chains = parts.flatMap((part) => chainsOf(part.protein).map(({ name }) => ({ name, part })));
  const shown = colour === "chain" ? chains.map((chain) => [chain]) : [chains];
  const keys = shown.map((some, at): Key => {
    const read = howFarRead([...new Set(some.map(({ part }) => part))]);
    return {
      mark: "square",
      colour: at ? chainColour(at) : style.chain,
      text: `${chainNames(some.flatMap(({ name }) => name || []))}, ${read}`,
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

function chainNames(names: readonly string[]): string {
  return names.length ? `${names.length > 1 ? "chains" : "chain"} ${names.join(", ")}` : "chain";
}

function howFarRead(parts: readonly Part[]): string {
  const cut = parts.filter(({ protein }) => protein.analysed < protein.sequence.length);
  const most = Math.max(...cut.map(({ protein }) => protein.analysed));
  const joined = parts.some(({ protein }) => protein.further.length);
  const together = joined ? ", all chains in one input" : "";
  return `${cut.length ? `of which the model read the first ${most} residues` : "read by the model"}${together}`;
}

function hasColour(node: unknown, colour: string): boolean {
  const { params, children } = node as { params?: { color?: unknown }; children?: unknown[] };
  return params?.color === colour || (children?.some((child) => hasColour(child, colour)) ?? false);
}

function linkingWords(tubes: readonly Tube[]): string {
  if (!tubes.some(({ protein }) => protein.further.length)) return "";
  const linking = tubes.filter(({ protein, arcs, arc }) =>
    linksChains(protein, { query: arcs.query[arc] ?? -1, key: arcs.key[arc] ?? -1 }),
  );
  return `, of which ${linking.length} link two chains`;
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
  const paired = parts.some(({ arcs }) => arcs && isPaired(arcs));
  const many = `${tubes.length} of ${complete ? "" : "at least "}${fitting} ${paired ? "pairs" : "arcs"} drawn${linkingWords(tubes)}`;
  const left = chosen - tubes.length;
  return left ? `${many}; ${left} left out, with an end that has no coordinates` : many;
}

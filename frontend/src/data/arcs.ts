/** Which arcs are drawn, whether a property holds for them, and what they are called. */

import type { Arcs, Level, ProteinDocument } from "./documents";
import { type Property, type Verdict, verdictLine } from "./properties";
import { residueName } from "./residues";
import { fixed } from "./text";

/** What stands in place of a head's label for predicted contacts. */
export const CONTACTS = "contacts";

/** Whose arcs they are, in words. */
export function sourceWords(head: string): string {
  return head === CONTACTS ? "predicted contacts" : `head ${head}`;
}

/** The smallest weight that is drawn; of contacts the document holds the most probable alone, so all are. */
export function leastWeight(arcs: Arcs, threshold: number): number {
  return arcs.head === CONTACTS ? 0 : threshold;
}

export type Show = "all" | "holds" | "fails";

/** One arc that may be drawn, and whether the chosen property holds for it. */
export interface Arc {
  /** Its place in the document. */
  readonly index: number;
  readonly query: number;
  readonly key: number;
  readonly weight: number;
  readonly distance: number | null;
  readonly verdict: Verdict;
}

export interface ArcChoice {
  readonly property: string;
  readonly level: Level;
  readonly threshold: number;
  /** How many arcs are drawn at most, strongest first. */
  readonly count: number;
  readonly show: Show;
}

export interface ChosenArcs {
  /** The arcs to draw, strongest first. */
  readonly drawn: readonly Arc[];
  /** How many arcs reach the threshold, whatever is shown. */
  readonly above: number;
  /** How many of those fit the filter. */
  readonly fitting: number;
  readonly tally: Readonly<Record<Verdict, number>>;
}

/** Choose the arcs to draw. What a residue gives to itself has no length and is no arc here. */
export function chooseArcs(arcs: Arcs, protein: ProteinDocument, choice: ArcChoice): ChosenArcs {
  const property = { name: choice.property, level: choice.level };
  const drawn: Arc[] = [];
  const tally = { holds: 0, fails: 0, unknown: 0 };
  for (let index = 0; index < arcs.weight.length; index++) {
    const [query, key, weight] = [arcs.query[index] ?? -1, arcs.key[index] ?? -1, arcs.weight[index] ?? 0];
    if (weight < choice.threshold) break;
    if (query === key) continue;
    const verdict = arcVerdict(protein, arcs, index, property);
    tally[verdict]++;
    if ((choice.show === "all" || choice.show === verdict) && drawn.length < choice.count) {
      drawn.push({ index, query, key, weight, distance: arcs.distance[index] ?? null, verdict });
    }
  }
  const above = tally.holds + tally.fails + tally.unknown;
  return { drawn, above, fitting: choice.show === "all" ? above : tally[choice.show], tally };
}

/** Whether the property holds for an arc: for its key, or for the pair. */
export function arcVerdict(protein: ProteinDocument, arcs: Arcs, arc: number, property: Property): Verdict {
  const symbol =
    property.level === "pair" ? arcs.holds[property.name]?.[arc] : protein.masks[property.name]?.[arcs.key[arc] ?? -1];
  if (symbol === "1") return "holds";
  return symbol === "0" ? "fails" : "unknown";
}

/** An arc in words, as in `src/protlens/scene`: `Phe 148 A → Ser 343 A, 0.758, contact 6.1 Å`. */
export function arcTooltip(protein: ProteinDocument, arcs: Arcs, arc: number, property: Property): string {
  const query = residueName(protein, arcs.query[arc] ?? -1);
  const key = residueName(protein, arcs.key[arc] ?? -1);
  const words = verdictLine(property.name, arcVerdict(protein, arcs, arc, property));
  const distance = arcs.distance[arc] ?? null;
  const length = distance === null ? "" : ` ${fixed(distance, 1)} Å`;
  return `${query} → ${key}, ${fixed(arcs.weight[arc] ?? 0, 3)}, ${words}${length}`;
}

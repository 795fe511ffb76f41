/** Which arcs are drawn, whether a property holds for them, and what they are called. */

import type { Arcs, Level, ProteinDocument } from "./documents";
import { type Property, type Verdict, verdictLine } from "./properties";
import { residueName } from "./residues";
import { count, fixed } from "./text";

/** What stands in place of a head's label for predicted contacts. */
export const CONTACTS = "contacts";

/** Whose arcs they are, in words. */
export function sourceWords(head: string): string {
  return head === CONTACTS ? "predicted contacts" : `head ${head}`;
}

/** The same with what is drawn: `the arcs of head 6-5`. */
export function arcsOfWords(head: string): string {
  return head === CONTACTS ? sourceWords(head) : `the arcs of ${sourceWords(head)}`;
}

/** Whether the arcs have no direction: predicted contacts are pairs, each given once. */
export function isPaired({ head }: Pick<Arcs, "head">): boolean {
  return head === CONTACTS;
}

/** `3 arcs and 7 pairs`, of heads and of predicted contacts. */
export function arcsAndPairs(arcs: number, pairs: number): string {
  const found = [...(arcs || !pairs ? [count(arcs, "arc")] : []), ...(pairs ? [count(pairs, "pair")] : [])];
  return found.join(" and ");
}

/** How many there are in a document's own word: arcs of a head, pairs of predicted contacts. */
export function countOf(arcs: Pick<Arcs, "head">, many: number): string {
  return count(many, isPaired(arcs) ? "pair" : "arc");
}

/** The smallest weight that is drawn; of contacts the document holds the most probable alone, so all are. */
export function leastWeight(arcs: Arcs, threshold: number): number {
  return isPaired(arcs) ? 0 : threshold;
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

/** The residues that an arc is about: the one that is attended to, or both of a pair. */
export function aboutResidues(arcs: Arcs, arc: number): number[] {
  const [query, key] = [arcs.query[arc] ?? -1, arcs.key[arc] ?? -1];
  return isPaired(arcs) ? [query, key] : [key];
}

/** Whether the property holds for an arc: for the pair, or for a residue that the arc is about. */
export function arcVerdict(protein: ProteinDocument, arcs: Arcs, arc: number, property: Property): Verdict {
  const mask = protein.masks[property.name];
  const symbols =
    property.level === "pair"
      ? [arcs.holds[property.name]?.[arc]]
      : aboutResidues(arcs, arc).map((position) => mask?.[position]);
  if (symbols.includes("1")) return "holds";
  return symbols.every((symbol) => symbol === "0") ? "fails" : "unknown";
}

/**
 * An arc in words, as in `src/protlens/scene`: `Phe 148 A → Ser 343 A, 0.758, contact 6.1 Å`, a pair as
 * `Phe 148 A – Ser 343 A, probability 0.758, contact 6.1 Å`.
 */
export function arcTooltip(protein: ProteinDocument, arcs: Arcs, arc: number, property: Property): string {
  const query = residueName(protein, arcs.query[arc] ?? -1);
  const key = residueName(protein, arcs.key[arc] ?? -1);
  const words = verdictLine(property.name, arcVerdict(protein, arcs, arc, property));
  const distance = arcs.distance[arc] ?? null;
  const length = distance === null ? "" : ` ${fixed(distance, 1)} Å`;
  const [sign, weight] = isPaired(arcs) ? ["–", "probability "] : ["→", ""];
  return `${query} ${sign} ${key}, ${weight}${fixed(arcs.weight[arc] ?? 0, 3)}, ${words}${length}`;
}

import type { Arcs, Level, ProteinDocument } from "./documents";
import { arcVerdict, type Verdict } from "./residues";

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

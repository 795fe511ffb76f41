import type { Arcs, Level, ProteinDocument } from "./documents";

export type Holds = "holds" | "fails" | "unknown";
export type Show = "all" | "holds" | "fails";

/** One arc that may be drawn, and whether the chosen property holds for it. */
export interface Arc {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
  readonly distance: number | null;
  readonly holds: Holds;
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
  readonly tally: Readonly<Record<Holds, number>>;
}

const HOLDS: Readonly<Record<string, Holds>> = { "1": "holds", "0": "fails" };

/** Say for each arc of the document whether the property holds: at the key, or for the pair. */
export function holdsOf(arcs: Arcs, protein: ProteinDocument, property: string, level: Level): (arc: number) => Holds {
  if (level === "pair") {
    const holds = arcs.holds[property] ?? "";
    return (arc) => HOLDS[holds[arc] ?? "?"] ?? "unknown";
  }
  const mask = protein.masks[property] ?? "";
  return (arc) => HOLDS[mask[arcs.key[arc] ?? -1] ?? "?"] ?? "unknown";
}

/** Choose the arcs to draw. What a residue gives to itself has no length and is no arc here. */
export function chooseArcs(arcs: Arcs, protein: ProteinDocument, choice: ArcChoice): ChosenArcs {
  const holdsAt = holdsOf(arcs, protein, choice.property, choice.level);
  const drawn: Arc[] = [];
  const tally = { holds: 0, fails: 0, unknown: 0 };
  for (let at = 0; at < arcs.weight.length; at++) {
    const [query, key, weight] = [arcs.query[at] as number, arcs.key[at] as number, arcs.weight[at] as number];
    if (weight < choice.threshold) break;
    if (query === key) continue;
    const holds = holdsAt(at);
    tally[holds]++;
    if ((choice.show === "all" || choice.show === holds) && drawn.length < choice.count) {
      drawn.push({ query, key, weight, distance: arcs.distance[at] ?? null, holds });
    }
  }
  const above = tally.holds + tally.fails + tally.unknown;
  return { drawn, above, fitting: choice.show === "all" ? above : tally[choice.show], tally };
}

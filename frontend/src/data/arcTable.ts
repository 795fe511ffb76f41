import type { Arc } from "./arcs";
import type { Table } from "./csv";
import type { ProteinDocument } from "./documents";
import { chainAt, linksChains, threeLetters } from "./residues";

const HOLDS = { holds: true, fails: false, unknown: null } as const;

/** Arcs as a table; positions count from zero, numbers are the author's, empty where there are none; `A+B` is an arc from chain A to B. */
export function arcTable(protein: ProteinDocument, arcs: readonly Arc[], property: string, drawn: number): Table {
  const residue = (position: number) => [
    position,
    protein.numbers[position] || null,
    threeLetters(protein.sequence[position] ?? ""),
  ];
  const chainOf = (position: number) => chainAt(protein, position).name;
  return {
    columns: [
      "protein",
      "chain",
      "query",
      "query_number",
      "query_residue",
      "key",
      "key_number",
      "key_residue",
      "weight",
      "distance",
      "property",
      "holds",
      "drawn",
    ],
    rows: arcs.map((arc, at) => [
      protein.id,
      linksChains(protein, arc) ? `${chainOf(arc.query)}+${chainOf(arc.key)}` : chainOf(arc.query),
      ...residue(arc.query),
      ...residue(arc.key),
      arc.weight,
      arc.distance,
      property,
      HOLDS[arc.verdict],
      at < drawn,
    ]),
  };
}

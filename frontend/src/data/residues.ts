/** How residues are called; the same names as in `src/protlens/scene/names.py`. */

import type { ProteinDocument } from "./documents";

const THREE_LETTERS: Readonly<Record<string, string>> = {
  A: "Ala",
  B: "Asx",
  C: "Cys",
  D: "Asp",
  E: "Glu",
  F: "Phe",
  G: "Gly",
  H: "His",
  I: "Ile",
  J: "Xle",
  K: "Lys",
  L: "Leu",
  M: "Met",
  N: "Asn",
  O: "Pyl",
  P: "Pro",
  Q: "Gln",
  R: "Arg",
  S: "Ser",
  T: "Thr",
  U: "Sec",
  V: "Val",
  W: "Trp",
  Y: "Tyr",
  Z: "Glx",
};

/** The three-letter name of a one-letter code, `Xaa` for what has none. */
export function threeLetters(letter: string): string {
  return THREE_LETTERS[letter] ?? "Xaa";
}

export type Chain = ProteinDocument["further"][number];

/** All chains of a protein: where each begins, what its author calls it, and what the scene does. */
export function chainsOf({ chain, asym, further }: ProteinDocument): Chain[] {
  return [{ start: 0, name: chain, asym }, ...further];
}

/** The chain that a residue is of. */
export function chainAt(protein: ProteinDocument, position: number): Chain {
  const { chain, asym, further } = protein;
  return further.findLast(({ start }) => start <= position) ?? { start: 0, name: chain, asym };
}

/** Whether two residues are of different chains. */
export function linksChains(protein: ProteinDocument, { query, key }: { query: number; key: number }): boolean {
  return protein.further.length > 0 && chainAt(protein, query).start !== chainAt(protein, key).start;
}

/** What the scene calls a residue: its chain, and its place in it counted from one. */
export function sceneResidue(protein: ProteinDocument, position: number): { asym: string; seq: number } {
  const { asym, start } = chainAt(protein, position);
  return { asym, seq: position - start + 1 };
}

/** The position of a residue of the scene; null if it is of none of the protein's chains. */
export function positionOf(protein: ProteinDocument, { asym, seq }: { asym: string; seq: number }): number | null {
  const chain = chainsOf(protein).find((one) => one.asym === asym);
  return chain ? chain.start + seq - 1 : null;
}

/** The author's number of a residue; its place in its chain counted from one where the protein has no numbers, `(27)` where it alone has none. */
export function residueNumber(protein: ProteinDocument, position: number): string {
  const place = String(position - chainAt(protein, position).start + 1);
  return protein.numbers[position] || (protein.numbers.some(Boolean) ? `(${place})` : place);
}

/** `Phe 148 A`: amino acid, number, and the chain if it has a name. */
export function residueName(protein: ProteinDocument, position: number): string {
  const name = `${threeLetters(protein.sequence[position] ?? "")} ${residueNumber(protein, position)}`;
  const chain = chainAt(protein, position).name;
  return chain ? `${name} ${chain}` : name;
}

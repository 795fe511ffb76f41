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

/** The author's number of a residue; its place counted from one where the protein has no numbers, `(27)` where it alone has none. */
export function residueNumber(protein: ProteinDocument, position: number): string {
  const place = String(position + 1);
  return protein.numbers[position] || (protein.numbers.some(Boolean) ? `(${place})` : place);
}

/** `Phe 148 A`: amino acid, number, and the chain if it has a name. */
export function residueName(protein: ProteinDocument, position: number): string {
  const name = `${threeLetters(protein.sequence[position] ?? "")} ${residueNumber(protein, position)}`;
  return protein.chain ? `${name} ${protein.chain}` : name;
}

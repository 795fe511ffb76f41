/** How residues, weights and arcs are put into words; the same texts as in `src/protlens/scene`. */

import type { Arcs, Index, ProteinDocument } from "./documents";

export type Property = Pick<Index["properties"][number], "name" | "level">;
export type Verdict = "holds" | "fails" | "unknown";

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

/** A text of at most so many characters; what is cut from the middle shows as an ellipsis. */
export function shorten(text: string, length = 48): string {
  const letters = text.length > 4 * length ? [...text.slice(0, 2 * length), ...text.slice(-2 * length)] : [...text];
  if (letters.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  return `${letters.slice(0, length - 1 - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}

/** A number with fixed decimals, exact ties to the even digit as in Python (`toFixed` rounds them up). */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && !Number.isInteger(value * 2 ** digits);
  const odd = "13579".includes(text.at(-1) ?? "");
  const step = value < 0 ? -(10 ** -digits) : 10 ** -digits;
  return tie && odd ? (Number(text) - step).toFixed(digits) : text;
}

/** Whether the property holds for an arc: for its key, or for the pair. */
export function arcVerdict(protein: ProteinDocument, arcs: Arcs, arc: number, property: Property): Verdict {
  const symbol =
    property.level === "pair" ? arcs.holds[property.name]?.[arc] : protein.masks[property.name]?.[arcs.key[arc] ?? -1];
  if (symbol === "1") return "holds";
  return symbol === "0" ? "fails" : "unknown";
}

/** `contact`, `not contact` or `contact unknown`. */
export function verdictWords(property: string, verdict: Verdict): string {
  if (verdict === "holds") return property;
  return verdict === "fails" ? `not ${property}` : `${property} unknown`;
}

/** `Phe 148 A → Ser 343 A, 0.758, contact 6.1 A`. */
export function arcTooltip(protein: ProteinDocument, arcs: Arcs, arc: number, property: Property): string {
  const query = residueName(protein, arcs.query[arc] ?? -1);
  const key = residueName(protein, arcs.key[arc] ?? -1);
  const words = verdictWords(property.name, arcVerdict(protein, arcs, arc, property));
  const distance = arcs.distance[arc] ?? null;
  const length = distance === null ? "" : ` ${fixed(distance, 1)} A`;
  return `${query} → ${key}, ${fixed(arcs.weight[arc] ?? 0, 3)}, ${words}${length}`;
}

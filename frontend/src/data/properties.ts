/** How properties are called, and whether one holds. */

import type { Index, Level } from "./documents";
import { threeLetters } from "./residues";
import { shorten } from "./text";

export type Property = Pick<Index["properties"][number], "name" | "level">;
export type Verdict = "holds" | "fails" | "unknown";

/** What a property is called: the family that it is listed under, and its own name there. */
export interface PropertyTitle {
  readonly family: string;
  readonly own: string;
}

/** Properties whose name is not the words that a biologist writes, as in `src/protlens/naming.py`. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ["antigen", "Antigen contact"],
  ["cdr1", "CDR 1"],
  ["cdr2", "CDR 2"],
  ["cdr3", "CDR 3"],
  ["disulfide", "Disulfide bond"],
]);

function words(text: string): string {
  return text.replaceAll("_", " ").trim().replace(/\s+/g, " ");
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `secondary_structure:helix` is `Helix` under `Secondary structure`; a family's own property is `any`. */
export function propertyTitle(name: string): PropertyTitle {
  const title = TITLES.get(name);
  if (title !== undefined) return { family: title, own: "" };
  const colon = name.indexOf(":");
  const [family, kind] = colon < 0 ? [name, ""] : [name.slice(0, colon), name.slice(colon + 1)];
  const own = isAminoAcid(name)
    ? `${threeLetters(kind)} (${kind})`
    : words(family === "modification" ? modification(kind) : kind);
  return { family: shorten(capital(words(family)) || name), own: shorten(capital(own)) };
}

/** A kind of modification with its residues or its atom as chemists write them: `phosphorylation (S/T)`. */
function modification(kind: string): string {
  const residues = (_: string, letters: string) => ` (${[...letters.toUpperCase()].join("/")})`;
  return kind.replace(/^n_/, "N-").replace(/_([acdefghiklmnpqrstvwy]{1,2})$/, residues);
}

function isAminoAcid(name: string): boolean {
  return /^amino_acid:[A-Z]$/.test(name);
}

/** The whole title in one line, as in `src/protlens/naming.py`: `Secondary structure: helix`, `Trp (W)`. */
export function propertyLine(name: string): string {
  const { family, own } = propertyTitle(name);
  if (isAminoAcid(name)) return own;
  return own ? `${family}: ${inside(name, own)}` : family;
}

/** A property and whether it holds, within a sentence: `binding site`, `not binding site`, `binding site unknown`. */
export function verdictLine(name: string, verdict: Verdict): string {
  const words = propertyWords(name);
  if (verdict === "holds") return words;
  return verdict === "fails" ? `not ${words}` : `${words} unknown`;
}

/** The title in one line within a sentence: `secondary structure: helix`; that of an amino acid keeps its capital. */
export function propertyWords(name: string): string {
  const line = propertyLine(name);
  if (TITLES.has(name) && /^[A-Z]{2}/.test(line)) return line;
  const first = name.charAt(0);
  return !isAminoAcid(name) && line.charAt(0).toLowerCase() === first ? first + line.slice(1) : line;
}

/** A name within a sentence; that of an amino acid or of an atom keeps its capital. */
function inside(name: string, own: string): string {
  return isAminoAcid(name) || /^[A-Z]-/.test(own) ? own : own.charAt(0).toLowerCase() + own.slice(1);
}

/** What arcs do for which a property holds: `join residues that touch …`, `point to residues …`. */
export function holdsPhrase(name: string, level: Level): string {
  const { family, own } = propertyTitle(name);
  const kind = own ? ` (${inside(name, own)})` : "";
  if (name === "contact") return "join residues that touch in the folded protein";
  if (name === "disulfide") return "join two cysteines of a disulfide bond";
  if (level === "pair") return `join pairs for which “${propertyLine(name)}” holds`;
  if (isAminoAcid(name)) return `point to ${own}`;
  if (name === "antigen") return "point to residues that touch the antigen";
  if (/^cdr[123]$/.test(name)) return `point to residues of ${family}`;
  if (name === "framework") return "point to residues of the framework";
  if (family === "Binding site") return `point to residues of a binding site${kind}`;
  if (family === "Modification") return `point to modified residues${kind}`;
  if (family === "Secondary structure") return `point to residues whose secondary structure is ${own.toLowerCase()}`;
  return `point to residues for which “${propertyLine(name)}” holds`;
}

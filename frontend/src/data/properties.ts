/** Numbers and properties in words. */

import type { Level } from "./documents";
import { shorten, threeLetters, type Verdict, verdictWords } from "./residues";

/** What a property is called: the family that it is listed under, and its own name there. */
export interface PropertyTitle {
  readonly family: string;
  readonly own: string;
}

const DASH = "–";

function words(text: string): string {
  return text.replaceAll("_", " ").trim().replace(/\s+/g, " ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `secondary_structure:helix` is `Helix` under `Secondary structure`; a family's own property is `any`. */
export function propertyTitle(name: string): PropertyTitle {
  const colon = name.indexOf(":");
  const [family, kind] = colon < 0 ? [name, ""] : [name.slice(0, colon), name.slice(colon + 1)];
  const own =
    family === "amino_acid" && kind.length === 1
      ? `${threeLetters(kind)} (${kind})`
      : words(family === "modification" ? modification(kind) : kind);
  return { family: shorten(capital(words(family)) || name), own: shorten(capital(own)) };
}

/** A kind of modification with its residues or its atom as chemists write them: `phosphorylation (S/T)`. */
function modification(kind: string): string {
  const residues = (_: string, letters: string) => ` (${[...letters.toUpperCase()].join("/")})`;
  return kind.replace(/^n_/, "N-").replace(/_([acdefghiklmnpqrstvwy]{1,2})$/, residues);
}

/** The whole title in one line: `Secondary structure: helix`. */
export function propertyLine(name: string): string {
  const { family, own } = propertyTitle(name);
  return own ? `${family}: ${inside(name, own)}` : family;
}

/** A property and whether it holds, within a sentence: `binding site`, `not binding site`, `binding site unknown`. */
export function verdictLine(name: string, verdict: Verdict): string {
  const line = propertyLine(name);
  return verdictWords(line.charAt(0).toLowerCase() + line.slice(1), verdict);
}

/** A name within a sentence; that of an amino acid or of an atom keeps its capital. */
function inside(name: string, own: string): string {
  return name.startsWith("amino_acid:") || /^[A-Z]-/.test(own) ? own : own.charAt(0).toLowerCase() + own.slice(1);
}

/** What arcs do for which a property holds: `join residues that touch …`, `point to residues …`. */
export function holdsPhrase(name: string, level: Level): string {
  const { family, own } = propertyTitle(name);
  const kind = own ? ` (${inside(name, own)})` : "";
  if (name === "contact") return "join residues that touch in the folded protein";
  if (level === "pair") return `join pairs for which “${propertyLine(name)}” holds`;
  if (name.startsWith("amino_acid:")) return `point to ${own}`;
  if (family === "Binding site") return `point to residues of a binding site${kind}`;
  if (family === "Modification") return `point to modified residues${kind}`;
  if (family === "Secondary structure") return `point to residues whose secondary structure is ${own.toLowerCase()}`;
  return `point to residues for which “${propertyLine(name)}” holds`;
}

/** A share in percent with three digits that count: `0.123 %`, `12.3 %`. */
export function percent(share: number | null): string {
  if (share === null) return DASH;
  const value = 100 * share;
  const digits = value >= 9.995 || value === 0 ? 1 : value >= 0.9995 ? 2 : 3;
  return `${value.toFixed(digits)} %`;
}

/** How many times as often: `9.46×`. */
export function times(lift: number | null): string {
  return lift === null ? DASH : `${lift >= 9.995 ? lift.toFixed(1) : lift.toFixed(2)}×`;
}

/** A p value: `0.012`, `below 0.0001`. */
export function probability(value: number | null): string {
  if (value === null) return DASH;
  return value < 0.0001 ? "below 0.0001" : value.toPrecision(2).replace(/e.*/, "");
}

/** A count with thin groups of three: `12,345`. */
export function count(value: number, one?: string, many = `${one}s`): string {
  const number = value.toLocaleString("en");
  return one ? `${number} ${value === 1 ? one : many}` : number;
}

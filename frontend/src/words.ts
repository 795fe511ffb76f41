/** Numbers and properties in words. */

import type { Level } from "./documents";
import { shorten, threeLetters } from "./naming";

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
  const own = family === "amino_acid" && kind.length === 1 ? `${threeLetters(kind)} (${kind})` : words(kind);
  return { family: shorten(capital(words(family)) || name), own: shorten(capital(own)) };
}

/** The whole title in one line: `Secondary structure: helix`. */
export function propertyLine(name: string): string {
  const { family, own } = propertyTitle(name);
  return own ? `${family}: ${own.charAt(0).toLowerCase() + own.slice(1)}` : family;
}

/** What an arc does for which a property holds: `joins residues in contact`, or with many arcs `join …`. */
export function holdsPhrase(name: string, level: Level): string {
  if (name === "contact") return "join residues that touch in the folded protein";
  const line = propertyLine(name);
  return level === "pair" ? `join pairs with the property “${line}”` : `point to residues with the property “${line}”`;
}

/** A share in percent with three digits that count: `0.123 %`, `12.3 %`. */
export function percent(share: number | null): string {
  if (share === null) return DASH;
  const value = 100 * share;
  const digits = value >= 9.95 || value === 0 ? 1 : value >= 0.995 ? 2 : 3;
  return `${value.toFixed(digits)} %`;
}

/** How many times as often: `9.46×`. */
export function times(lift: number | null): string {
  return lift === null ? DASH : `${lift >= 9.95 ? lift.toFixed(1) : lift.toFixed(2)}×`;
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

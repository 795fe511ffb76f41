/** What can be chosen on the page, and how an address tells it. */

import { CONTACTS, type Show } from "../data/arcs";
import type { Index, Mode } from "../data/documents";
import { shorten } from "../data/text";

/** What can be chosen on the page and is part of its address. */
export interface Choice {
  readonly property: string;
  readonly mode: Mode;
  readonly head: string;
  /** A second head, or predicted contacts, shown beside the first; null for none. */
  readonly compare: string | null;
  readonly protein: string | null;
  /** The smallest weight of an arc that is drawn. */
  readonly threshold: number;
  /** How many arcs are drawn at most. */
  readonly arcs: number;
  readonly show: Show;
}

export const MOST_ARCS = 200;
const USUAL_ARCS = 30;
const SHOWS: readonly string[] = ["all", "holds", "fails"];

/** Return what is chosen where the address says nothing. */
export function startOf(index: Index): Choice {
  return { threshold: index.threshold, arcs: USUAL_ARCS, show: "all", compare: null, ...index.start };
}

/** Read an address; a value that cannot be is replaced by the usual one and named in a note. */
export function readAddress(text: string, index: Index): { choice: Choice; notes: string[] } {
  const given = new URLSearchParams(text);
  const start = startOf(index);
  const notes: string[] = [];
  const read = <T>(name: string, usual: T, parse: (value: string) => T | undefined): T => {
    const value = given.get(name) ?? (name === "protein" ? given.get("id") : null);
    if (value === null) return usual;
    const parsed = parse(value);
    if (parsed === undefined) notes.push(`The address asks for ${name} “${shorten(value)}”, which is not here.`);
    return parsed ?? usual;
  };
  const among = <T extends string>(values: readonly string[]) => {
    return (value: string) => (values.includes(value) ? (value as T) : undefined);
  };
  const between = (low: number, high: number, whole: boolean) => (value: string) => {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    return number >= low && number <= high && (!whole || Number.isInteger(number)) ? number : undefined;
  };
  const headOf = (value: string) => (isHead(value, index) ? value : undefined);
  const properties = index.properties.map((one) => one.name);
  const choice: Choice = {
    property: read("property", start.property, among<string>(properties)),
    mode: read("mode", start.mode, among<Mode>(index.modes)),
    head: read("head", start.head, headOf),
    compare: read("compare", start.compare, (value) => (value === CONTACTS && index.contacts ? value : headOf(value))),
    protein: read("protein", start.protein, (value) => value || undefined),
    threshold: read("threshold", start.threshold, between(index.floor, 1, false)),
    arcs: read("arcs", start.arcs, between(0, MOST_ARCS, true)),
    show: read("show", start.show, among<Show>(SHOWS)),
  };
  return { choice, notes };
}

/** Write the address of a choice; what is as usual is left out. */
export function writeAddress(choice: Choice, index: Index): string {
  const start = startOf(index);
  const told = new URLSearchParams();
  for (const name of Object.keys(start) as (keyof Choice)[]) {
    const value = choice[name];
    if (value !== null && value !== start[name]) told.set(name, String(value));
  }
  return told.toString();
}

function isHead(label: string, index: Index): boolean {
  const [, layer, head] = /^([1-9]\d{0,3})-([1-9]\d{0,3})$/.exec(label) ?? [];
  return layer !== undefined && Number(layer) <= index.model.layers && Number(head) <= index.model.heads;
}

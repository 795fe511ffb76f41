/** A sequence and what is known of its residues, as rows one below the other. */

import type { Arc } from "../data/arcs";
import type { Table } from "../data/csv";
import type { Arcs, ProteinDocument, SceneStyle } from "../data/documents";
import { type Property, propertyLine, verdictLine } from "../data/properties";
import { chainAt, threeLetters } from "../data/residues";
import { fixed } from "../data/text";

export interface SequenceContent {
  readonly protein: ProteinDocument;
  readonly document: Arcs | null;
  /** The arcs in force, strongest first; null where there are none to show. */
  readonly arcs: readonly Arc[] | null;
  readonly property: Property;
  readonly threshold: number;
  readonly style: SceneStyle;
}

interface RowBase {
  /** What is written beside it, and a second line in small print. */
  readonly label: string;
  readonly detail?: string;
  readonly height: number;
}

export interface TextRow extends RowBase {
  readonly kind: "numbers" | "letters";
}

export interface BarRow extends RowBase {
  readonly kind: "bars";
  readonly values: readonly (number | null)[];
  readonly largest: number;
}

export interface TrackRow extends RowBase {
  readonly kind: "structure" | "yes-no" | "symbols";
  readonly track: string;
  /** What the track is called in the data. */
  readonly name: string;
  /** Whether it is the chosen property. */
  readonly chosen: boolean;
}

export type Row = TextRow | BarRow | TrackRow;

/** What the letters of secondary structure stand for. */
export const STATES: Readonly<Record<string, string>> = {
  H: "helix",
  G: "helix",
  I: "helix",
  E: "strand",
  B: "strand",
  S: "turn",
  T: "turn",
  C: "coil",
};

/** The rows of a protein, and the names of the tracks that mark no residue of it and have no row. */
export function sequenceRows(content: SequenceContent): { rows: Row[]; unmarked: string[] } {
  const { protein, property } = content;
  const mask = property.level === "residue" ? protein.masks[property.name] : undefined;
  const named = Object.entries(protein.tracks).filter(([name]) => name !== property.name);
  const structure = named.find(([name]) => name === "dssp") ?? named.find(([name]) => name === "ss3");
  const others = named.filter(([name]) => name !== "dssp" && name !== "ss3").sort(([a], [b]) => (a < b ? -1 : 1));
  const rows: Row[] = [
    { kind: "numbers", label: protein.numbers.some(Boolean) ? "Author's number" : "Counted from 1", height: 14 },
    { kind: "letters", label: "Sequence", height: 18 },
    receivedRow(content),
  ];
  if (mask !== undefined) rows.push(trackRow(property.name, mask, true));
  if (structure) rows.push(structureRow(structure[1]));
  const marked = others.filter(([, track]) => /[^0?]/.test(track));
  rows.push(...marked.map(([name, track]) => trackRow(name, track, false)));
  return { rows, unmarked: others.filter((other) => !marked.includes(other)).map(([name]) => propertyLine(name)) };
}

function structureRow(track: string): TrackRow {
  return { kind: "structure", name: "structure", label: "Secondary structure", track, chosen: false, height: 18 };
}

function trackRow(name: string, track: string, chosen: boolean): TrackRow {
  const kind = /^[01?]*$/.test(track) ? "yes-no" : "symbols";
  return { kind, name, label: propertyLine(name), track, chosen, height: 14 };
}

function receivedRow(content: SequenceContent): BarRow {
  const values = received(content);
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const of = content.document?.received ? "all weights" : `arcs of ${content.threshold} and more only`;
  const detail = content.document ? `${of}; highest ${fixed(largest, 2)}` : "not known";
  return { kind: "bars", label: "Attention received", detail, values, largest, height: 44 };
}

/** What each residue gets: all weights where they are known, else the weights of the arcs in force; null if not read. */
export function received({ protein, document, arcs }: SequenceContent): (number | null)[] {
  const sums = Array.from(protein.sequence, (_, at): number | null => {
    if (!arcs || at >= protein.analysed) return null;
    return document?.received ? (document.received[at] ?? null) : 0;
  });
  if (!document?.received) for (const { key, weight } of arcs ?? []) sums[key] = (sums[key] ?? 0) + weight;
  return sums;
}

/** All that is known of one residue, in words, after its name. */
export function residueFacts(content: SequenceContent, rows: readonly Row[], position: number): string[] {
  const { protein } = content;
  const facts = rows.flatMap((row): string[] => {
    if (row.kind === "bars") return [receivedText(row, content, position)];
    if (!("track" in row)) return [];
    const symbol = row.track[position] ?? "?";
    if (row.kind === "structure") return symbol === "?" ? [] : [STATES[symbol] ?? symbol];
    if (row.kind === "symbols") return [`${row.label} ${symbol}`];
    if (symbol === "0" && !row.chosen) return [];
    return [verdictLine(row.name, symbol === "1" ? "holds" : symbol === "0" ? "fails" : "unknown")];
  });
  const names = protein.annotations.filter((note) => note.residues.includes(position)).map((note) => note.name);
  return names.length ? [...facts, `annotated ${[...new Set(names)].join(", ")}`] : facts;
}

function receivedText(row: BarRow, content: SequenceContent, position: number): string {
  const value = row.values[position] ?? null;
  if (value === null) return content.arcs ? "not read by the model" : "no attention to show";
  return `attention received ${fixed(value, 2)}`;
}

/** What is known of the residues as a table, one a row; positions count from zero. */
export function residueTable(content: SequenceContent): Table {
  const { protein, property } = content;
  const values = received(content);
  const tracks = Object.entries(protein.tracks).filter(([name]) => name !== property.name);
  const mask = property.level === "residue" ? protein.masks[property.name] : undefined;
  if (mask !== undefined) tracks.unshift([property.name, mask]);
  const known = (symbol = "?") => (symbol === "?" ? null : symbol);
  return {
    columns: [
      "protein",
      "chain",
      "position",
      "number",
      "residue",
      "read_by_model",
      "attention_received",
      ...tracks.map(([name]) => name),
    ],
    rows: Array.from(protein.sequence, (letter, at) => [
      protein.id,
      chainAt(protein, at).name,
      at,
      protein.numbers[at] || null,
      threeLetters(letter),
      at < protein.analysed,
      values[at] ?? null,
      ...tracks.map(([, track]) => known(track[at])),
    ]),
  };
}

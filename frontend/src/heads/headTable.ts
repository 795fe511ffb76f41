/** The table of heads, head by head, and how a map of it is coloured. */

import type { Table } from "../data/csv";
import type { Heads } from "../data/documents";
import { barePercent, count, percent, probability, times } from "../data/text";
import { ratioColour, type Theme, valueColour } from "../drawing/colours";

type Columns = Heads["columns"];

/** One row of the table. */
export type HeadRow = { readonly [Name in keyof Columns]: Columns[Name][number] };

export type Measure = "alignment" | "lift";

export function headRow({ columns }: Heads, at: number): HeadRow | null {
  if (!(at in columns.label)) return null;
  const names = Object.keys(columns) as (keyof Columns)[];
  return Object.fromEntries(names.map((name) => [name, columns[name][at]])) as unknown as HeadRow;
}

export function headRows(heads: Heads): HeadRow[] {
  return heads.columns.label.map((_, at) => headRow(heads, at) as HeadRow);
}

/** The supported heads with the largest values, largest first. */
export function bestHeads(rows: readonly HeadRow[], measure: Measure, most: number): HeadRow[] {
  return rows
    .filter((row) => row.supported && row[measure] !== null)
    .sort((one, other) => (other[measure] ?? 0) - (one[measure] ?? 0))
    .slice(0, most);
}

/** What a head's cell says to a reader of the screen, and under the pointer. */
export function headWords(row: HeadRow): string {
  if (!row.supported) return `Head ${row.label}: no number, ${row.reason} (${count(row.arcs)})`;
  return [
    `Head ${row.label}: alignment ${percent(row.alignment)}`,
    ...(row.background === null ? [] : [`background ${percent(row.background)}`, `lift ${times(row.lift)}`]),
    row.q_value === null ? "not tested" : `q ${probability(row.q_value)}`,
    `${count(row.arcs, "arc")} in ${count(row.proteins, "protein")}`,
  ].join(", ");
}

export interface HeatScale {
  /** Where the head stands on the scale from 0 to 1; null where it has no number. */
  readonly place: (row: HeadRow) => number | null;
  readonly colour: (place: number, theme: Theme) => string;
  /** The value in short, without its unit. */
  readonly number: (row: HeadRow) => string;
  readonly ticks: readonly { place: number; text: string }[];
  readonly title: string;
}

/** The scale of a map: alignment from nothing to the largest; lift about 1, as far down as up. */
export function heatScale(rows: readonly HeadRow[], measure: Measure): HeatScale {
  const values = rows.flatMap((row) => (row.supported && row[measure] !== null ? [row[measure]] : []));
  return measure === "alignment" ? alignmentScale(values) : liftScale(values);
}

function alignmentScale(values: readonly number[]): HeatScale {
  const largest = Math.max(...values, 0) || 1;
  return {
    place: (row) => (row.supported && row.alignment !== null ? row.alignment / largest : null),
    colour: valueColour,
    number: (row) => barePercent(row.alignment),
    ticks: [0, 0.5, 1].map((place) => ({ place, text: percent(place * largest) })),
    title: "Alignment in %: share of arcs for which the property holds",
  };
}

function liftScale(values: readonly number[]): HeatScale {
  const reach = Math.min(6, Math.max(1, Math.ceil(Math.log2(Math.max(...values, 1)))));
  const place = (lift: number) => Math.min(1, Math.max(0, 0.5 + Math.log2(lift) / (2 * reach)));
  return {
    place: (row) => (row.supported && row.lift !== null ? place(row.lift) : null),
    colour: ratioColour,
    number: (row) => times(row.lift),
    ticks: [
      { place: 0, text: `≤ 1/${2 ** reach}×` },
      { place: 0.5, text: "1×, as expected" },
      { place: 1, text: `≥ ${2 ** reach}×` },
    ],
    title: "Lift: how many times as often as by chance",
  };
}

/** The table as it is, for a file. */
export function headsCsv(heads: Heads): Table {
  const names = Object.keys(heads.columns) as (keyof Columns)[];
  const about = [heads.property, heads.mode, heads.threshold];
  return {
    columns: ["property", "mode", "threshold", ...names],
    rows: headRows(heads).map((row) => [...about, ...names.map((name) => row[name])]),
  };
}

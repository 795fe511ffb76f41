/** The picture of a sequence and its tracks: a window of it on the page, all of it in lines in a file. */

import { verdictLine } from "../data/properties";
import { chainsOf } from "../data/residues";
import { shorten } from "../data/text";
import { type Run, runs, ticks } from "../drawing/axis";
import type { Key } from "../drawing/caption";
import type { Palette } from "../drawing/colours";
import { type Picture, type Shape, shifted } from "../drawing/picture";
import { type BarRow, type Row, type SequenceContent, STATES, type TrackRow } from "./sequenceRows";

/** Where the rows lie, from the top. */
export function rowTops(rows: readonly Row[]): number[] {
  let top = 0;
  return rows.map(({ height }) => {
    const here = top;
    top += height + GAP;
    return here;
  });
}

export function rowsHeight(rows: readonly Row[]): number {
  return rows.reduce((sum, { height }) => sum + height + GAP, 0);
}

const GAP = 5;

interface Window {
  from: number;
  to: number;
  /** Width of one residue. */
  cell: number;
  content: SequenceContent;
  palette: Palette;
}

/** Draw the residues from `from` to before `to`; the first stands at the left edge. */
export function windowPicture(rows: readonly Row[], window: Window): Picture {
  const tops = rowTops(rows);
  const shapes = rows.flatMap((row, at) => rowShapes(row, tops[at] ?? 0, window));
  return {
    width: Math.max(1, window.to - window.from) * window.cell,
    height: rowsHeight(rows),
    shapes: [...tints(rows, window), ...shapes, ...chainLines(rowsHeight(rows), window)],
  };
}

function rowShapes(row: Row, top: number, window: Window): Shape[] {
  switch (row.kind) {
    case "numbers":
      return numbers(top + row.height - 3, window);
    case "letters":
      return letters(window.content.protein.sequence, top + row.height - 4, window);
    case "bars":
      return bars(row, top, window);
    case "structure":
      return structure(row.track, top + row.height / 2, window);
    case "yes-no":
      return yesNo(row, top, window);
    case "symbols":
      return letters(row.track, top + row.height - 3, window);
  }
}

/** A line from top to bottom where a further chain begins. */
function chainLines(height: number, { from, to, cell, content, palette }: Window): Shape[] {
  const starts = content.protein.further.map(({ start }) => start).filter((start) => start >= from && start < to);
  return starts.map((start) => {
    const x = (start - from) * cell;
    const points: [number, number][] = [
      [x, 0],
      [x, height],
    ];
    return { kind: "path", points, stroke: palette.faint };
  });
}

/** A pale ground under the letters of residues for which the chosen property holds. */
function tints(rows: readonly Row[], { from, to, cell, content }: Window): Shape[] {
  const row = rows.find((one): one is TrackRow => "chosen" in one && one.chosen);
  const at = rows.findIndex((one) => one.kind === "letters");
  const [top, height] = [rowTops(rows)[at] ?? 0, rows[at]?.height ?? 0];
  return runs(row?.track ?? "", from, row ? to : from)
    .filter((run) => run.symbol === "1")
    .map(({ start, end }) => {
      const box: [number, number, number, number] = [(start - from) * cell, top, (end - start) * cell, height];
      return { kind: "rect", box, fill: content.style.property, opacity: 0.4 };
    });
}

function numbers(base: number, { from, to, cell, content, palette }: Window): Shape[] {
  const { protein } = content;
  const { length } = protein.sequence;
  const inside = ticks(protein, length, length / 10).filter(({ position }) => position >= from && position < to);
  return inside.flatMap(({ position, label }): Shape[] => {
    const x = (position - from + 0.5) * cell;
    return [{ kind: "text", at: [x, base], text: label, size: 10, anchor: "middle", fill: palette.faint }];
  });
}

function letters(text: string, base: number, { from, to, cell, palette }: Window): Shape[] {
  return Array.from(text.slice(from, to), (letter, at): Shape => {
    const fill = letter === "?" ? palette.faint : palette.ink;
    return { kind: "text", at: [(at + 0.5) * cell, base], text: letter, size: 12, anchor: "middle", fill };
  });
}

function bars({ values, largest, height }: BarRow, top: number, window: Window): Shape[] {
  const { from, to, cell, content, palette } = window;
  const mask = content.property.level === "residue" ? content.protein.masks[content.property.name] : undefined;
  const base = top + height;
  const shapes: Shape[] = [{ kind: "rect", box: [0, base, (to - from) * cell, 1], fill: palette.line }];
  for (let at = from; at < to; at++) {
    const value = values[at] ?? null;
    if (value === null || largest === 0) continue;
    const tall = (value / largest) * height;
    const fill = mask?.[at] === "1" ? content.style.property : palette.bar;
    shapes.push({ kind: "rect", box: [(at - from) * cell + 1, base - tall, cell - 2, tall], fill });
  }
  return [...unread(top, height, window), ...shapes];
}

function unread(top: number, height: number, { from, to, cell, content, palette }: Window): Shape[] {
  const start = Math.max(from, content.arcs ? content.protein.analysed : 0);
  if (start >= to) return [];
  const x = (start - from) * cell;
  const text = content.arcs ? "not read by the model" : "no attention to show";
  const ground: Shape = { kind: "rect", box: [x, top, (to - start) * cell, height], fill: palette.blank };
  return [ground, { kind: "text", at: [x + 6, top + height / 2 + 4], text, size: 11, fill: palette.faint }];
}

/** Helices as waves of 3.6 residues a turn, strands as arrows, turns as arches, the rest as a line. */
function structure(track: string, middle: number, window: Window): Shape[] {
  const starts = chainsOf(window.content.protein).map(({ start }) => start);
  const found = starts.flatMap((start, at) => runs(stateNames(track), start, starts[at + 1] ?? track.length));
  return found.flatMap(({ symbol, start, end }) => {
    if (end <= window.from || start >= window.to) return [];
    return glyph(symbol, { start, end }, middle, window);
  });
}

const LETTER_OF: Readonly<Record<string, string>> = { helix: "H", strand: "E", turn: "T", coil: "C" };

function stateNames(track: string): string {
  return Array.from(track, (symbol) => LETTER_OF[STATES[symbol] ?? ""] ?? "?").join("");
}

function glyph(symbol: string, { start, end }: Omit<Run, "symbol">, middle: number, window: Window): Shape[] {
  const { from, to, cell, palette } = window;
  const x = (position: number) => (position - from) * cell;
  const [first, last] = [Math.max(start, from), Math.min(end, to)];
  const line = (stroke: string, extra: Partial<Shape> = {}): Shape[] => [
    {
      kind: "path",
      points: [
        [x(first), middle],
        [x(last), middle],
      ],
      stroke,
      ...extra,
    } as Shape,
  ];
  if (symbol === "H")
    return [{ kind: "path", points: wave(first, last, middle, x), stroke: palette.helix, width: 2.5 }];
  if (symbol === "E") return [arrow(x(first), x(last), middle, end <= to, palette.strand)];
  if (symbol === "T")
    return [{ kind: "path", points: arch(x(first), x(last), middle), stroke: palette.faint, width: 1.5 }];
  return symbol === "C" ? line(palette.line) : line(palette.line, { dash: [2, 3] });
}

function wave(first: number, last: number, middle: number, x: (position: number) => number): [number, number][] {
  const steps = Math.max(1, Math.round((last - first) * 6));
  return Array.from({ length: steps + 1 }, (_, at) => {
    const position = first + ((last - first) * at) / steps;
    return [x(position), middle - 6 * Math.sin((2 * Math.PI * position) / 3.6)];
  });
}

function arch(left: number, right: number, middle: number): [number, number][] {
  return Array.from({ length: 9 }, (_, at) => [
    left + ((right - left) * at) / 8,
    middle - 5 * Math.sin((Math.PI * at) / 8),
  ]);
}

function arrow(left: number, right: number, middle: number, head: boolean, fill: string): Shape {
  const neck = head ? Math.max(left, right - 9) : right;
  const tip: [number, number][] = head
    ? [
        [neck, middle - 7],
        [right, middle],
        [neck, middle + 7],
      ]
    : [];
  const points: [number, number][] = [
    [left, middle - 3.5],
    [neck, middle - 3.5],
    ...tip,
    [neck, middle + 3.5],
    [left, middle + 3.5],
  ];
  return { kind: "path", points, closed: true, fill };
}

function yesNo(
  { track, height, chosen }: TrackRow,
  top: number,
  { from, to, cell, content, palette }: Window,
): Shape[] {
  return runs(track, from, to).flatMap(({ symbol, start, end }): Shape[] => {
    const [x, width] = [(start - from) * cell, (end - start) * cell];
    if (symbol === "0") return [{ kind: "rect", box: [x, top + height / 2, width, 1], fill: palette.line }];
    if (symbol === "1") {
      return [
        {
          kind: "rect",
          box: [x + 0.5, top + 1, width - 1, height - 2],
          fill: chosen ? content.style.property : palette.bar,
        },
      ];
    }
    return [
      {
        kind: "rect",
        box: [x + 0.5, top + 1.5, width - 1, height - 3],
        fill: palette.blank,
        stroke: palette.line,
        dash: [2, 2],
      },
      {
        kind: "text",
        at: [x + width / 2, top + height - 3.5],
        text: "?",
        size: 10,
        anchor: "middle",
        fill: palette.faint,
      },
    ];
  });
}

/** The attention along the whole sequence in a narrow strip, the highest of what falls on one pixel. */
export function overviewPicture(rows: readonly Row[], width: number, height: number, palette: Palette): Picture {
  const row = rows.find((one) => one.kind === "bars");
  const highest = new Array<number>(width).fill(0);
  row?.values.forEach((value, at) => {
    const x = Math.floor((at / row.values.length) * width);
    highest[x] = Math.max(highest[x] ?? 0, (value ?? 0) / (row.largest || 1));
  });
  const shapes = highest.flatMap((share, x): Shape[] => {
    return share > 0 ? [{ kind: "rect", box: [x, (1 - share) * height, 1, share * height], fill: palette.bar }] : [];
  });
  return { width, height, shapes };
}

const NAMES = 150;

/** The whole sequence in lines, the names of the rows before each. */
export function sequencePicture(rows: readonly Row[], content: SequenceContent, palette: Palette): Picture {
  const length = content.protein.sequence.length;
  const line = Math.min(length, length > 600 ? 120 : 60);
  const cell = 11;
  const height = rowsHeight(rows) + 14;
  const shapes: Shape[] = [];
  for (let from = 0; from < length; from += line) {
    const top = (from / line) * height;
    const window = { from, to: Math.min(length, from + line), cell, content, palette };
    shapes.push(...shifted(windowPicture(rows, window).shapes, NAMES, top), ...shifted(names(rows, palette), 0, top));
  }
  return { width: NAMES + line * cell, height: Math.ceil(length / line) * height, shapes };
}

function names(rows: readonly Row[], palette: Palette): Shape[] {
  const tops = rowTops(rows);
  return rows.flatMap((row, at): Shape[] => {
    const base = (tops[at] ?? 0) + row.height / 2 + 3;
    const name: Shape = { kind: "text", at: [0, base], text: shorten(row.label, 26), size: 10, fill: palette.ink };
    const detail: Shape = { kind: "text", at: [0, base + 12], text: row.detail ?? "", size: 8, fill: palette.faint };
    return row.detail ? [name, detail] : [name];
  });
}

/** What the colours and signs mean; only what there is. */
export function sequenceLegend(
  rows: readonly Row[],
  { protein, property, style }: SequenceContent,
  palette: Palette,
): Key[] {
  const tracks = rows.filter((row) => "track" in row);
  const keys: Key[] = [];
  if (tracks.some((row) => row.chosen && row.track.includes("1"))) {
    keys.push({ mark: "square", colour: style.property, text: verdictLine(property.name, "holds") });
  }
  const states = new Set(
    tracks
      .filter((row) => row.kind === "structure")
      .flatMap((row) => [...row.track])
      .map((one) => STATES[one]),
  );
  if (states.has("helix")) keys.push({ mark: "line", colour: palette.helix, text: "helix" });
  if (states.has("strand")) keys.push({ mark: "square", colour: palette.strand, text: "strand" });
  if (states.has("turn")) keys.push({ mark: "line", colour: palette.faint, text: "turn or bend" });
  if (protein.further.length)
    keys.push({ mark: "line", colour: palette.faint, text: "upright: where a further chain begins" });
  if (tracks.some((row) => row.track.includes("?")))
    keys.push({ mark: "outline", colour: palette.faint, text: "?: not known" });
  return keys;
}

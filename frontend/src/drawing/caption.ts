/** Pictures and tables as files that open elsewhere. */

import { type Table, writeCsv } from "../data/csv";
import { shorten } from "../data/text";
import { paint } from "./paint";
import { LIGHT, type Palette, type Picture, type Shape, shifted } from "./picture";
import { pictureSvg } from "./svg";

/** One line of a legend: how it looks, and what that means. */
export interface Key {
  mark: "square" | "dot" | "outline" | "line";
  colour: string;
  text: string;
}

export interface Caption {
  title: string;
  /** What, of which model, which protein: one line each. */
  lines: readonly string[];
  legend: readonly Key[];
}

const PART = 40;
const MARGIN = 16;
const LINE = 16;
const TEXT = 11;
const LONGEST_SIDE = 16_000;
const LARGEST_AREA = 2 ** 27;

/** A safe name for a file: `protlens_` and the parts that are not empty, each of at most 40 plain characters. */
export function fileName(parts: readonly (string | null)[], extension: string): string {
  const safe = parts.map((part) =>
    (part ?? "")
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .slice(0, PART)
      .replace(/^[-._]+|[-._]+$/g, ""),
  );
  return `${["protlens", ...safe.filter(Boolean)].join("_")}.${extension}`;
}

function mark({ mark: kind, colour }: Key, x: number, y: number): Shape {
  switch (kind) {
    case "dot":
      return { kind: "circle", at: [x + 5, y - 4], radius: 4, fill: colour };
    case "line":
      return { kind: "rect", box: [x, y - 5, 10, 2], fill: colour };
    case "outline":
      return { kind: "rect", box: [x + 0.5, y - 8.5, 9, 9], stroke: colour, dash: [2, 2] };
    case "square":
      return { kind: "rect", box: [x, y - 9, 10, 10], fill: colour };
  }
}

/** The legend as shapes, in as many lines as the width asks for, and its height. */
function legendShapes(legend: readonly Key[], width: number, palette: Palette): { shapes: Shape[]; height: number } {
  const shapes: Shape[] = [];
  let [x, line] = [0, 0];
  for (const key of legend) {
    const needed = 16 + key.text.length * TEXT * 0.56 + 16;
    if (x > 0 && x + needed > width) [x, line] = [0, line + 1];
    const y = (line + 1) * LINE - 4;
    shapes.push(mark(key, x, y));
    shapes.push({ kind: "text", at: [x + 16, y], text: key.text, size: TEXT, fill: palette.ink });
    x += needed;
  }
  return { shapes, height: legend.length ? (line + 1) * LINE : 0 };
}

/** A picture with its caption above, its legend below and a ground of paper behind, to stand alone. */
export function framed(picture: Picture, caption: Caption, palette: Palette = LIGHT): Picture {
  const inner = Math.max(picture.width, 360);
  const width = inner + 2 * MARGIN;
  const letters = Math.floor(inner / (TEXT * 0.56));
  const heading: Shape[] = [
    { kind: "text", at: [0, 14], text: shorten(caption.title, letters), size: 14, bold: true, fill: palette.ink },
    ...caption.lines.map(
      (line, at): Shape => ({
        kind: "text",
        at: [0, 14 + (at + 1) * LINE],
        text: shorten(line, letters),
        size: TEXT,
        fill: palette.faint,
      }),
    ),
  ];
  const top = MARGIN + 14 + caption.lines.length * LINE + 12;
  const legend = legendShapes(caption.legend, inner, palette);
  const below = top + picture.height + 10;
  const height = below + legend.height + MARGIN;
  return {
    width,
    height,
    shapes: [
      { kind: "rect", box: [0, 0, width, height], fill: palette.paper },
      ...shifted(heading, MARGIN, MARGIN),
      ...shifted(picture.shapes, MARGIN, top),
      ...shifted(legend.shapes, MARGIN, below),
    ],
  };
}

/** How many pixels of a PNG a unit gets: two, or fewer where no browser could draw so many. */
export function pngScale({ width, height }: Pick<Picture, "width" | "height">): number {
  return Math.min(2, LONGEST_SIDE / Math.max(width, height), Math.sqrt(LARGEST_AREA / (width * height)));
}

/** Hand a file to the user. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function saveSvg(picture: Picture, title: string, name: string): void {
  saveBlob(new Blob([pictureSvg(picture, title)], { type: "image/svg+xml" }), name);
}

/** Reject where the browser cannot make the image. */
export async function savePng(picture: Picture, name: string): Promise<void> {
  const canvas = document.createElement("canvas");
  paint(canvas, picture, pngScale(picture));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("This browser could not make the PNG; the SVG holds the same picture.");
  saveBlob(blob, name);
}

export function saveCsv(table: Table, name: string): void {
  saveBlob(new Blob([writeCsv(table)], { type: "text/csv;charset=utf-8" }), name);
}

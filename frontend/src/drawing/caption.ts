/** A picture under its caption and over its legend, as it stands in a file. */

import { shorten } from "../data/text";
import { LIGHT, type Palette } from "./colours";
import { type Picture, type Shape, shifted } from "./picture";

/** One line of a legend: how it looks, and what that means. */
export interface Key {
  mark: "square" | "dot" | "outline" | "line" | "ring";
  colour: string;
  text: string;
}

export interface Caption {
  title: string;
  /** What, of which model, which protein: one line each. */
  lines: readonly string[];
  legend: readonly Key[];
}

const MARGIN = 16;
const LINE = 16;
const TEXT = 11;

function mark({ mark: kind, colour }: Key, x: number, y: number): Shape {
  switch (kind) {
    case "dot":
      return { kind: "circle", at: [x + 5, y - 4], radius: 4, fill: colour };
    case "ring":
      return { kind: "circle", at: [x + 5, y - 4], radius: 4, stroke: colour, width: 1.5 };
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

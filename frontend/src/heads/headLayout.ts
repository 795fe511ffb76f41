/** Where the cells of a map of heads stand; layer 1 is at the bottom, as in the figures. */

import { inkOn, type Palette } from "../drawing/colours";
import type { Picture, Shape } from "../drawing/picture";
import type { HeadRow, HeatScale } from "./headTable";

export interface HeadLayout {
  readonly layers: number;
  readonly heads: number;
  readonly cell: readonly [width: number, height: number];
  readonly gap: number;
  /** Whether a number fits into a cell. */
  readonly numbered: boolean;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const SMALLEST = 5;
const WIDEST = 46;
const TALLEST = 30;
const TALL_ENOUGH = 11;
const HEIGHT = 400;
const NUMBERED = 34;
const LEFT = 34;
const BELOW = 34;

/** Fit a map into a width; a cell is at least 5 wide, whatever the width is. */
export function headLayout(layers: number, heads: number, available: number): HeadLayout {
  const cellWidth = Math.min(WIDEST, Math.max(SMALLEST, Math.floor((available - LEFT - 2) / heads)));
  const wanted = Math.min(Math.max(cellWidth, TALL_ENOUGH), Math.floor(HEIGHT / layers));
  const cellHeight = Math.min(TALLEST, Math.max(9, wanted));
  return {
    layers,
    heads,
    cell: [cellWidth, cellHeight],
    gap: cellWidth >= 14 ? 2 : 1,
    numbered: cellWidth >= NUMBERED,
    left: LEFT,
    top: 4,
    width: LEFT + heads * cellWidth + 2,
    height: 4 + layers * cellHeight + BELOW,
  };
}

/** The upper left corner of a cell; layer and head count from zero. */
export function cellAt({ layers, cell, left, top }: HeadLayout, layer: number, head: number): [x: number, y: number] {
  return [left + head * cell[0], top + (layers - 1 - layer) * cell[1]];
}

/** Which of so many get a label where each takes so much room: the first, and every second, fifth or tenth. */
export function labelled(many: number, size: number, room: number): number[] {
  const step = [1, 2, 5, 10, 20, 50].find((one) => one * size >= room) ?? 100;
  const all = Array.from({ length: many }, (_, at) => at + 1);
  return all.filter((one) => one === 1 || (one % step === 0 && (one - 1) * size >= room));
}

/** The cell to which a key leads, or null. */
export function moved(
  key: string,
  [layer, head]: readonly [number, number],
  layers: number,
  heads: number,
): [number, number] | null {
  const kept = (value: number, many: number) => Math.min(many - 1, Math.max(0, value));
  switch (key) {
    case "ArrowUp":
      return [kept(layer + 1, layers), head];
    case "ArrowDown":
      return [kept(layer - 1, layers), head];
    case "ArrowLeft":
      return [layer, kept(head - 1, heads)];
    case "ArrowRight":
      return [layer, kept(head + 1, heads)];
    case "Home":
      return [layer, 0];
    case "End":
      return [layer, heads - 1];
    default:
      return null;
  }
}

/** The map as a picture, for a file. */
export function headPicture(rows: readonly HeadRow[], scale: HeatScale, layout: HeadLayout, palette: Palette): Picture {
  const cells = rows.flatMap((row) => cellShapes(row, scale, layout, palette));
  return {
    width: layout.width,
    height: layout.height + 30,
    shapes: [...cells, ...axisShapes(layout, palette), ...legendShapes(scale, layout, palette)],
  };
}

function cellShapes(row: HeadRow, scale: HeatScale, layout: HeadLayout, palette: Palette): Shape[] {
  const [x, y] = cellAt(layout, row.layer, row.head);
  const [width, height] = layout.cell.map((size) => size - layout.gap) as [number, number];
  const place = scale.place(row);
  if (place !== null) {
    const fill = scale.colour(place, "light");
    const cell: Shape = { kind: "rect", box: [x, y, width, height], fill };
    const at: [number, number] = [x + width / 2, y + height / 2 + 4];
    const number: Shape = { kind: "text", at, text: scale.number(row), size: 10, anchor: "middle", fill: inkOn(fill) };
    return layout.numbered ? [cell, number] : [cell];
  }
  return [
    { kind: "rect", box: [x, y, width, height], fill: palette.blank },
    {
      kind: "path",
      points: [
        [x, y + height],
        [x + width, y],
      ],
      stroke: palette.faint,
      width: 0.6,
    },
  ];
}

/** The numbers and names of layers and heads. */
export function axisShapes(layout: HeadLayout, palette: Palette): Shape[] {
  const { layers, heads, cell, left, top } = layout;
  const bottom = top + layers * cell[1];
  const text = { kind: "text", size: 10, fill: palette.faint } as const;
  return [
    ...labelled(heads, cell[0], 16).map(
      (head): Shape => ({
        ...text,
        at: [cellAt(layout, 0, head - 1)[0] + cell[0] / 2, bottom + 12],
        text: String(head),
        anchor: "middle",
      }),
    ),
    ...labelled(layers, cell[1], 12).map(
      (layer): Shape => ({
        ...text,
        at: [left - 5, cellAt(layout, layer - 1, 0)[1] + cell[1] / 2 + 3],
        text: String(layer),
        anchor: "end",
      }),
    ),
    { ...text, at: [left + (heads * cell[0]) / 2, bottom + 27], text: "Head", anchor: "middle" },
    { ...text, at: [9, top + (layers * cell[1]) / 2], text: "Layer", anchor: "middle", turn: -90 },
  ];
}

function legendShapes(scale: HeatScale, layout: HeadLayout, palette: Palette): Shape[] {
  const [x, y, width] = [layout.left, layout.height + 6, Math.max(180, layout.width - layout.left - 2)];
  const steps = 60;
  const bar = Array.from({ length: steps }, (_, at): Shape => {
    return {
      kind: "rect",
      box: [x + (at * width) / steps, y, width / steps + 0.3, 9],
      fill: scale.colour(at / (steps - 1), "light"),
    };
  });
  const anchors = ["start", "middle", "end"] as const;
  const ticks = scale.ticks.map(
    (tick): Shape => ({
      kind: "text",
      size: 10,
      fill: palette.faint,
      at: [x + tick.place * width, y + 21],
      text: tick.text,
      anchor: anchors[Math.round(2 * tick.place)],
    }),
  );
  return [...bar, ...ticks];
}

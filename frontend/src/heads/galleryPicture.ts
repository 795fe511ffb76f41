/** A small picture of what each head does on one protein: a line from each residue to one that it attends to. */

import type { Gallery, ProteinDocument, SceneStyle } from "../data/documents";
import type { Property, Verdict } from "../data/properties";
import type { Palette } from "../drawing/colours";
import type { Picture, Shape } from "../drawing/picture";
import { axisShapes, cellAt, type HeadLayout, headLayout } from "./headLayout";

export interface GalleryContent {
  readonly gallery: Gallery;
  readonly protein: ProteinDocument;
  readonly property: Property;
  readonly threshold: number;
  readonly style: SceneStyle;
}

const WIDEST = 64;
const HIGHEST = 56;
const LOWEST = 14;

/** The layout of the map of heads, with cells that are as high as they are wide. */
export function galleryLayout(layers: number, heads: number, available: number): HeadLayout {
  const plain = headLayout(layers, heads, available);
  const width = Math.max(plain.cell[0], Math.min(WIDEST, Math.floor((available - plain.left - 2) / heads)));
  const height = Math.min(HIGHEST, Math.max(LOWEST, Math.round(1.25 * width)));
  const below = plain.height - plain.top - layers * plain.cell[1];
  return {
    ...plain,
    cell: [width, height],
    gap: width >= 14 ? 3 : 1,
    width: plain.left + heads * width + 2,
    height: plain.top + layers * height + below,
  };
}

/** The cell at a point of the picture; null outside. */
export function cellOf(layout: HeadLayout, x: number, y: number): [layer: number, head: number] | null {
  const head = Math.floor((x - layout.left) / layout.cell[0]);
  const layer = layout.layers - 1 - Math.floor((y - layout.top) / layout.cell[1]);
  return head >= 0 && head < layout.heads && layer >= 0 && layer < layout.layers ? [layer, head] : null;
}

/** Whether the property holds for an arc of the gallery: for its key, or for the pair. */
function verdictOf({ gallery, protein, property }: GalleryContent, head: number, arc: number): Verdict {
  const symbol =
    property.level === "pair"
      ? gallery.holds[property.name]?.[head]?.[arc]
      : protein.masks[property.name]?.[gallery.key[head]?.[arc] ?? -1];
  if (symbol === "1") return "holds";
  return symbol === "0" ? "fails" : "unknown";
}

/** Draw all heads: the sequence runs down both sides of a cell, queries at the left and keys at the right. */
export function galleryPicture(content: GalleryContent, layout: HeadLayout, palette: Palette): Picture {
  const { gallery } = content;
  const shapes = gallery.label.flatMap((label, at) => {
    const [layer = 1, head = 1] = label.split("-").map(Number);
    const [x, y] = cellAt(layout, layer - 1, head - 1);
    return cellShapes(content, at, [x, y], layout, palette);
  });
  return { width: layout.width, height: layout.height, shapes: [...shapes, ...axisShapes(layout, palette)] };
}

function cellShapes(
  content: GalleryContent,
  at: number,
  [x, y]: [number, number],
  layout: HeadLayout,
  palette: Palette,
): Shape[] {
  const { gallery, protein, threshold, style } = content;
  const [width, height] = layout.cell.map((size) => size - layout.gap) as [number, number];
  const place = (position: number) => y + 1 + ((position + 0.5) / protein.sequence.length) * (height - 2);
  const lines = (gallery.weight[at] ?? []).flatMap((weight, arc): Shape[] => {
    const [query, key] = [gallery.query[at]?.[arc] ?? 0, gallery.key[at]?.[arc] ?? 0];
    if (weight < threshold) return [];
    return [
      {
        kind: "path",
        points: [
          [x + 1, place(query)],
          [x + width - 1, place(key)],
        ],
        stroke: style[verdictOf(content, at, arc)],
        width: 1,
        opacity: 0.35 + 0.65 * weight,
      },
    ];
  });
  return [{ kind: "rect", box: [x, y, width, height], fill: palette.paper, stroke: palette.line }, ...lines.reverse()];
}

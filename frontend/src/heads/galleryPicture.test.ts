import { describe, expect, it } from "vitest";
import { proteinOf, STYLE } from "../data/testDocuments";
import { LIGHT } from "../drawing/colours";
import { cellOf, type GalleryContent, galleryLayout, galleryPicture } from "./galleryPicture";
import { cellAt } from "./headLayout";

const CONTENT: GalleryContent = {
  gallery: {
    protein: "1abc_A",
    label: ["1-1", "1-2", "2-1", "2-2"],
    query: [[0, 3], [], [1], []],
    key: [[3, 1], [], [2], []],
    weight: [[0.9, 0.2], [], [0.5], []],
    holds: { contact: ["1?", "", "0", ""] },
  },
  protein: proteinOf("ACDEF", { masks: { site: "00?10" } }),
  property: { name: "contact", level: "pair" },
  threshold: 0.3,
  style: STYLE,
};
const LAYOUT = galleryLayout(2, 2, 300);

function strokes(content: GalleryContent): (string | undefined)[] {
  const { shapes } = galleryPicture(content, LAYOUT, LIGHT);
  return shapes.flatMap((shape) => (shape.kind === "path" && shape.opacity ? [shape.stroke] : []));
}

describe("the gallery of heads", () => {
  it("has a cell for each head, and a line for each arc in force", () => {
    const { shapes } = galleryPicture(CONTENT, LAYOUT, LIGHT);
    expect(shapes.filter((shape) => shape.kind === "rect")).toHaveLength(4);
    expect(strokes(CONTENT)).toEqual([STYLE.holds, STYLE.fails]);
    expect(strokes({ ...CONTENT, threshold: 0.1 })).toHaveLength(3);
  });

  it("colours lines by the residue attended to where the property is of residues", () => {
    expect(strokes({ ...CONTENT, property: { name: "site", level: "residue" } })).toEqual([STYLE.holds, STYLE.unknown]);
  });

  it("finds the head under a point", () => {
    const [x, y] = cellAt(LAYOUT, 1, 0);
    expect(cellOf(LAYOUT, x + 3, y + 3)).toEqual([1, 0]);
    expect(cellOf(LAYOUT, 1, 1)).toBeNull();
    expect(cellOf(LAYOUT, x + 3, LAYOUT.height)).toBeNull();
  });
});

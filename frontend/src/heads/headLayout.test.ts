import { describe, expect, it } from "vitest";
import { makeHeads } from "../data/testDocuments";
import { LIGHT } from "../drawing/colours";
import { cellAt, headLayout, headPicture, labelled, moved } from "./headLayout";
import { headRows, heatScale } from "./headTable";

const ROWS = headRows(makeHeads());

describe("the layout of a map", () => {
  it("has layer 1 at the bottom, and no two cells in one place", () => {
    const layout = headLayout(3, 4, 400);
    const places = ROWS.map((one) => cellAt(layout, one.layer, one.head));
    expect(cellAt(layout, 0, 0)[1]).toBeGreaterThan(cellAt(layout, 2, 0)[1]);
    expect(new Set(places.map(String)).size).toBe(12);
    for (const [x, y] of places) {
      expect(x + layout.cell[0]).toBeLessThanOrEqual(layout.width);
      expect(y + layout.cell[1]).toBeLessThanOrEqual(layout.height);
    }
  });

  it("fits 64 heads into 430 pixels, and never makes cells too small to hit", () => {
    expect(headLayout(30, 64, 430).width).toBeLessThanOrEqual(430);
    expect(headLayout(30, 64, 100).cell).toEqual([5, 11]);
    expect(headLayout(33, 20, 430).height).toBeLessThan(460);
    expect(headLayout(1, 1, 2000).cell).toEqual([46, 30]);
  });

  it("labels what there is room for, the first always", () => {
    expect(labelled(6, 20, 16)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(labelled(30, 11, 12)).toEqual([1, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]);
    expect(labelled(64, 6, 16)).toEqual([1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(labelled(1, 6, 16)).toEqual([1]);
  });

  it("is walked with the keys, up to its edges", () => {
    expect(moved("ArrowUp", [0, 0], 3, 4)).toEqual([1, 0]);
    expect(moved("ArrowDown", [0, 0], 3, 4)).toEqual([0, 0]);
    expect(moved("ArrowRight", [0, 3], 3, 4)).toEqual([0, 3]);
    expect(moved("ArrowLeft", [0, 3], 3, 4)).toEqual([0, 2]);
    expect(moved("Home", [2, 2], 3, 4)).toEqual([2, 0]);
    expect(moved("End", [2, 2], 3, 4)).toEqual([2, 3]);
    expect(moved("a", [2, 2], 3, 4)).toBeNull();
  });

  it("is drawn into a file with every head, hatched where it has no number", () => {
    const { shapes } = headPicture(ROWS, heatScale(ROWS, "alignment"), headLayout(3, 4, 400), LIGHT);
    const blank = shapes.filter((shape) => shape.kind === "rect" && shape.fill === LIGHT.blank);
    const strokes = shapes.filter((shape) => shape.kind === "path");
    const numbers = shapes.flatMap((shape) => (shape.kind === "text" && shape.text === "55.0" ? [shape] : []));
    expect(blank).toHaveLength(3);
    expect(strokes).toHaveLength(3);
    expect(numbers).toHaveLength(1);
  });
});

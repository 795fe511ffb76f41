import { describe, expect, it } from "vitest";
import { makeHeads } from "./data/testDocuments";
import { inkOn, ratioColour, valueColour } from "./drawing/colours";
import { LIGHT } from "./drawing/picture";
import { cellAt, headLayout, headPicture, labelled, moved } from "./headLayout";
import { bestHeads, type HeadRow, headRow, headRows, headsCsv, headWords, heatScale } from "./headTable";

const HEADS = makeHeads();
const ROWS = headRows(HEADS);
const row = (label: string) => ROWS.find((one) => one.label === label) as HeadRow;

describe("a head of the table", () => {
  it("has the values of its place in every column", () => {
    expect(headRow(HEADS, 5)).toMatchObject({ label: "2-2", layer: 1, head: 1, alignment: 0.05 * 6, lift: 2 });
    expect(headRow(HEADS, -1)).toBeNull();
    expect(headRow(HEADS, 12)).toBeNull();
  });

  it("is told in words, without a number where it has too few arcs", () => {
    expect(headWords(row("2-2"))).toBe(
      "Head 2-2: alignment 30.0 %, background 12.0 %, lift 2.00×, adjusted p 0.060, 1,000 arcs in 7 proteins",
    );
    expect(headWords(row("2-4"))).toBe("Head 2-4: too few arcs for a number (37)");
    expect(headWords({ ...row("2-2"), q_value: null })).toContain("not tested");
  });

  it("is among the best by what is measured, if it is supported", () => {
    expect(bestHeads(ROWS, "alignment", 3).map((one) => one.label)).toEqual(["3-3", "3-2", "3-1"]);
    expect(bestHeads([{ ...row("1-1"), supported: false }], "lift", 3)).toEqual([]);
  });

  it("goes into the file as it is", () => {
    const { columns, rows } = headsCsv(HEADS);
    expect(columns.slice(0, 4)).toEqual(["property", "mode", "threshold", "label"]);
    expect(rows).toHaveLength(12);
    expect(rows[3]?.slice(0, 4)).toEqual(["contact", "matched", 0.3, "1-4"]);
    expect(rows[3]?.[columns.indexOf("alignment")]).toBeNull();
  });
});

describe("the scale of a map", () => {
  it("goes from nothing to the largest alignment", () => {
    const scale = heatScale(ROWS, "alignment");
    expect(scale.place(row("3-3"))).toBe(1);
    expect(scale.place(row("2-2"))).toBeCloseTo(6 / 11);
    expect(scale.place(row("1-4"))).toBeNull();
    expect(scale.ticks.map((tick) => tick.text)).toEqual(["0.0 %", "27.5 %", "55.0 %"]);
  });

  it("has as much room below a lift of one as above it, and ends at 64", () => {
    const scale = heatScale(ROWS, "lift");
    expect(scale.place(row("2-1"))).toBe(0.5);
    const rare = heatScale([...ROWS, { ...row("2-1"), lift: 1e-9 }], "lift");
    expect(rare.ticks).toEqual(scale.ticks);
    expect(scale.place({ ...row("2-1"), lift: 4 })).toBeCloseTo(0.5 + 2 / 12);
    expect(scale.place({ ...row("2-1"), lift: 0.25 })).toBeCloseTo(0.5 - 2 / 12);
    expect(scale.place({ ...row("2-1"), lift: 0 })).toBe(0);
    const wild = heatScale([{ ...row("2-1"), lift: 1000 }], "lift");
    expect(wild.ticks.map((tick) => tick.text)).toEqual(["≤ 1/64×", "1×, as expected", "≥ 64×"]);
    expect(wild.place({ ...row("2-1"), lift: 1000 })).toBe(1);
  });

  it("stands where no head has a number, or all have none", () => {
    for (const measure of ["alignment", "lift"] as const) {
      expect(heatScale([], measure).ticks).toHaveLength(3);
      expect(heatScale([row("1-4")], measure).place(row("1-4"))).toBeNull();
    }
    expect(heatScale([{ ...row("1-1"), alignment: 0 }], "alignment").place({ ...row("1-1"), alignment: 0 })).toBe(0);
  });
});

describe("colours", () => {
  const light = (colour: string) => Number.parseInt(colour.slice(3, 5), 16);

  it("leave the ground of the page as values grow, in both themes", () => {
    const shades = Array.from({ length: 21 }, (_, at) => at / 20);
    const lights = shades.map((place) => light(valueColour(place, "light")));
    expect(lights).toEqual(lights.toSorted((one, other) => other - one));
    const darks = shades.map((place) => light(valueColour(place, "dark")));
    expect(darks).toEqual(darks.toSorted((one, other) => one - other));
  });

  it("stay within their ends", () => {
    expect(valueColour(-1, "light")).toBe("#edf5fc");
    expect(valueColour(2, "light")).toBe("#08306b");
    expect(ratioColour(0.5, "light")).toBe("#f2f2f0");
  });

  it("get ink of a contrast of at least 4.5", () => {
    const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
        linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    for (const theme of ["light", "dark"] as const) {
      for (let place = 0; place <= 1; place += 0.01) {
        for (const colour of [valueColour(place, theme), ratioColour(place, theme)]) {
          const [low, high] = [luminance(colour), luminance(inkOn(colour))].toSorted((one, other) => one - other);
          expect(((high ?? 0) + 0.05) / ((low ?? 0) + 0.05), colour).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });
});

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

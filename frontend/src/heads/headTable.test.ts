import { describe, expect, it } from "vitest";
import { makeHeads } from "../data/testDocuments";
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
      "Head 2-2: alignment 30.0 %, background 12.0 %, lift 2.0, q 0.06, 1,000 arcs in 7 proteins",
    );
    expect(headWords(row("2-4"))).toBe("Head 2-4: no number, fewer than 100 arcs (37)");
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

import { describe, expect, it } from "vitest";
import { proteinOf } from "../data/testDocuments";
import { axisTitle, runs, ticks } from "./axis";

describe("the labels along an axis", () => {
  it("are round numbers, counted from one where the protein has none", () => {
    const protein = proteinOf("A".repeat(99));
    expect(ticks(protein, 99, 10).map((tick) => tick.label)).toEqual("10 20 30 40 50 60 70 80 90".split(" "));
    expect(ticks(protein, 99, 10)[0]).toEqual({ position: 9, label: "10" });
    expect(axisTitle(protein)).toBe("residue, counted from 1");
  });

  it("are the author's, below zero too, and never stand at a residue without one", () => {
    const numbers = Array.from({ length: 60 }, (_, at) => (at < 15 ? "" : String(at - 25)));
    const protein = proteinOf("A".repeat(60), { numbers });
    const found = ticks(protein, 60, 6);
    expect(found).toEqual([-10, 0, 10, 20, 30].map((number) => ({ position: number + 25, label: String(number) })));
    expect(axisTitle(protein)).toBe("residue, author's number");
  });

  it("leave out insertion codes, and numbers that come again too soon", () => {
    const numbers = ["9", "10", "10A", "10", "11"].concat(Array.from({ length: 20 }, (_, at) => String(at + 12)));
    const protein = proteinOf("A".repeat(25), { numbers });
    expect(ticks(protein, 25, 3).map((tick) => tick.position)).toEqual([1, 13, 23]);
  });

  it.each([1, 2, 99, 343, 1500, 10_000, 34_350])("are few enough along %i residues, and at least one", (length) => {
    const found = ticks(proteinOf("A".repeat(length)), length, 10);
    expect(found.length).toBeGreaterThanOrEqual(1);
    expect(found.length).toBeLessThanOrEqual(10);
  });

  it("stand only where they are wanted", () => {
    expect(ticks(proteinOf("A".repeat(100)), 35, 7).map((tick) => tick.label)).toEqual([
      "5",
      "10",
      "15",
      "20",
      "25",
      "30",
      "35",
    ]);
  });
});

describe("the runs of a track", () => {
  it("joined again are the track", () => {
    const track = "00111?0??11";
    const found = runs(track);
    expect(found.map(({ symbol, start, end }) => symbol.repeat(end - start)).join("")).toBe(track);
    expect(found).toHaveLength(6);
  });

  it("can be those of a part, and what the track lacks is unknown", () => {
    expect(runs("0011", 1, 6)).toEqual([
      { symbol: "0", start: 1, end: 2 },
      { symbol: "1", start: 2, end: 4 },
      { symbol: "?", start: 4, end: 6 },
    ]);
    expect(runs("")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Arcs, ProteinDocument } from "./documents";
import { arcTooltip, arcVerdict, fixed, residueName, residueNumber, shorten, threeLetters } from "./residues";

const protein: ProteinDocument = {
  id: "1abc_A",
  chain: "A",
  sequence: "FSXG",
  analysed: 4,
  numbers: ["148", "148A", "", "-2"],
  tracks: {},
  masks: { binding_site: "01?0" },
  pairs: {},
  annotations: [],
  points: null,
  asym: "A",
  group: ["1abc_A"],
};

const arcs: Arcs = {
  protein: "1abc_A",
  head: "12-4",
  complete_from: 0.1,
  query: [0, 1, 3],
  key: [1, 2, 0],
  weight: [0.7584, 0.0625, 0.1],
  distance: [6.06, null, 12.25],
  holds: { contact: "1?0" },
  received: null,
};

describe("the name of a residue", () => {
  it.each([
    [0, "Phe 148 A"],
    [1, "Ser 148A A"],
    [2, "Xaa (3) A"],
    [3, "Gly -2 A"],
  ])("of position %i is %s", (position, name) => {
    expect(residueName(protein, position)).toBe(name);
  });

  it("counts from one and names no chain where the protein has neither", () => {
    expect(residueName({ ...protein, numbers: [], chain: "" }, 1)).toBe("Ser 2");
    expect(residueNumber({ ...protein, numbers: [] }, 3)).toBe("4");
  });

  it("has three letters for every letter that a sequence may hold", () => {
    const names = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map(threeLetters);
    expect(new Set(names).size).toBe(26);
    expect(names.every((name) => /^[A-Z][a-z]{2}$/.test(name))).toBe(true);
    expect(threeLetters("X")).toBe("Xaa");
  });
});

describe("a long text", () => {
  it("keeps its beginning and its end", () => {
    expect(shorten(`start${"x".repeat(10_000)}end`, 12)).toBe("startxxx…end");
    expect(shorten("1abc_A", 6)).toBe("1abc_A");
  });

  it("is not cut within a character", () => {
    const text = shorten("🧬".repeat(50), 10);
    expect([...text]).toHaveLength(10);
    expect(text).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("a number with fixed decimals", () => {
  // The texts are those of Python's format(value, ".3f") and format(value, ".1f").
  it.each([
    [0.0625, 3, "0.062"],
    [0.1875, 3, "0.188"],
    [0.0005, 3, "0.001"],
    [0.9375, 3, "0.938"],
    [0.9995, 3, "1.000"],
    [6.25, 1, "6.2"],
    [6.75, 1, "6.8"],
    [9.95, 1, "9.9"],
    [-6.25, 1, "-6.2"],
    [12.5, 0, "12"],
    [0, 1, "0.0"],
  ])("%d with %i is %s", (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });
});

describe("an arc in words", () => {
  it.each([
    [0, "Phe 148 A → Ser 148A A, 0.758, contact 6.1 A"],
    [1, "Ser 148A A → Xaa (3) A, 0.062, contact unknown"],
    [2, "Gly -2 A → Phe 148 A, 0.100, not contact 12.2 A"],
  ])("for a property of the pair: %i", (arc, text) => {
    expect(arcTooltip(protein, arcs, arc, { name: "contact", level: "pair" })).toBe(text);
  });

  it.each([
    [0, "Phe 148 A → Ser 148A A, 0.758, binding_site 6.1 A"],
    [1, "Ser 148A A → Xaa (3) A, 0.062, binding_site unknown"],
    [2, "Gly -2 A → Phe 148 A, 0.100, not binding_site 12.2 A"],
  ])("for a property of the residue it speaks of the key: %i", (arc, text) => {
    expect(arcTooltip(protein, arcs, arc, { name: "binding_site", level: "residue" })).toBe(text);
  });

  it("is unknown for a property that the documents lack", () => {
    expect(arcVerdict(protein, arcs, 0, { name: "other", level: "pair" })).toBe("unknown");
    expect(arcVerdict(protein, arcs, 0, { name: "other", level: "residue" })).toBe("unknown");
  });
});

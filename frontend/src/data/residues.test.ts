import { describe, expect, it } from "vitest";
import { residueName, residueNumber, threeLetters } from "./residues";
import { proteinOf } from "./testDocuments";

const protein = proteinOf("FSXG", { numbers: ["148", "148A", "", "-2"] });

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

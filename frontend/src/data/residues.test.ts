import { describe, expect, it } from "vitest";
import { chainAt, linksChains, positionOf, residueName, residueNumber, sceneResidue, threeLetters } from "./residues";
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

describe("a residue of chains that are one protein", () => {
  const numbers = ["1", "2", "1", "", "7"];
  const joined = proteinOf("FSGAW", {
    numbers,
    further: [
      { start: 2, name: "B", asym: "C" },
      { start: 4, name: "L", asym: "D" },
    ],
  });

  it("has the name and the number of its own chain", () => {
    const names = [0, 1, 2, 3, 4].map((position) => residueName(joined, position));
    expect(names).toEqual(["Phe 1 A", "Ser 2 A", "Gly 1 B", "Ala (2) B", "Trp 7 L"]);
    expect(residueNumber({ ...joined, numbers: [] }, 4)).toBe("1");
    expect(chainAt(joined, 3).start).toBe(2);
  });

  it("is found in the scene, and back", () => {
    const found = [0, 1, 2, 3, 4].map((position) => sceneResidue(joined, position));
    expect(found.map(({ asym, seq }) => `${asym}${seq}`)).toEqual(["A1", "A2", "C1", "C2", "D1"]);
    expect(found.map((residue) => positionOf(joined, residue))).toEqual([0, 1, 2, 3, 4]);
    expect(positionOf(joined, { asym: "B", seq: 1 })).toBeNull();
  });

  it("may be linked to one of another chain", () => {
    const pairs = [
      { query: 0, key: 1 },
      { query: 1, key: 2 },
      { query: 4, key: 3 },
    ];
    expect(pairs.map((pair) => linksChains(joined, pair))).toEqual([false, true, true]);
    expect(linksChains(protein, { query: 0, key: 3 })).toBe(false);
  });
});

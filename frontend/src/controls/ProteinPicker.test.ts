import { describe, expect, it } from "vitest";
import { proteinOf } from "../data/testDocuments";
import { proteinWords, withShown } from "./ProteinPicker";

describe("what a protein is called", () => {
  it("joins its name and its organism, as far as they are known", () => {
    expect(proteinWords({ title: "Protease", organism: "Homo sapiens" })).toBe("Protease · Homo sapiens");
    expect(proteinWords({ organism: "Homo sapiens" })).toBe("Homo sapiens");
    expect(proteinWords({})).toBe("");
  });

  it("stays with the protein that is shown and not in the list", () => {
    const shown = proteinOf("MKT", { id: "b", title: "Protease" });
    const found = { query: "", total: 2, proteins: [{ id: "a", residues: 3, placed: true }] };
    expect(withShown(found, shown).proteins.map(({ id, title }) => [id, title])).toEqual([
      ["b", "Protease"],
      ["a", undefined],
    ]);
  });
});

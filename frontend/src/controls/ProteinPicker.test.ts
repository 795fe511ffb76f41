import { describe, expect, it } from "vitest";
import { proteinOf } from "../data/testDocuments";
import { entryWords, proteinWords, withShown } from "./ProteinPicker";

describe("what a protein is called", () => {
  it("joins its name and its organism, as far as they are known", () => {
    expect(proteinWords({ title: "Protease", organism: "Homo sapiens" })).toBe("Protease · Homo sapiens");
    expect(proteinWords({ organism: "Homo sapiens" })).toBe("Homo sapiens");
    expect(proteinWords({})).toBe("");
  });

  it("comes with how long it is, and in how many chains where they are several", () => {
    const entry = { id: "a", residues: 1198, placed: true };
    expect(entryWords(entry)).toBe("1,198 residues");
    expect(entryWords({ ...entry, chains: 2, placed: false })).toBe("1,198 residues in 2 chains, no structure");
    expect(entryWords({ ...entry, chains: 2, arcs: 27, hits: 12 })).toBe("12 of 27 arcs · 1,198 residues in 2 chains");
    const shown = proteinOf("MKTMKT", { id: "b", further: [{ start: 3, name: "B", asym: "B" }] });
    expect(withShown({ query: "", total: 0, proteins: [] }, shown).proteins[0]?.chains).toBe(2);
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

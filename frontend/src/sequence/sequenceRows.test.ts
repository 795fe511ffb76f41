import { describe, expect, it } from "vitest";
import { arcOf, arcsOf, proteinOf, STYLE } from "../data/testDocuments";
import { received, residueFacts, residueTable, type SequenceContent, sequenceRows } from "./sequenceRows";

const protein = proteinOf("FSGAC", {
  numbers: ["148", "149", "", "151", "152"],
  analysed: 4,
  tracks: {
    dssp: "HHE??",
    binding_site: "01?00",
    "modification:other": "00?00",
    mine: "0190?",
    "binding_site:metal": "01000",
  },
  masks: { binding_site: "01?00", "amino_acid:F": "10000" },
  annotations: [{ track: "binding_site:metal", name: "ZN", residues: [1] }],
});
const arcs = [arcOf(0, 1, 0.5), arcOf(2, 1, 0.25), arcOf(3, 0, 0.125)];
const content: SequenceContent = {
  protein,
  document: arcsOf(arcs.map(({ query, key, weight }) => [query, key, weight])),
  arcs,
  property: { name: "contact", level: "pair" },
  threshold: 0.1,
  style: STYLE,
};
const site: SequenceContent = { ...content, property: { name: "binding_site", level: "residue" } };
const labels = (of: SequenceContent) => sequenceRows(of).rows.map((row) => row.label);

describe("the attention received", () => {
  it("is the sum over the arcs in force where all weights are not known, and the row says so", () => {
    expect(received(content)).toEqual([0.125, 0.75, 0, 0, null]);
    expect(sequenceRows(content).rows[2]).toMatchObject({
      detail: "arcs of 0.1 and more only; highest 0.75",
      largest: 0.75,
    });
  });

  it("is that of all weights where they are known", () => {
    const whole = { ...content, document: arcsOf([], { received: [1, 2, 0.5, 0.5] }) };
    expect(received(whole)).toEqual([1, 2, 0.5, 0.5, null]);
    expect(sequenceRows(whole).rows[2]).toMatchObject({ detail: "all weights; highest 2.00" });
  });

  it("is not known without arcs", () => {
    expect(received({ ...content, arcs: null, document: null })).toEqual([null, null, null, null, null]);
  });
});

describe("the rows", () => {
  it("are numbers, letters, attention, structure, and the tracks that mark a residue", () => {
    expect(labels(content)).toEqual([
      "Author's number",
      "Sequence",
      "Attention received",
      "Secondary structure",
      "Binding site",
      "Binding site: metal",
      "Mine",
    ]);
    expect(sequenceRows(content).unmarked).toEqual(["Modification: other"]);
  });

  it("show the chosen property once, marked as chosen", () => {
    const { rows } = sequenceRows(site);
    expect(rows.filter((row) => row.label === "Binding site")).toHaveLength(1);
    expect(rows[3]).toMatchObject({ label: "Binding site", chosen: true, track: "01?00" });
    const letter = { ...content, property: { name: "amino_acid:F", level: "residue" } as const };
    expect(sequenceRows(letter).rows[3]).toMatchObject({ track: "10000", chosen: true });
  });

  it("are three for a protein of which nothing is known", () => {
    expect(labels({ ...content, protein: proteinOf("X"), arcs: [] })).toEqual([
      "Counted from 1",
      "Sequence",
      "Attention received",
    ]);
  });
});

describe("a residue in words", () => {
  const facts = (of: SequenceContent, at: number) => residueFacts(of, sequenceRows(of).rows, at);

  it("tells attention, structure, what it is marked as, and by which name", () => {
    expect(facts(content, 1)).toEqual([
      "attention received 0.75",
      "helix",
      "binding site",
      "binding site: metal",
      "Mine 1",
      "annotated ZN",
    ]);
  });

  it("tells unknown apart from no", () => {
    expect(facts(content, 2)).toContain("binding site unknown");
    expect(facts(content, 0).join()).not.toMatch(/binding site/);
    expect(facts(site, 0)).toContain("not binding site");
    expect(facts(content, 4)).toContain("not read by the model");
  });
});

describe("the table of residues", () => {
  const { columns, rows } = residueTable(site);
  const told = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));

  it("has a row for each, with places from zero, the author's numbers and all tracks once", () => {
    expect(columns.slice(7)).toEqual(["binding_site", "dssp", "modification:other", "mine", "binding_site:metal"]);
    expect(told).toHaveLength(5);
    expect(told[1]).toMatchObject({
      position: 1,
      number: "149",
      residue: "Ser",
      attention_received: 0.75,
      binding_site: "1",
    });
  });

  it("leaves empty what is not known", () => {
    expect(told[2]).toMatchObject({ number: null, binding_site: null, dssp: "E" });
    expect(told[4]).toMatchObject({ read_by_model: false, attention_received: null, dssp: null });
  });
});

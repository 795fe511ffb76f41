import { expect, it } from "vitest";
import type { Arcs, ProteinDocument, Scene } from "../data/documents";
import { tubes } from "./scene";
import { type SceneContent, sceneLegend, sceneSummary, tubeWords } from "./sceneLegend";

const STYLE = {
  holds: "#0000aa",
  fails: "#aa5500",
  unknown: "#777777",
  property: "#ddaa00",
  chain: "#bbbbbb",
  attended: "#333333",
  other: "#dddddd",
  ligand: "#22aa66",
  radius: [0.1, 0.6] as [number, number],
  opacity: [[0, 1]] as [number, number][],
};

function protein(chain: string, mask: string): ProteinDocument {
  return {
    id: `1abc_${chain}`,
    title: "",
    organism: "",
    chain,
    sequence: "GGG",
    analysed: 3,
    numbers: ["", "", ""],
    tracks: {},
    masks: { binding_site: mask },
    pairs: {},
    annotations: [],
    points: [[0, 0, 0], [1, 1, 1], null],
    asym: chain,
    further: [],
    group: [],
  };
}

const ARCS: Arcs = {
  protein: "",
  head: "1-1",
  complete_from: 0.2,
  query: [0, 1, 0],
  key: [1, 0, 2],
  weight: [0.9, 0.8, 0.7],
  distance: [null, null, null],
  holds: { contact: "011" },
  received: null,
};

function content(changes: Partial<SceneContent> = {}, colours: string[] = [STYLE.chain]): SceneContent {
  const parts = changes.parts ?? [{ protein: protein("A", "100"), arcs: ARCS, chosen: [0, 1, 2] }];
  const children = colours.map((color) => ({
    kind: "representation",
    children: [{ kind: "color", params: { color } }],
  }));
  return {
    base: { root: { kind: "root", children } } as Scene,
    parts,
    tubes: tubes(parts),
    fitting: 12,
    property: { name: "contact", level: "pair" },
    threshold: 0.3,
    style: STYLE,
    ...changes,
  };
}

const texts = (some: SceneContent) => sceneLegend(some).map((key) => key.text);

it("counts the arcs that are drawn, by the property", () => {
  expect(sceneLegend(content()).slice(0, 2)).toEqual([
    { mark: "line", colour: STYLE.holds, text: "1 arc, contact" },
    { mark: "line", colour: STYLE.fails, text: "1 arc, not contact" },
  ]);
});

it("tells of residues, further chains and ligands only where they are seen", () => {
  expect(texts(content())).not.toContain("residues, binding site");
  const binding = content({ property: { name: "binding_site", level: "residue" } });
  expect(texts(binding)).toEqual([
    "1 arc, binding site",
    "1 arc, not binding site",
    "residues, binding site",
    "chain A, read by the model",
  ]);
  expect(texts(content({}, [STYLE.chain, STYLE.other, STYLE.ligand])).slice(2)).toEqual([
    "chain A, read by the model",
    "other chains, not read",
    "ligands and nucleic acids",
  ]);
});

it("names all chains that were read, and a chain without a name", () => {
  const parts = ["A", "B"].map((chain) => ({ protein: protein(chain, "000"), arcs: ARCS, chosen: [] }));
  expect(texts(content({ parts }))).toEqual(["chains A, B, read by the model"]);
  const nameless = [{ protein: protein("", "000"), arcs: null, chosen: [] }];
  expect(texts(content({ parts: nameless }))).toEqual(["chain, read by the model"]);
});

it("says how much of a long chain was read", () => {
  const long = { ...protein("A", "000"), analysed: 2 };
  const parts = [{ protein: long, arcs: null, chosen: [] }];
  expect(texts(content({ parts }))).toEqual(["chain A, of which the model read the first 2 residues"]);
});

it("says how many arcs are drawn, and that some have no place", () => {
  expect(sceneSummary(content())).toBe("2 of 12 arcs drawn; 1 left out, with an end that has no coordinates");
  const parts = [{ protein: protein("A", "000"), arcs: ARCS, chosen: [0, 1] }];
  expect(sceneSummary(content({ parts }))).toBe("2 of 12 arcs drawn");
});

it("speaks of arrows where arcs are drawn, of lines where predicted contacts are, and of none where none is", () => {
  const arrows = content().tubes;
  const pairs = [{ protein: protein("A", "000"), arcs: { ...ARCS, head: "contacts" }, chosen: [0, 1, 2] }];
  const lines = tubes(pairs);
  expect(tubeWords(arrows)).toEqual({
    sentence:
      "Each arrow points to the residue that is attended to, the wider and the more solid the larger its weight. " +
      "Residues with most of it are named.",
    weight: "weight",
  });
  expect(tubeWords(lines)).toEqual({
    sentence:
      "Each line joins two residues that are predicted to touch, the wider and the more solid the larger its " +
      "probability. Residues with most of it are named.",
    weight: "probability",
  });
  const both = tubeWords([...arrows, ...lines]);
  expect(both?.sentence).toMatch(/^Each arrow points .*; each line joins .* its weight or probability\./);
  expect(both?.weight).toBe("weight or probability");
  expect(tubeWords([])).toBeNull();
  expect(sceneSummary(content({ parts: pairs }))).toMatch(/^2 of 12 pairs drawn; 1 left out/);
  const texts = (some: typeof arrows) => sceneLegend(content({ tubes: some })).map(({ text }) => text);
  expect(texts(lines).slice(0, 2)).toEqual(["1 pair, contact", "1 pair, not contact"]);
  expect(texts([...arrows, ...lines])[0]).toBe("1 arc and 1 pair, contact");
});

it("says at least where weaker arcs were not kept", () => {
  expect(sceneSummary(content({ threshold: 0.1 }))).toMatch(/^2 of at least 12 arcs drawn/);
});

it("tells chains in one input apart, and counts the arcs that link two", () => {
  const joined = { ...protein("A", "000"), further: [{ start: 1, name: "B", asym: "B" }] };
  const parts = [{ protein: joined, arcs: { ...ARCS, query: [0, 1, 2], key: [1, 0, 1] }, chosen: [0, 1, 2] }];
  const placed = parts.map((part) => ({ ...part, protein: { ...joined, points: Array(3).fill([0, 0, 0]) } }));
  const texts = (colour: "property" | "chain") => sceneLegend(content({ parts, colour })).map(({ text }) => text);
  expect(texts("property")).toContain("chains A, B, read by the model, all chains in one input");
  expect(texts("chain").slice(-2)).toEqual([
    "chain A, read by the model, all chains in one input",
    "chain B, read by the model, all chains in one input",
  ]);
  const summary = { parts: placed, tubes: tubes(placed), fitting: 7, threshold: 0.3 };
  expect(sceneSummary(summary)).toBe("3 of 7 arcs drawn, of which 2 link two chains");
});

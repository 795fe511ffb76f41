import { describe, expect, it } from "vitest";
import {
  type ArcChoice,
  arcsAndPairs,
  arcsOfWords,
  arcTooltip,
  arcVerdict,
  CONTACTS,
  chooseArcs,
  countOf,
  leastWeight,
  sourceWords,
} from "./arcs";
import { arcsOf, proteinOf } from "./testDocuments";

const PROTEIN = proteinOf("ACDEF", { masks: { binding_site: "01?01" } });
const ARCS = arcsOf(
  [
    [0, 1, 0.9],
    [2, 2, 0.8],
    [1, 2, 0.5],
    [3, 0, 0.3],
    [4, 3, 0.2],
  ],
  { holds: { contact: "10?01" } },
);

const CHOICE: ArcChoice = { property: "contact", level: "pair", threshold: 0.1, count: 30, show: "all" };

function choose(changes: Partial<ArcChoice>, arcs = ARCS) {
  return chooseArcs(arcs, PROTEIN, { ...CHOICE, ...changes });
}

const places = (chosen: ReturnType<typeof choose>) => chosen.drawn.map((arc) => arc.index);

describe("the arcs that are drawn", () => {
  it("are all but those from a residue to itself, strongest first", () => {
    const chosen = choose({});
    expect(places(chosen)).toEqual([0, 2, 3, 4]);
    expect(chosen.tally).toEqual({ holds: 2, fails: 1, unknown: 1 });
    expect(chosen.above).toBe(4);
  });

  it("reach the threshold, which itself counts", () => {
    expect(places(choose({ threshold: 0.3 }))).toEqual([0, 2, 3]);
    expect(places(choose({ threshold: 0.31 }))).toEqual([0, 2]);
    expect(places(choose({ threshold: 1 }))).toEqual([]);
  });

  it("are all that are there where they are predicted contacts", () => {
    expect(leastWeight(ARCS, 0.6)).toBe(0.6);
    expect(leastWeight({ ...ARCS, head: CONTACTS }, 0.6)).toBe(0);
    expect([sourceWords("3-7"), sourceWords(CONTACTS)]).toEqual(["head 3-7", "predicted contacts"]);
  });

  it("are no more than wanted, while all are counted", () => {
    const chosen = choose({ count: 1 });
    expect(places(chosen)).toEqual([0]);
    expect(chosen.above).toBe(4);
    expect(places(choose({ count: 0 }))).toEqual([]);
  });

  it("can be those alone for which the property holds, or does not; what is unknown is neither", () => {
    expect(places(choose({ show: "holds" }))).toEqual([0, 4]);
    expect(places(choose({ show: "fails" }))).toEqual([3]);
    expect(choose({ show: "fails", count: 0 }).fitting).toBe(1);
    expect(choose({ show: "holds", count: 1 }).tally).toEqual({ holds: 2, fails: 1, unknown: 1 });
  });

  it("are judged by the residue attended to where the property is one of residues", () => {
    const chosen = choose({ property: "binding_site", level: "residue" });
    expect(chosen.drawn.map((arc) => [arc.key, arc.verdict])).toEqual([
      [1, "holds"],
      [2, "unknown"],
      [0, "fails"],
      [3, "fails"],
    ]);
  });

  it("are unknown for a property that the document does not have", () => {
    expect(choose({ property: "other" }).tally).toEqual({ holds: 0, fails: 0, unknown: 4 });
    expect(choose({ property: "toString", level: "residue" }).tally.unknown).toBe(4);
  });

  it("are none where the head has none", () => {
    const none = arcsOf([]);
    expect(choose({}, none)).toEqual({
      drawn: [],
      above: 0,
      fitting: 0,
      tally: { holds: 0, fails: 0, unknown: 0 },
    });
  });
});

const SEEN = proteinOf("FSXG", { numbers: ["148", "148A", "", "-2"], masks: { binding_site: "01?0" } });
const SEEN_ARCS = arcsOf(
  [
    [0, 1, 0.7584],
    [1, 2, 0.0625],
    [3, 0, 0.1],
  ],
  { distance: [6.06, null, 12.25], holds: { contact: "1?0" } },
);

describe("predicted contacts", () => {
  const pairs = { ...SEEN_ARCS, head: CONTACTS };

  it("have no direction, and their weight is a probability", () => {
    const text = arcTooltip(SEEN, pairs, 0, { name: "contact", level: "pair" });
    expect(text).toBe("Phe 148 A – Ser 148A A, probability 0.758, contact 6.1 Å");
  });

  it("are judged by both residues where the property is one of residues", () => {
    const verdicts = (mask: string) => {
      const protein = { ...SEEN, masks: { binding_site: mask } };
      const about = (arcs: typeof pairs) => arcVerdict(protein, arcs, 0, { name: "binding_site", level: "residue" });
      return [about(pairs), about(SEEN_ARCS)];
    };
    expect(verdicts("10??")).toEqual(["holds", "fails"]);
    expect(verdicts("01??")).toEqual(["holds", "holds"]);
    expect(verdicts("00??")).toEqual(["fails", "fails"]);
    expect(verdicts("?0??")).toEqual(["unknown", "fails"]);
    expect(verdicts("?1??")).toEqual(["holds", "holds"]);
  });

  it("are counted as pairs", () => {
    expect([countOf(SEEN_ARCS, 1), countOf(pairs, 1), countOf(pairs, 2)]).toEqual(["1 arc", "1 pair", "2 pairs"]);
    const both = [arcsAndPairs(3, 7), arcsAndPairs(3, 0), arcsAndPairs(0, 1), arcsAndPairs(0, 0)];
    expect(both).toEqual(["3 arcs and 7 pairs", "3 arcs", "1 pair", "0 arcs"]);
    expect([arcsOfWords("3-7"), arcsOfWords(CONTACTS)]).toEqual(["the arcs of head 3-7", "predicted contacts"]);
  });
});

describe("an arc in words", () => {
  it.each([
    [0, "Phe 148 A → Ser 148A A, 0.758, contact 6.1 Å"],
    [1, "Ser 148A A → Xaa (3) A, 0.062, contact unknown"],
    [2, "Gly -2 A → Phe 148 A, 0.100, not contact 12.2 Å"],
  ])("for a property of the pair: %i", (arc, text) => {
    expect(arcTooltip(SEEN, SEEN_ARCS, arc, { name: "contact", level: "pair" })).toBe(text);
  });

  it.each([
    [0, "Phe 148 A → Ser 148A A, 0.758, binding site 6.1 Å"],
    [1, "Ser 148A A → Xaa (3) A, 0.062, binding site unknown"],
    [2, "Gly -2 A → Phe 148 A, 0.100, not binding site 12.2 Å"],
  ])("for a property of the residue it speaks of the key: %i", (arc, text) => {
    expect(arcTooltip(SEEN, SEEN_ARCS, arc, { name: "binding_site", level: "residue" })).toBe(text);
  });

  it("is unknown for a property that the documents lack", () => {
    expect(arcVerdict(SEEN, SEEN_ARCS, 0, { name: "other", level: "pair" })).toBe("unknown");
    expect(arcVerdict(SEEN, SEEN_ARCS, 0, { name: "other", level: "residue" })).toBe("unknown");
  });
});

import { describe, expect, it } from "vitest";
import type { Arcs, ProteinDocument, Scene, SceneStyle } from "../data/documents";
import { dress, type Look, type Part, tubeRadius, tubes } from "./scene";

const STYLE: SceneStyle = {
  holds: "#0000aa",
  fails: "#aa5500",
  unknown: "#777777",
  property: "#ddaa00",
  chain: "#bbbbbb",
  other: "#dddddd",
  ligand: "#22aa66",
  radius: [0.1, 0.6],
};
const CONTACT: Look = { property: { name: "contact", level: "pair" }, threshold: 0.3, style: STYLE };
const BINDING: Look = { ...CONTACT, property: { name: "binding_site", level: "residue" } };

const PROTEIN: ProteinDocument = {
  id: "1abc_A",
  chain: "A",
  sequence: "FGXS",
  analysed: 4,
  numbers: ["148", "148A", "", "151"],
  tracks: {},
  masks: { binding_site: "10?1" },
  pairs: {},
  annotations: [],
  points: [[0, 0, 0], [3.8, 0.25, -1], null, [7.61, 0, 2]],
  asym: "A",
  group: ["1abc_A"],
};

const ARCS: Arcs = {
  protein: "1abc_A",
  head: "1-2",
  complete_from: 0.1,
  query: [3, 0, 1, 1, 0],
  key: [0, 3, 2, 1, 1],
  weight: [1, 0.65, 0.5, 0.4, 0.3],
  distance: [6.05, null, 5, 0, 3.8],
  holds: { contact: "10?01" },
  received: null,
};

const ALL: Part = { protein: PROTEIN, arcs: ARCS, chosen: [0, 1, 2, 3, 4] };

function base(): Scene {
  const cartoon = {
    kind: "representation",
    ref: "cartoon",
    params: { type: "cartoon" },
    children: [{ kind: "color" }],
  };
  return {
    kind: "single",
    root: { kind: "root", children: [{ kind: "download", children: [cartoon] }] },
    metadata: {},
  };
}

interface Tree {
  kind: string;
  ref?: string;
  params: Record<string, unknown>;
  children: Tree[];
}

function root(scene: Scene): Tree {
  return scene.root as Tree;
}

function primitives(scene: Scene): Tree | undefined {
  return root(scene).children.find((node) => node.kind === "primitives");
}

function cartoonOf(scene: Scene): Tree | undefined {
  return root(scene).children[0]?.children[0];
}

describe("tubes", () => {
  it("leaves out arcs with an unresolved end and arcs to oneself", () => {
    expect(tubes([ALL]).map((tube) => tube.arc)).toEqual([0, 1, 4]);
  });

  it("keeps the order of proteins and of what was chosen", () => {
    const other = { ...ALL, protein: { ...PROTEIN, id: "1abc_B" }, chosen: [4, 0] };
    const drawn = tubes([other, { ...ALL, chosen: [1] }]);
    expect(drawn.map((tube) => [tube.protein.id, tube.arc])).toEqual([
      ["1abc_B", 4],
      ["1abc_B", 0],
      ["1abc_A", 1],
    ]);
  });

  it("finds none without coordinates, without arcs, and for a place that the document does not have", () => {
    expect(tubes([{ ...ALL, protein: { ...PROTEIN, points: null } }])).toEqual([]);
    expect(tubes([{ ...ALL, arcs: null }])).toEqual([]);
    expect(tubes([{ ...ALL, chosen: [99] }])).toEqual([]);
  });
});

describe("dress", () => {
  it("draws arcs as tubes with width, colour and words", () => {
    const drawn = primitives(dress(base(), [ALL], CONTACT));
    expect(drawn).toEqual({
      kind: "primitives",
      children: [
        {
          kind: "primitive",
          params: {
            kind: "tube",
            start: [7.61, 0, 2],
            end: [0, 0, 0],
            radius: 0.6,
            color: STYLE.holds,
            tooltip: "Ser 151 A → Phe 148 A, 1.000, contact 6.0 A",
          },
        },
        {
          kind: "primitive",
          params: {
            kind: "tube",
            start: [0, 0, 0],
            end: [7.61, 0, 2],
            radius: 0.35,
            color: STYLE.fails,
            tooltip: "Phe 148 A → Ser 151 A, 0.650, not contact",
          },
        },
        {
          kind: "primitive",
          params: {
            kind: "tube",
            start: [0, 0, 0],
            end: [3.8, 0.25, -1],
            radius: 0.1,
            color: STYLE.holds,
            tooltip: "Phe 148 A → Gly 148A A, 0.300, contact 3.8 A",
          },
        },
      ],
    });
  });

  it("colours arcs by their key and the residues themselves for a property of residues", () => {
    const scene = dress(base(), [ALL], BINDING);
    expect(primitives(scene)?.children.map((node) => node.params.color)).toEqual([
      STYLE.holds,
      STYLE.holds,
      STYLE.fails,
    ]);
    const selector = [
      { label_asym_id: "A", label_seq_id: 1 },
      { label_asym_id: "A", label_seq_id: 4 },
    ];
    expect(cartoonOf(scene)?.children.at(-1)).toEqual({ kind: "color", params: { selector, color: STYLE.property } });
  });

  it("joins the residues of all proteins in one selector, in the order of the group", () => {
    const other: Part = { protein: { ...PROTEIN, asym: "B", masks: { binding_site: "0100" } }, arcs: null, chosen: [] };
    const colour = cartoonOf(dress(base(), [other, ALL], BINDING))?.children.at(-1);
    expect(colour?.params.selector).toEqual([
      { label_asym_id: "B", label_seq_id: 2 },
      { label_asym_id: "A", label_seq_id: 1 },
      { label_asym_id: "A", label_seq_id: 4 },
    ]);
  });

  it("adds nothing where there is nothing to add", () => {
    expect(dress(base(), [{ ...ALL, chosen: [] }], CONTACT)).toEqual(base());
    const unmasked = { ...ALL, chosen: [], protein: { ...PROTEIN, masks: { binding_site: "00?0" } } };
    expect(dress(base(), [unmasked], BINDING)).toEqual(base());
    expect(dress(base(), [], BINDING)).toEqual(base());
  });

  it("leaves the base scene as it was", () => {
    const before = base();
    dress(before, [ALL], BINDING);
    expect(before).toEqual(base());
  });

  it("colours an arc grey where the property is not known", () => {
    const masked = { ...ALL, protein: { ...PROTEIN, masks: { binding_site: "????" } } };
    const scene = dress(base(), [masked], BINDING);
    expect(primitives(scene)?.children[0]?.params).toMatchObject({
      color: STYLE.unknown,
      tooltip: "Ser 151 A → Phe 148 A, 1.000, binding site unknown 6.0 A",
    });
  });
});

describe("tubeRadius", () => {
  it.each([
    [0.3, 0.3, 0.1],
    [1, 0.3, 0.6],
    [0.65, 0.3, 0.35],
    [0.1, 0.3, 0.1],
    [1.2, 0.3, 0.6],
    [1, 1, 0.1],
    [0.5, 0, 0.35],
    [0.123456, 0.1, 0.113],
  ])("of a weight of %f above %f is %f", (weight, threshold, radius) => {
    expect(tubeRadius(weight, threshold, STYLE.radius)).toBe(radius);
  });
});

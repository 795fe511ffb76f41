import { describe, expect, it } from "vitest";
import type { Arcs, ProteinDocument, Scene, SceneStyle } from "../data/documents";
import { arcLayers, arcOpacity, dress, type Look, mostAttended, type Part, tubeRadius, tubes } from "./scene";

const STYLE: SceneStyle = {
  holds: "#0000aa",
  fails: "#aa5500",
  unknown: "#777777",
  property: "#ddaa00",
  chain: "#bbbbbb",
  attended: "#333333",
  other: "#dddddd",
  ligand: "#22aa66",
  radius: [0.1, 0.6],
  opacity: [
    [0.6, 1],
    [0.3, 0.75],
    [0, 0.3],
  ],
};
const CONTACT: Look = { property: { name: "contact", level: "pair" }, style: STYLE };
const BINDING: Look = { ...CONTACT, property: { name: "binding_site", level: "residue" } };

const PROTEIN: ProteinDocument = {
  id: "1abc_A",
  title: "",
  organism: "",
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
  further: [],
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
    root: { kind: "root", children: [{ kind: "structure", ref: "structure", children: [cartoon] }] },
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

/** The arcs, in their groups. */
function groups(scene: Scene): Tree[] {
  return root(scene).children.filter((node) => node.ref?.startsWith("arcs_"));
}

function arrowsOf(scene: Scene): Record<string, unknown>[] {
  return groups(scene).flatMap((group) => group.children.map((node) => node.params));
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
  it("draws arcs as arrows with width, colour and words", () => {
    expect(arrowsOf(dress(base(), [ALL], CONTACT))).toEqual([
      {
        kind: "arrow",
        start: [7.61, 0, 2],
        end: [0, 0, 0],
        show_tube: true,
        tube_radius: 0.6,
        show_end_cap: true,
        end_cap_radius: 1.45,
        end_cap_length: 2.9,
        color: STYLE.holds,
        tooltip: "Ser 151 A → Phe 148 A, 1.000, contact 6.0 Å",
      },
      {
        kind: "arrow",
        start: [0, 0, 0],
        end: [7.61, 0, 2],
        show_tube: true,
        tube_radius: 0.425,
        show_end_cap: true,
        end_cap_radius: 1.1,
        end_cap_length: 2.2,
        color: STYLE.fails,
        tooltip: "Phe 148 A → Ser 151 A, 0.650, not contact",
      },
      {
        kind: "arrow",
        start: [0, 0, 0],
        end: [3.8, 0.25, -1],
        show_tube: true,
        tube_radius: 0.25,
        show_end_cap: true,
        end_cap_radius: 0.75,
        end_cap_length: 1.5,
        color: STYLE.holds,
        tooltip: "Phe 148 A → Gly 148A A, 0.300, contact 3.8 Å",
      },
    ]);
  });

  it("draws predicted contacts as lines without an end, about both residues", () => {
    const part = { ...ALL, arcs: { ...ARCS, head: "contacts" } };
    const drawn = arrowsOf(dress(base(), [part], CONTACT));
    expect(drawn[0]).toEqual({
      kind: "arrow",
      start: [7.61, 0, 2],
      end: [0, 0, 0],
      show_tube: true,
      tube_radius: 0.6,
      show_end_cap: false,
      color: STYLE.holds,
      tooltip: "Ser 151 A – Phe 148 A, probability 1.000, contact 6.0 Å",
    });
    expect(drawn.map((one) => one.show_end_cap)).toEqual([false, false, false]);
    expect(mostAttended({ ...part, chosen: [1, 4] })).toEqual([0, 3, 1]);
    expect(mostAttended({ ...ALL, chosen: [1, 4] })).toEqual([3, 1]);
  });

  it("groups arcs by how solid they are, in the order in which they are told", () => {
    const other = { ...ALL, protein: { ...PROTEIN, asym: "B" }, chosen: [4, 0] };
    const drawn = groups(dress(base(), [other, ALL], CONTACT));
    expect(drawn.map(({ ref, params, children }) => [ref, params, children.length])).toEqual([
      ["arcs_100", { opacity: 1 }, 3],
      ["arcs_75", { opacity: 0.75 }, 2],
    ]);
    const told = arcLayers([other, ALL], CONTACT).flatMap((layer) => layer.tubes);
    expect(told.map(({ protein, arc }) => [protein.asym, arc])).toEqual([
      ["B", 0],
      ["A", 0],
      ["A", 1],
      ["B", 4],
      ["A", 4],
    ]);
  });

  it("colours arcs by their key and the residues themselves for a property of residues", () => {
    const scene = dress(base(), [ALL], BINDING);
    expect(arrowsOf(scene).map((arrow) => arrow.color)).toEqual([STYLE.holds, STYLE.holds, STYLE.fails]);
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
    expect(arrowsOf(scene)[0]).toMatchObject({
      color: STYLE.unknown,
      tooltip: "Ser 151 A → Phe 148 A, 1.000, binding site unknown 6.0 Å",
    });
  });
});

describe("a dressed scene", () => {
  it("names what gets most attention, and shows it as sticks", () => {
    const scene = dress(base(), [ALL], CONTACT);
    const [labels] = root(scene).children.filter((node) => node.kind === "primitives" && !node.ref);
    expect(labels?.children.map((node) => node.params.text)).toEqual(["Phe 148 A", "Ser 151 A", "Gly 148A A"]);
    expect(mostAttended(ALL)).toEqual([0, 3, 1]);
    const [{ label_size, label_offset } = {}] = labels?.children.map((node) => node.params) ?? [];
    expect([label_size, label_offset]).toEqual([0.3, 3.3]); // 0.075 and 0.8 of half of |(7.61, 0.25, 3)|
    const sticks = root(scene).children[0]?.children.at(-1);
    expect(sticks?.children[0]).toMatchObject({ ref: "attended", params: { type: "ball_and_stick" } });
  });

  it("fades all arcs that do not touch the selected residue", () => {
    const look = { ...CONTACT, selected: { protein: PROTEIN.id, position: 3 } };
    const scene = dress(base(), [ALL], look);
    const colours = arrowsOf(scene).map((arrow) => arrow.color);
    expect(colours.slice(0, 2)).toEqual([STYLE.holds, STYLE.fails]);
    expect([...Object.values(STYLE)]).not.toContain(colours[2]);
    expect(groups(scene).map((group) => group.params.opacity)).toEqual([1, 0.3]);
  });

  it("colours the chains as is asked for", () => {
    const helix = { ...PROTEIN, tracks: { dssp: "HH?E" } };
    const added = (colour: "chain" | "structure", parts: Part[]) =>
      cartoonOf(dress(base(), parts, { ...BINDING, colour }))?.children.slice(1) ?? [];
    const states = added("structure", [{ ...ALL, protein: helix }]);
    expect(states.map((node) => (node.params.selector as unknown[]).length)).toEqual([2, 1]);
    const chains = added("chain", [ALL, { ...ALL, protein: { ...PROTEIN, asym: "B" } }]);
    expect(chains.map((node) => node.params.selector)).toEqual([[{ label_asym_id: "B" }]]);
    const further = [{ start: 2, name: "B", asym: "B" }];
    const joined = added("chain", [{ ...ALL, protein: { ...PROTEIN, further } }]);
    expect(joined.map((node) => node.params.selector)).toEqual([[{ label_asym_id: "B" }]]);
    const strand = added("structure", [{ ...ALL, protein: { ...helix, further } }]).at(-1);
    expect(strand?.params.selector).toEqual([{ label_asym_id: "B", label_seq_id: 2 }]);
  });
});

describe("arcOpacity", () => {
  it.each([
    [1, 1],
    [0.6, 1],
    [0.5999, 0.75],
    [0.3, 0.75],
    [0.1, 0.3],
    [0, 0.3],
  ])("of a weight of %f is %f", (weight, opacity) => {
    expect(arcOpacity(weight, STYLE.opacity)).toBe(opacity);
  });
});

describe("tubeRadius", () => {
  it.each([
    [0, 0.1],
    [1, 0.6],
    [0.5, 0.35],
    [1.2, 0.6],
    [0.123456, 0.162],
  ])("of a weight of %f is %f, whatever else is drawn", (weight, radius) => {
    expect(tubeRadius(weight, STYLE.radius)).toBe(radius);
  });
});

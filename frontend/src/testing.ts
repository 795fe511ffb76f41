/** Small documents for the tests. */

import type { Arcs, Heads, Index, ProteinDocument } from "./documents";

export function makeIndex(changes: Partial<Index> = {}): Index {
  return {
    title: "toy",
    model: {
      name: "toy",
      family: "bert",
      layers: 3,
      heads: 4,
      max_residues: null,
      revision: "",
      sha256: "",
      dtype: "float32",
    },
    dataset: { name: "toy", fingerprint: "", proteins: 2 },
    options: {},
    versions: {},
    threshold: 0.3,
    floor: 0.1,
    properties: [
      { name: "contact", level: "pair", supported: 2 },
      { name: "binding_site", level: "residue", supported: 1 },
    ],
    modes: ["matched", "paper"],
    start: { property: "contact", mode: "matched", head: "2-1", protein: "1ABC.A" },
    accepts: null,
    note: null,
    style: {
      holds: "#000001",
      fails: "#000002",
      unknown: "#000003",
      property: "#000004",
      chain: "#000005",
      ligand: "#000006",
      radius: [0.1, 0.5],
    } as Index["style"],
    ...changes,
  };
}

export function makeProtein(changes: Partial<ProteinDocument> = {}): ProteinDocument {
  return {
    id: "1ABC.A",
    chain: "A",
    sequence: "ACDEF",
    analysed: 5,
    numbers: ["1", "2", "2A", "3", "4"],
    tracks: {},
    masks: { binding_site: "01?01" },
    pairs: {},
    annotations: [],
    points: null,
    asym: "A",
    group: ["1ABC.A"],
    ...changes,
  };
}

export function makeArcs(changes: Partial<Arcs> = {}): Arcs {
  return {
    protein: "1ABC.A",
    head: "2-1",
    complete_from: 0.1,
    query: [0, 2, 1, 3, 4],
    key: [1, 2, 2, 0, 3],
    weight: [0.9, 0.8, 0.5, 0.3, 0.2],
    distance: [5, 0, null, 7, 9],
    holds: { contact: "10?01" },
    received: null,
    ...changes,
  };
}

/** A table of 3 layers and 4 heads; the last head of each layer has too few arcs. */
export function makeHeads(): Heads {
  const places = Array.from({ length: 12 }, (_, at) => [Math.floor(at / 4), at % 4] as const);
  const supported = places.map(([, head]) => head < 3);
  const share = (value: number) => places.map((_, at) => (supported[at] ? value * (at + 1) : null));
  return {
    property: "contact",
    level: "pair",
    mode: "matched",
    threshold: 0.3,
    columns: {
      label: places.map(([layer, head]) => `${layer + 1}-${head + 1}`),
      layer: places.map(([layer]) => layer),
      head: places.map(([, head]) => head),
      proteins: places.map(() => 7),
      arcs: places.map(([, head]) => (head < 3 ? 1000 : 37)),
      hits: places.map(() => 10),
      alignment: share(0.05),
      background: share(0.02),
      control: share(0.03),
      lift: places.map((_, at) => (supported[at] ? 2 ** (at - 4) : null)),
      ci_low: share(0.04),
      ci_high: share(0.06),
      p_value: share(0.001),
      q_value: share(0.01),
      supported,
    },
  };
}

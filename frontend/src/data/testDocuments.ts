/** Small documents for the tests. */

import type { Arc } from "./arcs";
import type { Arcs, Heads, Index, ProteinDocument, SceneStyle } from "./documents";

export const STYLE: SceneStyle = {
  holds: "#000001",
  fails: "#000002",
  unknown: "#000003",
  property: "#000004",
  chain: "#000005",
  attended: "#000008",
  other: "#000006",
  ligand: "#000007",
  radius: [0.1, 0.5],
  opacity: [[0, 1]],
};

export function makeIndex(changes: Partial<Index> = {}): Index {
  return {
    title: "toy",
    alone: false,
    model: {
      name: "toy",
      family: "bert",
      layers: 3,
      heads: 4,
      max_residues: null,
      revision: "",
      sha256: "",
      settings_sha256: "",
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
    contacts: null,
    style: STYLE,
    ...changes,
  };
}

/** A protein of this sequence, about which nothing else is known. */
export function proteinOf(sequence: string, changes: Partial<ProteinDocument> = {}): ProteinDocument {
  return {
    id: "1abc_A",
    title: "",
    organism: "",
    chain: "A",
    sequence,
    analysed: sequence.length,
    numbers: [...sequence].map(() => ""),
    tracks: {},
    masks: {},
    pairs: {},
    annotations: [],
    points: null,
    asym: "A",
    further: [],
    group: ["1abc_A"],
    ...changes,
  };
}

/** The arcs of a head on that protein, each as query, key and weight. */
export function arcsOf(arcs: [query: number, key: number, weight: number][], changes: Partial<Arcs> = {}): Arcs {
  return {
    protein: "1abc_A",
    head: "1-1",
    complete_from: 0.1,
    query: arcs.map(([query]) => query),
    key: arcs.map(([, key]) => key),
    weight: arcs.map(([, , weight]) => weight),
    distance: arcs.map(() => null),
    holds: {},
    received: null,
    ...changes,
  };
}

export function arcOf(query: number, key: number, weight: number, changes: Partial<Arc> = {}): Arc {
  return { index: 0, query, key, weight, distance: null, verdict: "unknown", ...changes };
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
      control_name: places.map(() => "separation"),
      control_lift: share(1.5),
      control_lift_low: share(1.2),
      control_lift_high: share(1.9),
      control_q_value: share(0.02),
      verdict: supported.map((there) => (there ? "beyond_control" : "unsupported")),
      reason: supported.map((there) => (there ? null : "fewer than 100 arcs")),
      does: places.map((_, at) => (at === 4 ? "Contact (68 %), also Helix 30 %" : "")),
      null_kind: supported.map((there) => (there ? "rows" : null)),
      null_repeats: supported.map((there) => (there ? 5 : null)),
      null_best: share(0.04),
      null_p: share(0.17),
    },
  };
}

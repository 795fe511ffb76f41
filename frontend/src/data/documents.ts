/** What the page shows, as documents; the types of `src/protlens/explorer/schema.py`, where they are described. */

export type Level = "residue" | "pair";
export type Mode = "matched" | "paper";

export interface Index {
  title: string;
  alone: boolean;
  model: {
    name: string;
    family: string;
    layers: number;
    heads: number;
    max_residues: number | null;
    revision: string;
    sha256: string;
    settings_sha256: string;
    dtype: string;
  };
  dataset: { name: string; fingerprint: string; proteins: number };
  options: Record<string, unknown>;
  versions: Record<string, string>;
  threshold: number;
  floor: number;
  properties: { name: string; level: Level; supported: number }[];
  modes: Mode[];
  start: { property: string; mode: Mode; head: string; protein: string | null; threshold?: number; arcs?: number };
  accepts: { bytes: number; residues: number } | null;
  note: string | null;
  contacts: string | null;
  style: SceneStyle;
}

export interface Heads {
  property: string;
  level: Level;
  mode: Mode;
  threshold: number;
  columns: {
    label: string[];
    layer: number[];
    head: number[];
    proteins: number[];
    arcs: number[];
    hits: number[];
    alignment: (number | null)[];
    background: (number | null)[];
    control: (number | null)[];
    lift: (number | null)[];
    ci_low: (number | null)[];
    ci_high: (number | null)[];
    p_value: (number | null)[];
    q_value: (number | null)[];
    supported: boolean[];
    control_name: (string | null)[];
    control_lift: (number | null)[];
    control_lift_low: (number | null)[];
    control_lift_high: (number | null)[];
    control_q_value: (number | null)[];
    verdict: string[];
    reason: (string | null)[];
    does: string[];
    null_kind: (string | null)[];
    null_repeats: (number | null)[];
    null_best: (number | null)[];
    null_p: (number | null)[];
  };
}

export interface Proteins {
  query: string;
  total: number;
  proteins: {
    id: string;
    residues: number;
    placed: boolean;
    chains?: number;
    title?: string;
    organism?: string;
    arcs?: number;
    hits?: number;
  }[];
}

export type ProteinEntry = Proteins["proteins"][number];

export interface ProteinDocument {
  id: string;
  title: string;
  organism: string;
  chain: string;
  sequence: string;
  analysed: number;
  numbers: string[];
  tracks: Record<string, string>;
  masks: Record<string, string>;
  pairs: Record<string, { query: number[]; key: number[] }>;
  annotations: { track: string; name: string; residues: number[] }[];
  points: ([number, number, number] | null)[] | null;
  asym: string;
  further: { start: number; name: string; asym: string }[];
  group: string[];
}

export interface Arcs {
  protein: string;
  head: string;
  complete_from: number;
  query: number[];
  key: number[];
  weight: number[];
  distance: (number | null)[];
  holds: Record<string, string>;
  received: number[] | null;
}

export interface Gallery {
  protein: string;
  label: string[];
  query: number[][];
  key: number[][];
  weight: number[][];
  holds: Record<string, string[]>;
}

/** Colours as `#rrggbb`, lengths in angstrom; the values come from `src/protlens/scene/backdrop.py`. */
export interface SceneStyle {
  holds: string;
  fails: string;
  unknown: string;
  property: string;
  chain: string;
  attended: string;
  other: string;
  ligand: string;
  radius: [number, number];
  opacity: [number, number][];
}

/** A MolViewSpec state. */
export type Scene = Record<string, unknown>;

export interface Documents {
  index: Index;
  heads: Heads;
  proteins: Proteins;
  protein: ProteinDocument;
  arcs: Arcs;
  gallery: Gallery;
  scene: Scene;
  example: Index["start"];
}

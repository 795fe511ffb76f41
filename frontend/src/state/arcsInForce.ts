import { useComputed } from "@preact/signals";
import { type Arc, chooseArcs } from "../data/arcs";
import type { Arcs, ProteinDocument } from "../data/documents";
import type { Property } from "../data/properties";
import { type Page, usePage } from "./pageState";

/** The chosen protein with all arcs of the chosen head that reach the threshold and pass the filter. */
export interface InForce {
  readonly protein: ProteinDocument;
  readonly document: Arcs | null;
  /** Strongest first; null where there are none to show. */
  readonly arcs: readonly Arc[] | null;
  /** How many of them, from the first, are drawn on the structure. */
  readonly drawn: number;
  readonly property: Property;
  readonly threshold: number;
}

/** Follow the arcs in force; null while there is no protein. */
export function useInForce() {
  const page = usePage();
  return useComputed(() => inForce(page));
}

function inForce(page: Page): InForce | null {
  const [protein, document] = [page.protein.value, page.arcs.value];
  if (!protein) return null;
  const { property, threshold, arcs: most, show } = page.choice;
  const chosen = { property: property.value, level: page.level.value, threshold: threshold.value, show: show.value };
  const arcs = document && chooseArcs(document, protein, { ...chosen, count: Number.POSITIVE_INFINITY }).drawn;
  return {
    protein,
    document,
    arcs,
    drawn: Math.min(arcs?.length ?? 0, most.value),
    property: { name: chosen.property, level: chosen.level },
    threshold: chosen.threshold,
  };
}

/** Model, head and protein in the words of a caption. */
export function captionLines(page: Page, { protein, document, arcs, threshold }: InForce): string[] {
  const { name, revision } = page.index.model;
  const model = revision ? `${name} (${revision})` : name;
  const many = arcs ? `${arcs.length} arcs of at least ${threshold}` : "no arcs";
  return [`protein ${protein.id}`, `model ${model}, head ${document?.head ?? page.choice.head.value}, ${many}`];
}

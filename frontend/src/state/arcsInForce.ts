import { useComputed } from "@preact/signals";
import { type Arc, chooseArcs, leastWeight } from "../data/arcs";
import type { Arcs, ProteinDocument } from "../data/documents";
import type { Property } from "../data/properties";
import { type Page, usePage } from "./pageState";

/** All arcs of one head that reach the threshold and pass the filter. */
export interface HeadArcs {
  readonly document: Arcs | null;
  /** Strongest first; null where there are none to show. */
  readonly arcs: readonly Arc[] | null;
  /** How many of them, from the first, are drawn on the structure. */
  readonly drawn: number;
}

/** The chosen protein with the arcs of the chosen head. */
export interface InForce extends HeadArcs {
  readonly protein: ProteinDocument;
  /** Those of the head that it is compared with. */
  readonly compared: (HeadArcs & { readonly document: Arcs }) | null;
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
  const { property, threshold } = page.choice;
  const other = page.compared.value.value?.find((one) => one.protein.id === protein.id)?.arcs;
  return {
    protein,
    ...headArcs(page, protein, document),
    compared: other ? { ...headArcs(page, protein, other), document: other } : null,
    property: { name: property.value, level: page.level.value },
    threshold: threshold.value,
  };
}

function headArcs({ choice, level }: Page, protein: ProteinDocument, document: Arcs | null): HeadArcs {
  const { property, threshold, arcs: most, show } = choice;
  const chosen = { property: property.value, level: level.value, show: show.value, count: Number.POSITIVE_INFINITY };
  const least = document && leastWeight(document, threshold.value);
  const arcs = document && chooseArcs(document, protein, { ...chosen, threshold: least ?? 0 }).drawn;
  return { document, arcs, drawn: Math.min(arcs?.length ?? 0, most.value) };
}

/** Model, head and protein in the words of a caption. */
export function captionLines(page: Page, { protein, document, arcs, threshold }: InForce): string[] {
  const { name, revision } = page.index.model;
  const model = revision ? `${name} (${revision})` : name;
  const many = arcs ? `${arcs.length} arcs of at least ${threshold}` : "no arcs";
  return [`protein ${protein.id}`, `model ${model}, head ${document?.head ?? page.choice.head.value}, ${many}`];
}

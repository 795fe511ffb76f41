import { MVSAnnotationTooltipsLabelProvider } from "molstar/lib/extensions/mvs/components/annotation-tooltips-prop";
import { CustomTooltipsLabelProvider } from "molstar/lib/extensions/mvs/components/custom-tooltips-prop";
import { OrderedSet } from "molstar/lib/mol-data/int";
import type { Loci } from "molstar/lib/mol-model/loci";
import { ShapeGroup } from "molstar/lib/mol-model/shape";
import { type Structure, StructureElement, StructureProperties } from "molstar/lib/mol-model/structure";
import type { Picked, SceneResidue } from "./api";

const TOOLTIPS = [CustomTooltipsLabelProvider, MVSAnnotationTooltipsLabelProvider];

/** What Mol* found under the pointer, in the page's terms. */
export function toPicked(loci: Loci): Picked | null {
  if (ShapeGroup.isLoci(loci)) return pickedArc(loci);
  return StructureElement.Loci.is(loci) ? pickedResidue(loci) : null;
}

function pickedArc(loci: ShapeGroup.Loci): Picked | null {
  const group = loci.groups[0];
  if (!group) return null;
  const arc = OrderedSet.getAt(group.ids, 0);
  return { residue: null, arc, text: loci.shape.getLabel(arc, group.instance) };
}

function pickedResidue(loci: StructureElement.Loci): Picked | null {
  const location = StructureElement.Loci.getFirstLocation(loci);
  if (!location) return null;
  const asym = StructureProperties.chain.label_asym_id(location);
  const seq = StructureProperties.residue.label_seq_id(location);
  const whole = StructureElement.Loci.remap(loci, loci.structure.root); // which has the tooltips; a component has none
  const text = TOOLTIPS.map((provider) => provider.label(whole) ?? "").join("");
  return { residue: seq > 0 ? { asym, seq } : null, arc: null, text };
}

/** The atoms of residues. */
export function toLoci(structure: Structure, residues: readonly SceneResidue[]): StructureElement.Loci {
  const items = residues.map(({ asym, seq }) => ({ label_asym_id: asym, label_seq_id: seq }));
  return items.length ? StructureElement.Schema.toLoci(structure, { items }) : StructureElement.Loci.none(structure);
}

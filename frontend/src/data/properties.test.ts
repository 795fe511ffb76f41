import { describe, expect, it } from "vitest";
import { holdsPhrase, propertyLine, propertyTitle } from "./properties";

describe("a property", () => {
  it.each([
    ["contact", "Contact", "", "Contact"],
    ["secondary_structure:helix", "Secondary structure", "Helix", "Secondary structure: helix"],
    ["binding_site:small_molecule", "Binding site", "Small molecule", "Binding site: small molecule"],
    ["modification:phosphorylation_st", "Modification", "Phosphorylation (S/T)", "Modification: phosphorylation (S/T)"],
    ["modification:n_glycosylation", "Modification", "N-glycosylation", "Modification: N-glycosylation"],
    ["modification:other", "Modification", "Other", "Modification: other"],
    ["conservation:9", "Conservation", "9", "Conservation: 9"],
    ["", "", "", ""],
    [":", ":", "", ":"],
  ])("%s is titled", (name, family, own, line) => {
    expect(propertyTitle(name)).toEqual({ family, own });
    expect(propertyLine(name)).toBe(line);
  });

  it("of an amino acid says which", () => {
    expect(propertyTitle("amino_acid:C")).toEqual({ family: "Amino acid", own: "Cys (C)" });
    expect(propertyLine("amino_acid:C")).toBe("Cys (C)");
    expect(holdsPhrase("amino_acid:C", "residue")).toBe("point to Cys (C)");
  });

  it("is cut where it is long, and stays text", () => {
    const { family } = propertyTitle(`<b>${"x".repeat(10_000)}`);
    expect(family.length).toBeLessThan(60);
    expect(family.startsWith("<b>")).toBe(true);
  });

  it("says what arcs do for which it holds", () => {
    expect(holdsPhrase("contact", "pair")).toContain("touch");
    expect(holdsPhrase("binding_site:metal", "residue")).toBe("point to residues of a binding site (metal)");
    expect(holdsPhrase("near", "pair")).toBe("join pairs for which “Near” holds");
    expect(holdsPhrase("conservation:9", "residue")).toBe("point to residues for which “Conservation: 9” holds");
  });
});

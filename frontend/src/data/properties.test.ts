import { describe, expect, it } from "vitest";
import { count, holdsPhrase, percent, probability, propertyLine, propertyTitle, times } from "./properties";

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
    expect(propertyLine("amino_acid:C")).toBe("Amino acid: Cys (C)");
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

describe("numbers", () => {
  it.each([
    [0.06178, "6.18 %"],
    [0.1, "10.0 %"],
    [0.0999, "9.99 %"],
    [0.09996, "10.0 %"],
    [0.009996, "1.00 %"],
    [1, "100.0 %"],
    [0.00099, "0.099 %"],
    [0, "0.0 %"],
    [null, "–"],
  ])("%s as a share is %s", (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it.each([
    [0.5, "0.50"],
    [0.0123, "0.012"],
    [0.0001, "0.00010"],
    [0.00009, "below 0.0001"],
    [0, "below 0.0001"],
    [1, "1.0"],
    [null, "–"],
  ])("%s as a probability is %s", (value, text) => {
    expect(probability(value)).toBe(text);
  });

  it("are told with what they count", () => {
    expect([count(1, "arc"), count(0, "arc"), count(12_345, "arc"), count(7)]).toEqual([
      "1 arc",
      "0 arcs",
      "12,345 arcs",
      "7",
    ]);
    expect([times(9.99), times(9.996), times(0), times(null)]).toEqual(["9.99×", "10.0×", "0.00×", "–"]);
  });
});

import { describe, expect, it } from "vitest";
import { makeIndex } from "../data/testDocuments";
import { type Choice, readAddress, startOf, writeAddress } from "./choice";

const INDEX = makeIndex();
const CHOICE: Choice = {
  property: "binding_site",
  mode: "paper",
  head: "3-4",
  compare: "1-2",
  protein: `<script>alert("&")</script>/ü?#${"x".repeat(10_000)}`,
  threshold: 0.25,
  arcs: 7,
  show: "holds",
};

describe("an address", () => {
  it("says again what was chosen", () => {
    expect(readAddress(writeAddress(CHOICE, INDEX), INDEX)).toEqual({ choice: CHOICE, notes: [] });
  });

  it("leaves out what is as usual", () => {
    expect(writeAddress(startOf(INDEX), INDEX)).toBe("");
    expect(writeAddress({ ...startOf(INDEX), head: "1-1" }, INDEX)).toBe("head=1-1");
  });

  it("may be empty, begin with a question mark, or say more than is known", () => {
    for (const text of ["", "?", "?token=1", "#"]) expect(readAddress(text, INDEX).choice).toEqual(startOf(INDEX));
  });

  it("may ask for predicted contacts beside a head where there are some", () => {
    const index = makeIndex({ contacts: "Predicted by a regression." });
    expect(readAddress("?compare=contacts", index)).toMatchObject({ choice: { compare: "contacts" }, notes: [] });
    expect(readAddress("?compare=contacts", INDEX)).toMatchObject({ choice: { compare: null } });
    expect(readAddress("?compare=contacts", INDEX).notes).toHaveLength(1);
    expect(readAddress("?head=contacts", index).choice.head).toBe(INDEX.start.head);
  });

  it("may name the protein as the document's own address does", () => {
    expect(readAddress("?id=2XYZ.B", INDEX).choice.protein).toBe("2XYZ.B");
  });

  it.each([
    ["property", "no"],
    ["property", "toString"],
    ["mode", "Matched"],
    ["head", "4-1"],
    ["head", "3-5"],
    ["head", "0-1"],
    ["head", "1"],
    ["head", "1-1-1"],
    ["head", " 1-1"],
    ["head", "1e0-1"],
    ["compare", "4-1"],
    ["compare", "none"],
    ["threshold", ""],
    ["threshold", "NaN"],
    ["threshold", "0.09"],
    ["threshold", "1.01"],
    ["arcs", "-1"],
    ["arcs", "1.5"],
    ["arcs", "201"],
    ["show", "some"],
    ["protein", ""],
  ])("that asks for %s=%s gets the usual, and a note", (name, value) => {
    const { choice, notes } = readAddress(new URLSearchParams({ [name]: value }).toString(), INDEX);
    expect(choice).toEqual(startOf(INDEX));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`${name} “${value}”`);
  });

  it("is cited no longer than can be read", () => {
    const { notes } = readAddress(`head=${"9".repeat(10_000)}`, INDEX);
    expect(notes[0]?.length).toBeLessThan(150);
  });
});

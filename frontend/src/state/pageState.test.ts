import { describe, expect, it, vi } from "vitest";
import type { Source } from "../data/sources";
import { arcsOf, makeHeads, makeIndex, proteinOf } from "../data/testDocuments";
import { startOf } from "./choice";
import { choose, createPage, note } from "./pageState";

const settled = () => new Promise((resolve) => setTimeout(resolve));
const ARCS: [number, number, number][] = [
  [0, 1, 0.9],
  [1, 2, 0.5],
  [3, 0, 0.3],
];
const PAIR = ["1ABC.A", "1ABC.B", "gone"];

function makePage(index = makeIndex(), group: string[] = ["1ABC.A"]) {
  const get = vi.fn(async (name: string, parameters: Record<string, string>) => {
    const id = parameters.id ?? parameters.protein ?? "";
    if (id === "gone") throw new Error("protein 'gone': not known");
    if (name === "heads") return { ...makeHeads(), property: parameters.property };
    if (name === "protein") return proteinOf("ACDEF", { id, group });
    if (parameters.head === "1-4") throw new Error("no attention here");
    return arcsOf(ARCS, { protein: id, head: parameters.head, holds: { contact: "1?0" } });
  });
  const page = createPage({ index, source: { get } as unknown as Source, viewer: null, choice: startOf(index) });
  return { page, get };
}

describe("a page", () => {
  it("loads the heads, the protein and its arcs, and chooses which are drawn", async () => {
    const { page } = makePage();
    await settled();
    expect(page.heads.value.value?.property).toBe("contact");
    expect(page.protein.value?.id).toBe("1ABC.A");
    expect(page.chosen.value?.drawn.map((arc) => arc.index)).toEqual([0, 1, 2]);
    choose(page, { threshold: 0.5, show: "holds" });
    expect(page.chosen.value?.drawn.map((arc) => arc.index)).toEqual([0]);
  });

  it("loads the arcs of a second head for all proteins of the structure, and none of the same head", async () => {
    const { page } = makePage(makeIndex(), PAIR);
    await settled();
    expect(page.compared.value).toEqual({ value: null, error: null, loading: false });
    choose(page, { compare: "3-2" });
    await settled();
    const loaded = page.compared.value.value?.map(({ protein, arcs }) => [protein.id, arcs?.head]);
    expect(loaded).toEqual([
      ["1ABC.A", "3-2"],
      ["1ABC.B", "3-2"],
    ]);
    choose(page, { compare: "1-4" });
    await settled();
    expect(page.compared.value.value?.map((view) => view.reason)).toEqual(["no attention here", "no attention here"]);
    choose(page, { compare: page.choice.head.value });
    await settled();
    expect(page.compared.value.value).toBeNull();
  });

  it("never shows arcs beside another protein", async () => {
    const { page } = makePage();
    const seen: [string | undefined, string | undefined][] = [];
    const stop = page.view.subscribe(({ value }) => seen.push([value?.protein.id, value?.arcs?.protein]));
    await settled();
    choose(page, { protein: "2XYZ.A", head: "3-1" });
    await settled();
    stop();
    expect(seen.at(-1)).toEqual(["2XYZ.A", "2XYZ.A"]);
    for (const [protein, arcs] of seen) expect(protein).toBe(arcs);
  });

  it("shows a protein without its arcs where there are none, and says why", async () => {
    const { page } = makePage();
    choose(page, { head: "1-4" });
    await settled();
    expect(page.protein.value?.id).toBe("1ABC.A");
    expect(page.arcs.value).toBeNull();
    expect(page.view.value.value?.reason).toBe("no attention here");
  });

  it("does not ask for arcs where the index says that there are none", async () => {
    const { page, get } = makePage(makeIndex({ note: "the model is not at hand" }));
    await settled();
    expect(page.view.value.value?.reason).toBe("the model is not at hand");
    expect(get.mock.calls.map(([name]) => name)).not.toContain("arcs");
  });

  it("loads the other proteins of a structure, and leaves out what cannot be had", async () => {
    const { page } = makePage(makeIndex(), PAIR);
    await settled();
    expect(page.group.value.value?.map((view) => view.protein.id)).toEqual(["1ABC.A", "1ABC.B"]);
    expect(page.group.value.value?.map((view) => view.arcs?.protein)).toEqual(["1ABC.A", "1ABC.B"]);
  });

  it("lets go of residues when the protein changes, not when the head does", async () => {
    const { page } = makePage();
    await settled();
    page.selected.value = 3;
    choose(page, { head: "2-2" });
    await settled();
    expect(page.selected.value).toBe(3);
    choose(page, { protein: "2XYZ.A" });
    await settled();
    expect(page.selected.value).toBeNull();
  });

  it("asks for the heads of the property and the mode", async () => {
    const { page, get } = makePage();
    choose(page, { property: "binding_site", mode: "paper" });
    await settled();
    expect(page.level.value).toBe("residue");
    expect(get).toHaveBeenCalledWith("heads", { property: "binding_site", mode: "paper" });
    expect(page.heads.value.value?.property).toBe("binding_site");
  });

  it("says a thing once", () => {
    const { page } = makePage();
    for (const text of ["a", "b", "a"]) note(page, text);
    expect(page.notes.value).toEqual(["a", "b"]);
  });

  it("asks for nothing more when it has ended", async () => {
    const { page, get } = makePage();
    await settled();
    const before = get.mock.calls.length;
    page.dispose();
    choose(page, { head: "3-3", property: "binding_site" });
    await settled();
    expect(get.mock.calls).toHaveLength(before);
  });
});

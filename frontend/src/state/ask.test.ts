import { describe, expect, it, vi } from "vitest";
import type { Source } from "../data/sources";
import { arcsOf, makeHeads, makeIndex, proteinOf } from "../data/testDocuments";
import { ask } from "./ask";
import { startOf } from "./choice";
import { createPage } from "./pageState";

const settled = () => new Promise((resolve) => setTimeout(resolve));

async function makePage(masks: Record<string, string> = {}) {
  const get = vi.fn(async (name: string, parameters: Record<string, string>) => {
    if (name === "heads") return makeHeads();
    if (name === "example") return { head: parameters.head || "3-3", protein: "2XYZ.A" };
    if (name === "protein") return proteinOf("ACDEF", { id: parameters.id, masks });
    return arcsOf([], { protein: parameters.protein, head: parameters.head });
  });
  const index = makeIndex();
  const page = createPage({ index, source: { get } as unknown as Source, viewer: null, choice: startOf(index) });
  await settled();
  return page;
}

function shown({ choice }: Awaited<ReturnType<typeof makePage>>) {
  return [choice.property.value, choice.head.value, choice.protein.value];
}

describe("asking about a property", () => {
  it("leads to its best head, and to a protein that carries its label", async () => {
    const page = await makePage({ binding_site: "?????" });
    await ask(page, "binding_site");
    expect(shown(page)).toEqual(["binding_site", "3-3", "2XYZ.A"]);
  });

  it("stays on a protein that carries the label", async () => {
    const page = await makePage({ binding_site: "0?100" });
    await ask(page, "binding_site");
    expect(shown(page)).toEqual(["binding_site", "3-3", "1ABC.A"]);
  });

  it("keeps what is to stay", async () => {
    const page = await makePage();
    page.kept.head.value = true;
    await ask(page, "binding_site");
    expect(shown(page)).toEqual(["binding_site", "2-1", "2XYZ.A"]);
    page.kept.head.value = false;
    page.kept.protein.value = true;
    await ask(page, "contact");
    expect(shown(page)).toEqual(["contact", "3-3", "2XYZ.A"]);
  });

  it("does not undo what was chosen meanwhile", async () => {
    const page = await makePage();
    const asking = ask(page, "binding_site");
    page.choice.head.value = "1-2";
    await asking;
    expect(shown(page)).toEqual(["binding_site", "1-2", "1ABC.A"]);
  });
});

import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressKey, cached, frozenSource, httpSource, type Source } from "./sources";

afterEach(() => vi.unstubAllGlobals());

describe("the key of a document", () => {
  it("is the JSON that Python writes into a page", () => {
    expect(addressKey("arcs", { protein: 'a"</script>ü', head: "1-2" })).toBe(
      '["arcs",[["head","1-2"],["protein","a\\"</script>ü"]]]',
    );
    expect(addressKey("index", {})).toBe('["index",[]]');
  });
});

function answering(...answers: (Response | Error)[]) {
  const fetching = vi.fn(async (_address: URL, _request: RequestInit) => {
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new Error("no more answers");
    return answer;
  });
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

describe("a server", () => {
  const ODD = `<script>"&?#/${"ü".repeat(1000)}`;

  it("is asked beside the page, with names as they are", async () => {
    const fetching = answering(Response.json({ id: ODD }));
    const source = httpSource("http://127.0.0.1:8000/protein?id=x");
    expect(await source.get("protein", { id: ODD })).toEqual({ id: ODD });
    const asked = fetching.mock.calls[0]?.[0] as URL;
    expect(asked.origin + asked.pathname).toBe("http://127.0.0.1:8000/protein.json");
    expect(asked.searchParams.get("id")).toBe(ODD);
  });

  it("says itself what is wrong", async () => {
    const source = httpSource("http://127.0.0.1:8000/");
    answering(Response.json({ error: "head '9-9': not known" }, { status: 404 }));
    await expect(source.get("index", {})).rejects.toThrow("head '9-9': not known");
    answering(new Response("<h1>Bad gateway</h1>", { status: 502 }));
    await expect(source.get("index", {})).rejects.toThrow("The server answered 502.");
    answering(new TypeError("Failed to fetch"));
    await expect(source.get("index", {})).rejects.toThrow("The server does not answer");
  });

  it("is handed a file or a sequence, and tells the proteins", async () => {
    const fetching = answering(
      Response.json({ proteins: ["a.A", "a.B"] }),
      Response.json({ error: "no" }, { status: 400 }),
    );
    const source = httpSource("http://127.0.0.1:8000/");
    expect(await source.submit?.("structure", "my file.pdb", new Blob(["x"]))).toEqual(["a.A", "a.B"]);
    await expect(source.submit?.("sequence", "s", "ACD")).rejects.toThrow("no");
    const [first, second] = fetching.mock.calls;
    expect(first?.[0].href).toBe("http://127.0.0.1:8000/structures?name=my+file.pdb");
    expect(first?.[1].method).toBe("POST");
    expect(second?.[0].pathname).toBe("/sequences");
  });
});

describe("what a server writes of a scene", () => {
  it("is a file, asked for by what is shown", async () => {
    const fetching = answering(new Response("cmd.load"), Response.json({ error: "no head" }, { status: 404 }));
    const source = cached(httpSource("http://127.0.0.1:8000/"));
    expect(await (await source.write?.("pml", { head: "1-2" }))?.text()).toBe("cmd.load");
    expect(fetching.mock.calls[0]?.[0].href).toBe("http://127.0.0.1:8000/scene.pml?head=1-2");
    await expect(source.write?.("zip", {})).rejects.toThrow("no head");
  });

  it("is not there where there is no server", () => {
    expect(cached(frozen({}).source).write).toBeUndefined();
  });
});

function frozen(elements: Record<string, Record<string, unknown>>) {
  const packed = (content: Record<string, unknown>) => gzipSync(JSON.stringify(content)).toString("base64");
  const find = vi.fn((id: string) => {
    const content = Object.hasOwn(elements, id) ? elements[id] : undefined;
    return content ? ({ textContent: packed(content) } as Element) : null;
  });
  return { source: frozenSource(find), find };
}

const LABELLED = {
  "protlens-main": {
    [addressKey("proteins", { query: "" })]: {
      query: "",
      total: 2,
      proteins: [{ id: "a", title: "Myoglobin" }, { id: "b" }],
    },
    [addressKey("example", { property: "contact", mode: "paper", head: "" })]: { head: "2-1", protein: "b" },
    labelled: { contact: ["b"] },
    groups: {},
  },
};

describe("the proteins of a page in a file", () => {
  it("are found by their names", async () => {
    const { source } = frozen(LABELLED);
    const found = await source.get("proteins", { query: "GLOB" });
    expect(found.proteins.map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("a page in a file", () => {
  const ids = Array.from({ length: 60 }, (_, at) => ({ id: `P${at}.A`, residues: 9, placed: true }));
  const content = {
    "protlens-main": {
      [addressKey("index", {})]: { title: "all" },
      [addressKey("proteins", { query: "" })]: { query: "", total: 60, proteins: ids },
      groups: { "P1.A": "protlens-p1", __proto__x: "protlens-p1" },
    },
    "protlens-p1": { [addressKey("arcs", { protein: "P1.A", head: "1-1" })]: { head: "1-1" } },
  };

  it("has its documents in elements, each opened once and only when it is asked for", async () => {
    const { source, find } = frozen(content);
    expect(await source.get("index", {})).toEqual({ title: "all" });
    expect(find.mock.calls).toEqual([["protlens-main"]]);
    expect(await source.get("arcs", { head: "1-1", protein: "P1.A" })).toEqual({ head: "1-1" });
    await source.get("arcs", { head: "1-1", protein: "P1.A" });
    expect(find.mock.calls).toEqual([["protlens-main"], ["protlens-p1"]]);
  });

  it("says what it does not have", async () => {
    const { source } = frozen(content);
    const missing = "This is not in the file";
    await expect(source.get("arcs", { protein: "P2.A", head: "1-1" })).rejects.toThrow(missing);
    await expect(source.get("arcs", { protein: "P1.A", head: "9-9" })).rejects.toThrow(missing);
    await expect(source.get("protein", { id: "toString" })).rejects.toThrow(missing);
    await expect(source.get("heads", { property: "x", mode: "paper" })).rejects.toThrow(missing);
    await expect(frozen({}).source.get("index", {})).rejects.toThrow("A part of this file is missing.");
  });

  it("searches its proteins, in small letters and large", async () => {
    const { source } = frozen(content);
    expect(await source.get("proteins", {})).toMatchObject({ query: "", total: 60 });
    expect((await source.get("proteins", {})).proteins).toHaveLength(50);
    expect((await source.get("proteins", { query: "p59" })).proteins.map((one) => one.id)).toEqual(["P59.A"]);
    expect(await source.get("proteins", { query: "none" })).toEqual({ query: "none", total: 0, proteins: [] });
  });
});

describe("the gallery of a page in a file", () => {
  it("is put together from the arcs of its heads, without those to oneself", async () => {
    const arcs = {
      protein: "a",
      head: "1-1",
      query: [1, 2, 3],
      key: [0, 2, 1],
      weight: [0.9, 0.8, 0.7],
      holds: { contact: "10?" },
    };
    const { source } = frozen({
      "protlens-main": { groups: { a: "protlens-a" } },
      "protlens-a": {
        [addressKey("arcs", { protein: "a", head: "1-1" })]: arcs,
        [addressKey("arcs", { protein: "a", head: "contacts" })]: { ...arcs, head: "contacts" },
        [addressKey("protein", { id: "a" })]: {},
      },
    });
    expect(await source.get("gallery", { protein: "a" })).toEqual({
      protein: "a",
      label: ["1-1"],
      query: [[1, 3]],
      key: [[0, 1]],
      weight: [[0.9, 0.7]],
      holds: { contact: ["1?"] },
    });
    expect((await source.get("gallery", { protein: "b" })).label).toEqual([]);
  });
});

describe("a page in a file, asked about a property", () => {
  it("lists the proteins with its label", async () => {
    const { source } = frozen(LABELLED);
    const asked = { property: "contact", head: "1-1", labelled: "yes" };
    expect((await source.get("proteins", asked)).proteins.map((one) => one.id)).toEqual(["b"]);
    expect((await source.get("proteins", { ...asked, query: "a" })).total).toBe(0);
    expect((await source.get("proteins", { ...asked, labelled: "" })).total).toBe(2);
  });

  it("keeps the head of an example that is to stay", async () => {
    const { source } = frozen(LABELLED);
    const asked = { property: "contact", mode: "paper" };
    expect(await source.get("example", asked)).toMatchObject({ head: "2-1", protein: "b" });
    expect(await source.get("example", { ...asked, head: "1-2" })).toMatchObject({ head: "1-2", protein: "b" });
  });
});

function counting(answer: (name: string, parameters: unknown) => Promise<unknown>) {
  const get = vi.fn(answer);
  return { get, source: { get } as unknown as Source };
}

describe("a cache", () => {
  it("asks once for what stays the same, whatever the order of its parameters", async () => {
    const { get, source } = counting(async (name) => name);
    const kept = cached(source);
    await kept.get("arcs", { protein: "a", head: "1-1" });
    await kept.get("arcs", { head: "1-1", protein: "a" });
    expect(get).toHaveBeenCalledTimes(1);
    await kept.get("arcs", { head: "1-2", protein: "a" });
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("lets go of what was used longest ago", async () => {
    const { get, source } = counting(async (name) => name);
    const kept = cached(source, 2);
    for (const id of ["a", "b", "a", "c", "a"]) await kept.get("protein", { id });
    expect(get).toHaveBeenCalledTimes(3);
    await kept.get("protein", { id: "b" });
    expect(get).toHaveBeenCalledTimes(4);
  });

  it("asks again after a failure", async () => {
    const { get, source } = counting(vi.fn().mockRejectedValueOnce(new Error("no")).mockResolvedValue("yes"));
    const kept = cached(source);
    await expect(kept.get("index", {})).rejects.toThrow("no");
    await expect(kept.get("index", {})).resolves.toBe("yes");
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("keeps nothing from before something was handed over, even what was still on its way", async () => {
    const answers: ((value: string) => void)[] = [];
    const { get, source } = counting(() => new Promise((resolve) => answers.push(resolve)));
    const kept = cached({ ...source, submit: async () => ["new"] });
    const early = kept.get("proteins", {});
    expect(await kept.submit?.("sequence", "x", "ACD")).toEqual(["new"]);
    answers[0]?.("old");
    await early;
    void kept.get("proteins", {});
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("hands nothing over where the source cannot", () => {
    expect(cached(counting(async () => 0).source).submit).toBeUndefined();
  });
});

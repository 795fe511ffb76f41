import { describe, expect, it, vi } from "vitest";
import { addressKey, cached } from "./cache";
import type { Source } from "./source";

function counting(answer: (name: string, parameters: unknown) => Promise<unknown>) {
  const get = vi.fn(answer);
  return { get, source: { get } as unknown as Source };
}

describe("the key of a document", () => {
  it("is the JSON that Python writes into a page", () => {
    expect(addressKey("arcs", { protein: 'a"</script>ü', head: "1-2" })).toBe(
      '["arcs",[["head","1-2"],["protein","a\\"</script>ü"]]]',
    );
    expect(addressKey("index", {})).toBe('["index",[]]');
  });
});

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

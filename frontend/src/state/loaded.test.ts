import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { follow } from "./loaded";

function deferred() {
  const asked = signal<string | null>("a");
  const answers = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const [loaded, stop] = follow(() => {
    const name = asked.value;
    return name === null ? null : new Promise<string>((resolve, reject) => answers.set(name, { resolve, reject }));
  });
  return { asked, answers, loaded, stop };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("what follows a question", () => {
  it("is loading, then the answer", async () => {
    const { answers, loaded } = deferred();
    expect(loaded.value).toEqual({ value: null, error: null, loading: true });
    answers.get("a")?.resolve("A");
    await settled();
    expect(loaded.value).toEqual({ value: "A", error: null, loading: false });
  });

  it("is the answer to the last question, in whichever order answers come", async () => {
    const { asked, answers, loaded } = deferred();
    asked.value = "b";
    asked.value = "c";
    answers.get("c")?.resolve("C");
    await settled();
    answers.get("b")?.resolve("B");
    answers.get("a")?.reject(new Error("too late"));
    await settled();
    expect(loaded.value).toEqual({ value: "C", error: null, loading: false });
  });

  it("keeps the answer before until the next is there", async () => {
    const { asked, answers, loaded } = deferred();
    answers.get("a")?.resolve("A");
    await settled();
    asked.value = "b";
    expect(loaded.value).toEqual({ value: "A", error: null, loading: true });
    answers.get("b")?.reject(new Error("no such thing"));
    await settled();
    expect(loaded.value).toEqual({ value: null, error: "no such thing", loading: false });
  });

  it("is nothing where nothing is asked", async () => {
    const { asked, answers, loaded } = deferred();
    asked.value = null;
    answers.get("a")?.resolve("A");
    await settled();
    expect(loaded.value).toEqual({ value: null, error: null, loading: false });
  });

  it("ends when it is told to", async () => {
    const { asked, answers, loaded, stop } = deferred();
    stop();
    answers.get("a")?.resolve("A");
    asked.value = "b";
    await settled();
    expect(loaded.value.value).toBeNull();
    expect(answers.has("b")).toBe(false);
  });
});

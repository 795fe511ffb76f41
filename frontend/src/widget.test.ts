import { describe, expect, it } from "vitest";
import type { Source } from "./data/sources";
import { arcsOf, makeHeads, makeIndex, proteinOf } from "./data/testDocuments";
import { startOf } from "./state/choice";
import { choose, createPage } from "./state/pageState";
import { type WidgetModel, widgetHost } from "./widget";

type Listener = (...values: unknown[]) => void;

/** A model as a kernel and a browser share it: what one sets, the other hears. */
class ToyModel implements WidgetModel {
  readonly values = new Map<string, unknown>();
  readonly sent: Record<string, unknown>[] = [];
  readonly listeners = new Map<string, Set<Listener>>();
  saved = 0;

  get(name: string) {
    return this.values.get(name);
  }
  set(name: string, value: unknown) {
    const before = this.values.get(name);
    this.values.set(name, value);
    if (before !== value) this.tell(`change:${name}`);
  }
  save_changes() {
    this.saved++;
  }
  send(content: unknown) {
    this.sent.push(content as Record<string, unknown>);
  }
  on(event: string, listener: (...values: never[]) => void) {
    const heard = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, heard.add(listener as Listener));
  }
  off(event: string, listener: (...values: never[]) => void) {
    this.listeners.get(event)?.delete(listener as Listener);
  }
  tell(event: string, ...values: unknown[]) {
    for (const listener of this.listeners.get(event) ?? []) listener(...values);
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("a conversation with the kernel", () => {
  it("matches answers to questions, in whichever order they come", async () => {
    const model = new ToyModel();
    const { source } = widgetHost(model);
    const first = source.get("index", {});
    const second = source.get("protein", { id: "a" });
    const [one, other] = model.sent;
    expect(one).toMatchObject({ kind: "get", name: "index", parameters: {} });
    expect(other).toMatchObject({ kind: "get", name: "protein", parameters: { id: "a" } });
    model.tell("msg:custom", { id: "of another view", document: 0 }, []);
    model.tell("msg:custom", { id: other?.id, document: { id: "a" } }, []);
    model.tell("msg:custom", { id: one?.id, error: "the kernel says no" }, []);
    expect(await second).toEqual({ id: "a" });
    await expect(first).rejects.toThrow("the kernel says no");
  });

  it("brings the viewer as a file", async () => {
    const model = new ToyModel();
    const address = widgetHost(model).viewer?.();
    expect(model.sent[0]).toMatchObject({ kind: "viewer" });
    model.tell("msg:custom", { id: model.sent[0]?.id }, [new DataView(new TextEncoder().encode("export {}").buffer)]);
    expect(await (await fetch((await address) ?? "")).text()).toBe("export {}");
  });

  it("ends when the cell is taken away", () => {
    const model = new ToyModel();
    widgetHost(model).stop();
    expect(model.listeners.get("msg:custom")?.size).toBe(0);
  });
});

describe("the traits", () => {
  function linked() {
    const model = new ToyModel();
    const index = makeIndex();
    for (const [name, value] of Object.entries({ ...index.start, residue: null })) model.values.set(name, value);
    const get = async (name: string, parameters: Record<string, string>) => {
      if (name === "heads") return makeHeads();
      return name === "arcs" ? arcsOf([[0, 1, 0.9]]) : proteinOf("ACDEF", { id: parameters.id ?? "" });
    };
    const page = createPage({ index, source: { get } as unknown as Source, viewer: null, choice: startOf(index) });
    return { model, page, stop: widgetHost(model).follow(page) };
  }

  it("follow what is chosen and clicked", async () => {
    const { model, page } = linked();
    await settled();
    choose(page, { head: "3-3", mode: "paper" });
    page.selected.value = 4;
    expect([model.get("head"), model.get("mode"), model.get("residue")]).toEqual(["3-3", "paper", 4]);
    expect(model.saved).toBeGreaterThan(0);
  });

  it("change what is shown, and leave the rest", async () => {
    const { model, page } = linked();
    await settled();
    choose(page, { arcs: 7 });
    model.set("head", "1-2");
    model.set("residue", 2);
    expect([page.choice.head.value, page.choice.arcs.value, page.selected.value]).toEqual(["1-2", 7, 2]);
  });

  it("that cannot be are replaced, with a note", async () => {
    const { model, page } = linked();
    await settled();
    model.set("head", "9-9");
    expect(page.choice.head.value).toBe("2-1");
    expect(model.get("head")).toBe("2-1");
    expect(page.notes.value).toHaveLength(1);
  });

  it("are let go at the end", async () => {
    const { model, page, stop } = linked();
    stop();
    model.set("head", "1-2");
    expect(page.choice.head.value).toBe("2-1");
    for (const listeners of [...model.listeners].filter(([event]) => event !== "msg:custom")) {
      expect(listeners[1].size).toBe(0);
    }
  });
});

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Arcs, Index, ProteinDocument, Scene } from "../data/documents";
import { createPage, type Page } from "../state/pageState";
import type { CartoonColour } from "./scene";
import { createStage } from "./stage";
import type { Picked, Viewer } from "./viewer/api";

const PROTEIN: ProteinDocument = {
  id: "1abc_A",
  title: "",
  organism: "",
  chain: "A",
  sequence: "FGS",
  analysed: 3,
  numbers: ["7", "8", "9"],
  tracks: {},
  masks: {},
  pairs: {},
  annotations: [],
  points: [[0, 0, 0], [3.8, 0, 0], null],
  asym: "B",
  further: [],
  group: ["1abc_A"],
};

const ARCS: Omit<Arcs, "head"> = {
  protein: "1abc_A",
  complete_from: 0.1,
  query: [0, 0, 1],
  key: [2, 1, 0],
  weight: [0.9, 0.8, 0.2],
  distance: [null, 3.8, 3.8],
  holds: { contact: "?10" },
  received: null,
};

const INDEX = {
  threshold: 0.3,
  floor: 0.1,
  note: null,
  properties: [{ name: "contact", level: "pair", supported: 1 }],
  style: { holds: "#0000aa", fails: "#aa5500", unknown: "#777777", radius: [0.1, 0.6], opacity: [[0, 1]] },
} as unknown as Index;

/** A viewer that notes what it is told, and listeners to play the pointer with. */
function fakeViewer() {
  const told: Record<string, unknown[]> = {};
  const listeners: Record<string, (picked: Picked | null) => void> = {};
  const note = (name: string) =>
    vi.fn((...given: unknown[]) => {
      told[name] = given;
    });
  const listen = (name: string) => (listener: (picked: Picked | null) => void) => {
    listeners[name] = listener;
    return () => delete listeners[name];
  };
  const viewer = {
    show: vi.fn(async (_scene: Scene) => true),
    highlight: note("highlight"),
    select: note("select"),
    setTheme: note("setTheme"),
    dispose: note("dispose"),
    onHover: listen("hover"),
    onClick: listen("click"),
  };
  return { viewer: viewer as typeof viewer & Viewer, told, listeners };
}

const MODULE = "data:text/javascript,export const createViewer = () => globalThis.makeViewer()";

function makePage(protein: ProteinDocument, viewer: Page["viewer"]): Page {
  const documents = {
    protein: () => protein,
    arcs: ({ head }: { head: string }) => ({ ...ARCS, head }),
    scene: () => ({ root: { kind: "root", children: [] }, metadata: { version: "1" } }),
    heads: () => ({}),
  } as Record<string, (parameters: never) => unknown>;
  const source = { get: async (name: string, given: unknown) => documents[name]?.(given as never) } as Page["source"];
  const choice = { property: "contact", mode: "matched", head: "1-1", compare: null, protein: "1abc_A" } as const;
  return createPage({ index: INDEX, source, viewer, choice: { ...choice, threshold: 0.3, arcs: 30, show: "all" } });
}

let fake = fakeViewer();
let stops: (() => void)[] = [];

beforeEach(() => {
  fake = fakeViewer();
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => setTimeout(callback));
  vi.stubGlobal("makeViewer", () => fake.viewer);
});

afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  vi.unstubAllGlobals();
});

function open(protein = PROTEIN, viewer: Page["viewer"] = async () => MODULE) {
  const page = makePage(protein, viewer);
  const pointed = signal("");
  const shown = { views: page.group, head: page.choice.head, colour: signal<CartoonColour>("property"), pointed };
  const stage = createStage(page, {} as HTMLElement, { ...shown, state: page.viewerState });
  stops.push(page.dispose, stage.dispose);
  return { page, stage: { ...stage, pointed } };
}

function arcsOf(scene: Scene | undefined): number {
  const root = scene?.root as { children: { children: unknown[] }[] } | undefined;
  return root?.children[0]?.children.length ?? 0;
}

it("draws the arcs in force, and says which head that is only then", async () => {
  const { page, stage } = open();
  await vi.waitFor(() => expect(stage.drawn.value.value?.head).toBe("1-1"));
  expect(page.viewerState.value).toBe("ready");
  expect(fake.viewer.show).toHaveBeenCalledTimes(1);
  expect(arcsOf(fake.viewer.show.mock.calls[0]?.[0])).toBe(1);
  expect(stage.drawn.value.value).toMatchObject({ fitting: 2, tubes: [{ arc: 1 }] });
  page.choice.threshold.value = 0.1;
  await vi.waitFor(() => expect(stage.drawn.value.value?.tubes).toHaveLength(2));
  page.choice.head.value = "2-3";
  expect(stage.drawn.value.value?.head).toBe("1-1");
  await vi.waitFor(() => expect(stage.drawn.value.value?.head).toBe("2-3"));
});

it("ties hover, click, selection and theme to the page", async () => {
  const { page, stage } = open();
  await vi.waitFor(() => expect(stage.drawn.value.value).not.toBeNull());
  fake.listeners.hover?.({ residue: { asym: "B", seq: 2 }, arc: null, text: "Gly 8 A" });
  expect(page.hover.value).toEqual({ residue: 1, pair: null, from: "structure" });
  expect(stage.pointed.value).toBe("Gly 8 A");
  fake.listeners.hover?.({ residue: null, arc: 0, text: "an arc" });
  expect(page.hover.value).toEqual({ residue: null, pair: [0, 1], from: "structure" });
  expect(fake.told.highlight?.[0]).toEqual([
    { asym: "B", seq: 1 },
    { asym: "B", seq: 2 },
  ]);
  fake.listeners.hover?.(null);
  expect([page.hover.value.from, stage.pointed.value]).toEqual([null, ""]);
  fake.listeners.click?.({ residue: { asym: "B", seq: 3 }, arc: null, text: "" });
  expect([page.selected.value, fake.told.select?.[0]]).toEqual([2, [{ asym: "B", seq: 3 }]]);
  fake.listeners.click?.({ residue: { asym: "Z", seq: 3 }, arc: null, text: "of another chain" });
  expect(page.selected.value).toBeNull();
  page.theme.value = "dark";
  expect(fake.told.setTheme).toEqual(["dark"]);
});

it("leaves what another panel points at alone while the pointer is elsewhere", async () => {
  const { page, stage } = open();
  await vi.waitFor(() => expect(stage.drawn.value.value).not.toBeNull());
  page.hover.value = { residue: 2, pair: null, from: "sequence" };
  expect(fake.told.highlight?.[0]).toEqual([{ asym: "B", seq: 3 }]);
  fake.listeners.hover?.(null);
  expect(page.hover.value.from).toBe("sequence");
});

it("does not load the viewer for a protein without coordinates", async () => {
  const address = vi.fn(async () => MODULE);
  const { page, stage } = open({ ...PROTEIN, points: [null, null, null] }, address);
  await vi.waitFor(() => expect(page.group.value.value).not.toBeNull());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(address).not.toHaveBeenCalled();
  expect(page.viewerState.value).toBe("off");
  expect(stage.drawn.value.value).toBeNull();
});

it.each([
  ["NoWebGLError", /^This browser has no WebGL/],
  ["Error", /^The 3-D view could not be started: out of order$/],
])("tells of an %s where the viewer cannot start", async (name, words) => {
  vi.stubGlobal("makeViewer", () => Promise.reject(Object.assign(new Error("out of order"), { name })));
  const { page, stage } = open();
  await vi.waitFor(() => expect(stage.problem.value).toMatch(words));
  expect(page.viewerState.value).toBe("failed");
});

it("takes the viewer away with itself, even one that comes too late", async () => {
  const { stage } = open();
  await vi.waitFor(() => expect(stage.drawn.value.value).not.toBeNull());
  stage.dispose();
  expect(fake.viewer.dispose).toHaveBeenCalledTimes(1);
  const { promise, resolve: finish } = Promise.withResolvers<Viewer>();
  const late = vi.fn(() => promise);
  vi.stubGlobal("makeViewer", late);
  const other = open();
  await vi.waitFor(() => expect(late).toHaveBeenCalled());
  other.stage.dispose();
  finish(fake.viewer);
  await vi.waitFor(() => expect(fake.viewer.dispose).toHaveBeenCalledTimes(2));
});

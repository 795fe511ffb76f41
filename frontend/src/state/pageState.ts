import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type ChosenArcs, chooseArcs, leastWeight } from "../data/arcs";
import type { Arcs, Heads, Index, Level, ProteinDocument } from "../data/documents";
import { cached, type Source } from "../data/sources";
import type { Theme } from "../drawing/colours";
import type { Choice } from "./choice";
import { follow, type Loaded, message } from "./loaded";

export type PanelName =
  | "heads"
  | "numbers"
  | "structure"
  | "map"
  | "sequence"
  | "controls"
  | "proteins"
  | "upload"
  | "gallery";

/** What the pointer or the keyboard is on, in whichever panel: a residue, an ordered pair, or nothing. */
export interface Hover {
  readonly residue: number | null;
  readonly pair: readonly [query: number, key: number] | null;
  readonly from: PanelName | null;
}

export const NO_HOVER: Hover = { residue: null, pair: null, from: null };

/** A protein and its arcs of one head; `arcs` is null where there are none to show, and `reason` says why. */
export interface View {
  readonly protein: ProteinDocument;
  readonly arcs: Arcs | null;
  readonly reason: string | null;
}

export type ViewerState = "off" | "loading" | "ready" | "failed";

/** All that panels share. Positions of residues are those in the chosen protein, from zero. */
export interface Page {
  readonly index: Index;
  /** Where documents come from, with the last ones kept. */
  readonly source: Source;
  /** Give the address of viewer.js; null where the page has none. */
  readonly viewer: (() => Promise<string>) | null;
  readonly choice: { readonly [Name in keyof Choice]: Signal<Choice[Name]> };
  /** What stays when another property is asked about. */
  readonly kept: { readonly head: Signal<boolean>; readonly protein: Signal<boolean> };
  readonly level: ReadonlySignal<Level>;
  readonly heads: ReadonlySignal<Loaded<Heads>>;
  /** The chosen protein with the arcs of the chosen head; both always belong together. */
  readonly view: ReadonlySignal<Loaded<View>>;
  readonly protein: ReadonlySignal<ProteinDocument | null>;
  readonly arcs: ReadonlySignal<Arcs | null>;
  /** The arcs of the chosen protein that are drawn now. */
  readonly chosen: ReadonlySignal<ChosenArcs | null>;
  /** All proteins of the structure, in the order of the group, each with its arcs; those that cannot be had are left out. */
  readonly group: ReadonlySignal<Loaded<View[]>>;
  /** The same proteins with the arcs of the second head; of no value where there is none. */
  readonly compared: ReadonlySignal<Loaded<View[]>>;
  readonly hover: Signal<Hover>;
  readonly selected: Signal<number | null>;
  /** How many structures and sequences were handed over; the list of proteins is longer by them. */
  readonly uploads: Signal<number>;
  readonly viewerState: Signal<ViewerState>;
  readonly theme: Signal<Theme>;
  /** Sentences for the user about what could not be done. */
  readonly notes: Signal<readonly string[]>;
  readonly dispose: () => void;
}

export interface PageOptions {
  readonly index: Index;
  readonly source: Source;
  readonly viewer: (() => Promise<string>) | null;
  readonly choice: Choice;
}

/** Make the state of a page and start loading what it shows. */
export function createPage({ index, source: plain, viewer, choice: first }: PageOptions): Page {
  const source = cached(plain);
  const choice = signalsOf(first);
  const level = computed(() => index.properties.find((one) => one.name === choice.property.value)?.level ?? "residue");
  const [heads, stopHeads] = follow(() =>
    source.get("heads", { property: choice.property.value, mode: choice.mode.value }),
  );
  const viewOf = (id: string, head: string) => loadView(source, index, id, head);
  const [view, stopView] = follow(() => {
    const [id, head] = [choice.protein.value, choice.head.value];
    return id === null ? null : viewOf(id, head);
  });
  const [group, stopGroup] = follow(() => {
    const loaded = view.value.value;
    return loaded && loadGroup(loaded, (id) => viewOf(id, loaded.arcs?.head ?? choice.head.peek()));
  });
  const [compared, stopCompared] = follow(() => {
    const [loaded, head] = [view.value.value, choice.compare.value];
    if (!loaded || head === null || head === loaded.arcs?.head) return null;
    return viewOf(loaded.protein.id, head).then((first) => loadGroup(first, (id) => viewOf(id, head)));
  });
  const protein = computed(() => view.value.value?.protein ?? null);
  const arcs = computed(() => view.value.value?.arcs ?? null);
  const chosen = computed(() =>
    protein.value && arcs.value ? chooseNow(choice, level, protein.value, arcs.value) : null,
  );
  const hover = signal(NO_HOVER);
  const selected = signal<number | null>(null);
  const stopReset = resetOn(protein, () => {
    hover.value = NO_HOVER;
    selected.value = null;
  });
  return {
    index,
    source,
    viewer,
    choice,
    kept: { head: signal(false), protein: signal(false) },
    level,
    heads,
    view,
    protein,
    arcs,
    chosen,
    group,
    compared,
    hover,
    selected,
    uploads: signal(0),
    viewerState: signal<ViewerState>(viewer ? "loading" : "off"),
    theme: signal<Theme>("light"),
    notes: signal<readonly string[]>([]),
    dispose: () => {
      for (const stop of [stopHeads, stopView, stopGroup, stopCompared, stopReset]) stop();
    },
  };
}

/** Choose the arcs to draw by what is chosen now. */
export function chooseNow(
  choice: Page["choice"],
  level: ReadonlySignal<Level>,
  protein: ProteinDocument,
  arcs: Arcs,
): ChosenArcs {
  return chooseArcs(arcs, protein, {
    property: choice.property.value,
    level: level.value,
    threshold: leastWeight(arcs, choice.threshold.value),
    count: choice.arcs.value,
    show: choice.show.value,
  });
}

/** Read all that is chosen. */
export function choiceOf(choice: Page["choice"]): Choice {
  return {
    property: choice.property.value,
    mode: choice.mode.value,
    head: choice.head.value,
    compare: choice.compare.value,
    protein: choice.protein.value,
    threshold: choice.threshold.value,
    arcs: choice.arcs.value,
    show: choice.show.value,
  };
}

/** Choose several things at once. */
export function choose(page: Page, changes: Partial<Choice>): void {
  batch(() => {
    for (const name of Object.keys(changes) as (keyof Choice)[]) {
      (page.choice[name] as Signal<Choice[typeof name]>).value = changes[name] as Choice[typeof name];
    }
  });
}

/** Tell the user something, once. */
export function note(page: Page, text: string): void {
  if (!page.notes.peek().includes(text)) page.notes.value = [...page.notes.peek(), text];
}

export const PageContext = createContext<Page | null>(null);

/** Return the page that a panel stands in. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("a panel needs a page around it");
  return page;
}

function signalsOf(choice: Choice): Page["choice"] {
  return {
    property: signal(choice.property),
    mode: signal(choice.mode),
    head: signal(choice.head),
    compare: signal(choice.compare),
    protein: signal(choice.protein),
    threshold: signal(choice.threshold),
    arcs: signal(choice.arcs),
    show: signal(choice.show),
  };
}

async function loadView(source: Source, index: Index, id: string, head: string): Promise<View> {
  const protein = source.get("protein", { id });
  if (index.note !== null) return { protein: await protein, arcs: null, reason: index.note };
  const arcs = source.get("arcs", { protein: id, head }).then(
    (found) => ({ arcs: found, reason: null }),
    (reason: unknown) => ({ arcs: null, reason: message(reason) }),
  );
  return { protein: await protein, ...(await arcs) };
}

async function loadGroup(chosen: View, load: (id: string) => Promise<View>): Promise<View[]> {
  const views = chosen.protein.group.map((id) => (id === chosen.protein.id ? chosen : load(id).catch(() => null)));
  const found = (await Promise.all(views)).filter((view) => view !== null);
  return found.length ? found : [chosen];
}

function resetOn(protein: ReadonlySignal<ProteinDocument | null>, reset: () => void): () => void {
  let last: string | null = null;
  return effect(() => {
    const id = protein.value?.id ?? null;
    if (id !== last) batch(reset);
    last = id;
  });
}

/** The 3-D view and the rest of the page, kept the same: what is drawn, what is pointed at, what is chosen. */

import { batch, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ChosenArcs } from "../data/arcs";
import type { Scene } from "../data/documents";
import { positionOf, sceneResidue } from "../data/residues";
import type { Theme } from "../drawing/colours";
import { follow, type Loaded, message } from "../state/loaded";
import { chooseNow, type Hover, NO_HOVER, type Page, type View, type ViewerState } from "../state/pageState";
import { arcLayers, type CartoonColour, dress, type Look, type Part, type Tube } from "./scene";
import type { NoWebGL, Picked, SceneResidue, Viewer, ViewerModule } from "./viewer/api";

/** What stands on the screen. */
export interface Drawn {
  readonly head: string;
  readonly base: Scene;
  readonly scene: Scene;
  readonly parts: readonly Part[];
  /** The arcs, in the order in which the scene has them. */
  readonly tubes: readonly Tube[];
  /** How many arcs reach the threshold and fit the filter. */
  readonly fitting: number;
}

/** What a stage shows, and what it shares with another one. */
export interface Shown {
  /** The proteins, each with the arcs of the head. */
  readonly views: Page["group"];
  readonly head: ReadonlySignal<string | null>;
  /** What colours the chains. */
  readonly colour: ReadonlySignal<CartoonColour>;
  /** What is under the pointer, in words. */
  readonly pointed: Signal<string>;
  /** How far its viewer is. */
  readonly state: Signal<ViewerState>;
}

export interface Stage {
  readonly viewer: ReadonlySignal<Viewer | null>;
  readonly drawn: ReadonlySignal<Loaded<Drawn>>;
  /** Why there is no 3-D view. */
  readonly problem: ReadonlySignal<string | null>;
  readonly dispose: () => void;
}

const NO_WEBGL: NoWebGL = "NoWebGLError";

/** Start the viewer in an element, once a protein has coordinates, and draw what is chosen. */
export function createStage(page: Page, element: HTMLElement, shown: Shown): Stage {
  const viewer = signal<Viewer | null>(null);
  const problem = signal<string | null>(null);
  const [drawn, stopDrawing] = follow(() => {
    const [ready, views] = [viewer.value, shown.views.value.value];
    return ready && views?.some(isPlaced) ? draw(page, ready, views, shown) : null;
  });
  const stopStarting = startWhenPlaced(page, element, shown, { viewer, problem });
  const stopLinking = effect(() => (viewer.value ? link(page, viewer.value, drawn, shown.pointed) : undefined));
  return {
    viewer,
    drawn,
    problem,
    dispose: () => {
      for (const stop of [stopStarting, stopLinking, stopDrawing]) stop();
      viewer.peek()?.dispose();
      viewer.value = null;
    },
  };
}

function startWhenPlaced(
  page: Page,
  element: HTMLElement,
  shown: Shown,
  { viewer, problem }: { viewer: Signal<Viewer | null>; problem: Signal<string | null> },
): () => void {
  let state: "waiting" | "started" | "stopped" = "waiting";
  shown.state.value = "off";
  const stop = effect(() => {
    if (state !== "waiting" || !page.viewer || !shown.views.value.value?.some(isPlaced)) return;
    state = "started";
    shown.state.value = "loading";
    load(page.viewer, element, page.theme.peek()).then(
      (loaded) => {
        if (state === "stopped") return loaded.dispose();
        batch(() => {
          viewer.value = loaded;
          shown.state.value = "ready";
        });
      },
      (reason: unknown) => {
        problem.value = problemOf(reason);
        shown.state.value = "failed";
      },
    );
  });
  return () => {
    state = "stopped";
    stop();
  };
}

/** Whether any residue has coordinates. */
export function isPlaced(view: View): boolean {
  return view.protein.points?.some((point) => point !== null) ?? false;
}

async function load(address: () => Promise<string>, element: HTMLElement, theme: Theme): Promise<Viewer> {
  await painted();
  const module: ViewerModule = await import(/* @vite-ignore */ await address());
  return module.createViewer(element, { theme });
}

/** Let what needs no 3-D be seen first. */
function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function problemOf(reason: unknown): string {
  if (reason instanceof Error && reason.name === NO_WEBGL) {
    return "This browser has no WebGL, which the 3-D view needs; everything else on this page works without it.";
  }
  return `The 3-D view could not be started: ${message(reason)}`;
}

/** The selected residue, if an arc touches it: else all arcs would be faint for nothing. */
function selectedIn({ selected, protein }: Page, chosen: ReadonlyMap<string, ChosenArcs | null>): Look["selected"] {
  const [position, id] = [selected.value, protein.value?.id];
  const arcs = chosen.get(id ?? "")?.drawn;
  const touched = arcs?.some(({ query, key }) => query === position || key === position);
  return position === null || id === undefined || !touched ? null : { protein: id, position };
}

async function draw(
  page: Page,
  viewer: Viewer,
  views: readonly View[],
  { colour, head: asked }: Shown,
): Promise<Drawn> {
  const { choice, level, index, source } = page;
  const chosen = new Map(
    views.map(({ protein, arcs }) => [protein.id, arcs && chooseNow(choice, level, protein, arcs)]),
  );
  const parts = views.map(({ protein, arcs }) => ({
    protein,
    arcs,
    chosen: chosen.get(protein.id)?.drawn.map((arc) => arc.index) ?? [],
  }));
  const look = {
    property: { name: choice.property.value, level: level.value },
    style: index.style,
    colour: colour.value,
    selected: selectedIn(page, chosen),
  };
  const shown = views.find((view) => view.protein.id === choice.protein.peek()) ?? views[0];
  const head = shown?.arcs?.head ?? asked.peek() ?? "";
  const base = await source.get("scene", { protein: shown?.protein.id ?? "" });
  const scene = dress(base, parts, look);
  await viewer.show(scene, { place: JSON.stringify(shown?.protein.group) });
  const fitting = [...chosen.values()].reduce((sum, some) => sum + (some?.fitting ?? 0), 0);
  const tubes = arcLayers(parts, look).flatMap((layer) => layer.tubes);
  return { head, base, scene, parts, tubes, fitting };
}

/** Tie pointer, marks and theme of a viewer to those of the page. */
function link(page: Page, viewer: Viewer, drawn: ReadonlySignal<Loaded<Drawn>>, pointed: Signal<string>): () => void {
  const refs = (positions: readonly number[]): SceneResidue[] => {
    const protein = page.protein.value;
    return protein ? positions.map((position) => sceneResidue(protein, position)) : [];
  };
  const find = (picked: Picked | null) => findHover(page, drawn.peek().value, picked);
  const stops = [
    viewer.onHover((picked) => {
      const hover = find(picked);
      pointed.value = picked?.text ?? "";
      if (hover !== NO_HOVER || page.hover.peek().from === "structure") page.hover.value = hover;
    }),
    viewer.onClick((picked) => {
      const { residue, pair } = find(picked);
      page.selected.value = residue ?? pair?.[1] ?? null;
    }),
    effect(() => {
      const { residue, pair } = page.hover.value;
      viewer.highlight(refs(pair ?? (residue === null ? [] : [residue])));
    }),
    effect(() => viewer.select(refs(page.selected.value === null ? [] : [page.selected.value]))),
    effect(() => viewer.setTheme(page.theme.value)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function findHover(page: Page, drawn: Drawn | null, picked: Picked | null): Hover {
  const chosen = page.protein.peek();
  const residue = picked?.residue && chosen ? positionOf(chosen, picked.residue) : null;
  if (residue !== null) return { residue, pair: null, from: "structure" };
  const tube = picked?.arc === null || picked?.arc === undefined ? undefined : drawn?.tubes[picked.arc];
  if (!tube || tube.protein.id !== chosen?.id) return NO_HOVER;
  const pair = [tube.arcs.query[tube.arc] ?? -1, tube.arcs.key[tube.arc] ?? -1] as const;
  return { residue: null, pair, from: "structure" };
}

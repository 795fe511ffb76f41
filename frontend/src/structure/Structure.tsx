import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { arcTable } from "../data/arcTable";
import type { SceneStyle } from "../data/documents";
import { fileName, saveBlob } from "../drawing/download";
import { Legend } from "../drawing/Legend";
import { Panel } from "../panel/Panel";
import { nameParts, SaveButtons } from "../panel/SaveButtons";
import { message } from "../state/loaded";
import { chooseNow, note, type Page, usePage } from "../state/pageState";
import { arcOpacity, type CartoonColour, tubeRadius } from "./scene";
import { sceneLegend, sceneSummary } from "./sceneLegend";
import { createStage, type Drawn, isPlaced, type Stage } from "./stage";
import type { Viewer } from "./viewer/api";
import "./Structure.css";

const STEP = 10;
const NEARER = 1.2;
const HINT = "Drag to turn, scroll to come nearer. By keyboard: arrow keys, + and −, Home.";

/** The folded protein with the arcs of the chosen head. */
export function Structure() {
  const page = usePage();
  const element = useRef<HTMLDivElement>(null);
  const stage = useSignal<Stage | null>(null);
  useEffect(() => {
    if (!element.current) return;
    const made = createStage(page, element.current);
    const stop = keepSize(element.current, made);
    stage.value = made;
    return () => {
      stop();
      made.dispose();
    };
  }, [page, stage]);
  const problem = useComputed(() => problemOf(page, stage.value));
  const drawn = stage.value?.drawn.value ?? null;
  const hidden = problem.value !== null;
  return (
    <Panel
      name="structure"
      title="Structure"
      message={problem.value ?? page.view.value.value?.reason}
      busy={!hidden && (!drawn?.value || drawn.loading)}
      data={{ "data-drawn-head": drawn?.value?.head, "data-drawn-arcs": drawn?.value?.tubes.length }}
      actions={stage.value && !hidden && <Actions stage={stage.value} />}
    >
      <div class="structure" hidden={hidden}>
        <div
          class="stage"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is turned with the arrow keys
          tabIndex={0}
          role="application"
          aria-label="Folded protein in three dimensions; turn it with the arrow keys, zoom with plus and minus"
          onKeyDown={(event) => steer(event, stage.value?.viewer.value)}
        >
          <div class="view" ref={element} />
          {!drawn?.value && <p class="waiting">Loading the 3-D view…</p>}
        </div>
        <p class="readout">{stage.value?.pointed.value || HINT}</p>
        {drawn?.value && <Meaning drawn={drawn.value} colour={stage.value?.colour.value ?? "property"} />}
      </div>
    </Panel>
  );
}

function problemOf(page: Page, stage: Stage | null): string | null {
  if (!page.viewer) return "The 3-D view is not part of this page.";
  const { value, error } = page.group.value;
  if (error !== null) return error;
  if (value && !value.some(isPlaced)) return "This protein has no coordinates, so there is no structure to draw.";
  const failure = stage?.drawn.value.error;
  return stage?.problem.value ?? (failure ? `The structure cannot be drawn: ${failure}` : null);
}

function keepSize(element: HTMLElement, stage: Stage): () => void {
  const observer = new ResizeObserver(() => stage.viewer.peek()?.resize());
  observer.observe(element);
  return () => observer.disconnect();
}

function steer(event: KeyboardEvent, viewer: Viewer | null | undefined): void {
  const moves: Record<string, (viewer: Viewer) => void> = {
    ArrowLeft: (one) => one.turn(-STEP, 0),
    ArrowRight: (one) => one.turn(STEP, 0),
    ArrowUp: (one) => one.turn(0, STEP),
    ArrowDown: (one) => one.turn(0, -STEP),
    "+": (one) => one.zoom(NEARER),
    "=": (one) => one.zoom(NEARER),
    "-": (one) => one.zoom(1 / NEARER),
    Home: (one) => one.focus([]),
  };
  const move = moves[event.key];
  if (!viewer || !move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  move(viewer);
}

function Meaning({ drawn, colour }: { drawn: Drawn; colour: CartoonColour }) {
  const page = usePage();
  const { property, threshold } = page.choice;
  const content = {
    ...drawn,
    property: { name: property.value, level: page.level.value },
    threshold: threshold.value,
    style: page.index.style,
    colour,
  };
  return (
    <>
      <p class="summary">
        {sceneSummary(content)}. Each arrow points to the residue that is attended to, the wider and the more solid the
        stronger; those that get most are named.
      </p>
      <Legend keys={sceneLegend(content)} />
      <Weights style={page.index.style} />
    </>
  );
}

/** How thick and how solid an arc of which weight is, on the one scale that all pictures have. */
function Weights({ style: { radius, opacity } }: { style: SceneStyle }) {
  return (
    <ul class="legend weights" aria-label="Width and opacity of an arc by its weight">
      {[0.1, 0.3, 0.5, 1].map((weight) => (
        <li key={weight}>
          <svg width="22" height="10" aria-hidden="true">
            <path
              d="M1 5H21"
              stroke="currentColor"
              stroke-width={16 * tubeRadius(weight, radius)}
              stroke-opacity={arcOpacity(weight, opacity)}
            />
          </svg>
          {weight === 0.1 ? `weight ${weight}` : weight}
        </li>
      ))}
    </ul>
  );
}

const COLOURS: readonly (readonly [CartoonColour, string])[] = [
  ["property", "property"],
  ["chain", "chain"],
  ["structure", "secondary structure"],
];

function ColourChoice({ stage }: { stage: Stage }) {
  return (
    <label class="cartoon-colour">
      Colour by
      <select
        name="cartoon-colour"
        value={stage.colour.value}
        onChange={(event) => {
          stage.colour.value = event.currentTarget.value as CartoonColour;
        }}
      >
        {COLOURS.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Actions({ stage }: { stage: Stage }) {
  const page = usePage();
  const viewer = stage.viewer.value;
  const scene = stage.drawn.value.value?.scene;
  const name = (extension: string) => fileName(nameParts(page, "structure"), extension);
  const residue = page.selected.value;
  const asym = page.protein.value?.asym ?? "";
  return (
    <>
      <ColourChoice stage={stage} />
      <button type="button" disabled={!viewer} onClick={() => viewer?.focus([])}>
        Reset view
      </button>
      {document.fullscreenEnabled && (
        <button type="button" disabled={!viewer} onClick={() => void stage.element.requestFullscreen()}>
          Full screen
        </button>
      )}
      {residue !== null && (
        <button type="button" disabled={!viewer} onClick={() => viewer?.focus([{ asym, seq: residue + 1 }])}>
          Go to residue
        </button>
      )}
      <button
        type="button"
        aria-label="Save the structure as PNG"
        disabled={!viewer || !scene}
        onClick={() => viewer && savePicture(page, viewer, name("png"))}
      >
        PNG
      </button>
      <button
        type="button"
        aria-label="Save the scene as MVSJ (MolViewSpec), for Mol* and other viewers"
        disabled={!scene}
        onClick={() => saveBlob(new Blob([JSON.stringify(scene)], { type: "application/json" }), name("mvsj"))}
      >
        MVSJ
      </button>
      <SaveButtons what="structure" table={() => drawnTable(page)} />
    </>
  );
}

function savePicture(page: Page, viewer: Viewer, name: string): void {
  viewer.image().then(
    (blob) => saveBlob(blob, name),
    (reason: unknown) => note(page, message(reason)),
  );
}

/** The arcs that are drawn, of all proteins. */
function drawnTable(page: Page) {
  const property = page.choice.property.peek();
  const tables = (page.group.peek().value ?? []).map(({ protein, arcs }) => {
    const drawn = arcs ? chooseNow(page.choice, page.level, protein, arcs).drawn : [];
    return arcTable(protein, drawn, property, drawn.length);
  });
  return { columns: tables[0]?.columns ?? [], rows: tables.flatMap((table) => table.rows) };
}

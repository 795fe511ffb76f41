import type { Signal } from "@preact/signals";
import { CONTACTS } from "../data/arcs";
import { arcTable } from "../data/arcTable";
import { sceneResidue } from "../data/residues";
import { fileName, saveBlob } from "../drawing/download";
import { nameParts, SaveButtons } from "../panel/SaveButtons";
import { message } from "../state/loaded";
import { chooseNow, note, type Page, usePage, type View } from "../state/pageState";
import type { CartoonColour } from "./scene";
import type { Stage } from "./stage";
import type { Viewer } from "./viewer/api";

const COLOURS: readonly (readonly [CartoonColour, string])[] = [
  ["property", "property"],
  ["chain", "chain"],
  ["structure", "secondary structure"],
];

export function ColourChoice({ colour }: { colour: Signal<CartoonColour> }) {
  return (
    <label class="cartoon-colour">
      Colour by
      <select
        name="cartoon-colour"
        value={colour.value}
        onChange={(event) => {
          colour.value = event.currentTarget.value as CartoonColour;
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

/** How the scene is looked at: whole, at the residue that is selected, on all of the screen. */
export function LookActions({ viewer, whole }: { viewer: Viewer | null; whole: () => Element | null }) {
  const page = usePage();
  const residue = page.selected.value;
  const protein = page.protein.value;
  return (
    <>
      <button type="button" disabled={!viewer} onClick={() => viewer?.focus([])}>
        Reset view
      </button>
      {document.fullscreenEnabled && (
        <button type="button" disabled={!viewer} onClick={() => void whole()?.requestFullscreen()}>
          Full screen
        </button>
      )}
      {residue !== null && protein && (
        <button type="button" disabled={!viewer} onClick={() => viewer?.focus([sceneResidue(protein, residue)])}>
          Go to residue
        </button>
      )}
    </>
  );
}

interface SaveActionsProps {
  stage: Stage;
  head: string;
  views: Page["group"];
  /** Of which head it is, where there are two. */
  of: string;
}

/** Save what a stage shows. */
export function SaveActions({ stage, head, views, of }: SaveActionsProps) {
  const page = usePage();
  const viewer = stage.viewer.value;
  const scene = stage.drawn.value.value?.scene;
  const name = (extension: string) => fileName(nameParts(page, "structure", head), extension);
  return (
    <div class="saves">
      <button
        type="button"
        aria-label={`Save the structure${of} as PNG`}
        disabled={!viewer || !scene}
        onClick={() => viewer && savePicture(page, viewer, name("png"))}
      >
        PNG
      </button>
      <button
        type="button"
        aria-label={`Save the scene${of} as MVSJ (MolViewSpec), for Mol* and other viewers`}
        disabled={!scene}
        onClick={() => saveBlob(new Blob([JSON.stringify(scene)], { type: "application/json" }), name("mvsj"))}
      >
        MVSJ
      </button>
      {page.source.write &&
        WRITTEN.map(({ kind, text, label }) => (
          <button
            key={kind}
            type="button"
            aria-label={`Save the scene${of} ${label}`}
            disabled={!scene}
            onClick={() => write(page, kind, head, name)}
          >
            {text}
          </button>
        ))}
      <SaveButtons what={`structure${of}`} name={name} table={() => drawnTable(page, views.peek().value ?? [])} />
    </div>
  );
}

/** What the server writes of a scene. */
const WRITTEN = [
  { kind: "pml", text: "PyMOL", label: "as a PyMOL script" },
  { kind: "zip", text: "ChimeraX", label: "for ChimeraX, as commands with two files in an archive" },
] as const;

type Kind = (typeof WRITTEN)[number]["kind"];

function write(page: Page, kind: Kind, head: string, name: (extension: string) => string): void {
  const { protein, property, threshold, arcs, show } = page.choice;
  const asked = {
    protein: protein.peek() ?? "",
    head,
    property: property.peek(),
    threshold: String(head === CONTACTS ? 0 : threshold.peek()),
    arcs: String(arcs.peek()),
    show: show.peek(),
  };
  page.source.write?.(kind, asked).then(
    (blob) => saveBlob(blob, name(kind)),
    (reason: unknown) => note(page, message(reason)),
  );
}

function savePicture(page: Page, viewer: Viewer, name: string): void {
  viewer.image().then(
    (blob) => saveBlob(blob, name),
    (reason: unknown) => note(page, message(reason)),
  );
}

/** The arcs that are drawn, of all proteins. */
function drawnTable(page: Page, views: readonly View[]) {
  const property = page.choice.property.peek();
  const tables = views.map(({ protein, arcs }) => {
    const drawn = arcs ? chooseNow(page.choice, page.level, protein, arcs).drawn : [];
    return arcTable(protein, drawn, property, drawn.length);
  });
  return { columns: tables[0]?.columns ?? [], rows: tables.flatMap((table) => table.rows) };
}

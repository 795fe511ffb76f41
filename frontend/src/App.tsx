import { useSignalEffect } from "@preact/signals";
import { ContactMap } from "./contact_map/ContactMap";
import { Controls } from "./controls/Controls";
import { ProteinPicker } from "./controls/ProteinPicker";
import { UploadPanel } from "./controls/UploadPanel";
import { count, shorten } from "./data/text";
import { HeadGallery } from "./heads/HeadGallery";
import { HeadMap } from "./heads/HeadMap";
import { HeadNumbers } from "./heads/HeadNumbers";
import { SequenceTrack } from "./sequence/SequenceTrack";
import { startOf } from "./state/choice";
import { note, type Page, PageContext, usePage } from "./state/pageState";
import { chooseTheme } from "./state/theme";
import { Structure } from "./structure/Structure";

/** The whole page. */
export function App({ page, root }: { page: Page; root: HTMLElement }) {
  useSignalEffect(() => tell(page, root));
  useSignalEffect(() => fallBack(page));
  return (
    <PageContext.Provider value={page}>
      <Header />
      <Notes />
      <div class="columns">
        <div class="side">
          <Controls />
          <ProteinPicker />
          <UploadPanel />
        </div>
        <div class="middle">
          <HeadMap />
          <HeadNumbers />
          <ContactMap />
        </div>
        <div class="views">
          <Structure />
          <HeadGallery />
        </div>
        <div class="below">
          <SequenceTrack />
        </div>
      </div>
    </PageContext.Provider>
  );
}

/** Say on the root what is shown, for style sheets and for whoever waits for it. */
function tell(page: Page, root: HTMLElement): void {
  const { heads, protein, arcs, chosen, viewerState, theme, choice } = page;
  if (heads.value.value || heads.value.error) root.dataset.ready = "true";
  root.dataset.theme = theme.value;
  root.dataset.head = arcs.value?.head ?? choice.head.value;
  root.dataset.protein = protein.value?.id ?? "";
  root.dataset.drawnArcs = String(chosen.value?.drawn.length ?? 0);
  root.dataset.viewerState = viewerState.value;
}

/** Show the first protein where the address asks for one that cannot be had. */
function fallBack({ index, view, choice, ...rest }: Page): void {
  const { error, value } = view.value;
  const usual = startOf(index).protein;
  if (!error || value || choice.protein.value === usual) return;
  note({ index, view, choice, ...rest }, error);
  choice.protein.value = usual;
}

function Header() {
  const { index, theme } = usePage();
  const other = theme.value === "dark" ? "light" : "dark";
  const { model, dataset, options } = index;
  const proteins = count(dataset.proteins, "protein");
  const read =
    typeof options.limit === "number" && options.limit < dataset.proteins ? `${count(options.limit)} of ` : "";
  return (
    <header class="masthead">
      <h1>{shorten(index.title, 80)}</h1>
      <p>
        {shorten(model.name)}: {count(model.layers, "layer")} of {count(model.heads, "head")} · {shorten(dataset.name)}:{" "}
        {read}
        {proteins}
        {index.alone ? ", too few for a test" : ""} · numbers count attention of at least {index.threshold}
      </p>
      <button type="button" class="theme" onClick={() => chooseTheme(theme, other)}>
        Use {other} colours
      </button>
    </header>
  );
}

function Notes() {
  const { notes } = usePage();
  return (
    <div class="notes" role="status">
      {notes.value.map((text) => (
        <p key={text}>
          {text}
          <button
            type="button"
            aria-label="Close this note"
            onClick={() => {
              notes.value = notes.value.filter((one) => one !== text);
            }}
          >
            ×
          </button>
        </p>
      ))}
    </div>
  );
}

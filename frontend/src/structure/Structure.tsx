import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { CONTACTS, sourceWords } from "../data/arcs";
import type { SceneStyle } from "../data/documents";
import { capital } from "../data/properties";
import { Legend } from "../drawing/Legend";
import { Panel } from "../panel/Panel";
import { type Page, usePage, type ViewerState } from "../state/pageState";
import { linkViews } from "./linkedViews";
import { ColourChoice, LookActions, SaveActions } from "./SceneActions";
import { StageView } from "./StageView";
import { arcOpacity, type CartoonColour, tubeRadius } from "./scene";
import { sceneLegend, sceneSummary, tubeWords } from "./sceneLegend";
import { type Drawn, isPlaced, type Shown, type Stage } from "./stage";
import "./Structure.css";

const HINT = "Drag to turn, scroll to come nearer. By keyboard: arrow keys, + and −, Home.";

/** The folded protein with the arcs of the chosen head, and beside it, turned with it, with those of a second one. */
export function Structure() {
  const page = usePage();
  const pair = useRef<HTMLDivElement>(null);
  const [first, second] = [useSignal<Stage | null>(null), useSignal<Stage | null>(null)];
  const { colour, pointed, shown } = useShown(page);
  const problem = useComputed(() => problemOf(page, first.value));
  useSignalEffect(() => {
    const [one, other] = [first.value, second.value].map((stage) => stage?.drawn.value.value && stage.viewer.value);
    return one && other ? linkViews(one, other) : undefined;
  });
  const drawn = first.value?.drawn.value ?? null;
  const hidden = problem.value !== null;
  const compared = page.choice.compare.value;
  const two = compared !== null && compared !== page.choice.head.value;
  const save = (stage: Stage, { head, views }: Shown) => (
    <SaveActions
      stage={stage}
      head={head.value ?? ""}
      views={views}
      of={two ? ` of ${sourceWords(head.value ?? "")}` : ""}
    />
  );
  return (
    <Panel
      name="structure"
      title="Structure"
      message={problem.value ?? page.view.value.value?.reason}
      busy={!hidden && (!drawn?.value || drawn.loading)}
      data={{ "data-drawn-head": drawn?.value?.head, "data-drawn-arcs": drawn?.value?.tubes.length }}
      actions={
        first.value &&
        !hidden && (
          <>
            <ColourChoice colour={colour} />
            <LookActions viewer={first.value.viewer.value} whole={() => pair.current} />
            {!two && save(first.value, shown.first)}
          </>
        )
      }
    >
      <div class="structure" hidden={hidden}>
        <div class={two ? "pair two" : "pair"} ref={pair}>
          <StageView shown={shown.first} stage={first}>
            {two && (
              <HeadLine name={page.choice.head.value} drawn={drawn?.value}>
                {first.value && save(first.value, shown.first)}
              </HeadLine>
            )}
          </StageView>
          {two && (
            <StageView shown={shown.second} stage={second}>
              <HeadLine name={compared} drawn={second.value?.drawn.value.value} reason={reasonOf(page)}>
                {second.value && save(second.value, shown.second)}
              </HeadLine>
            </StageView>
          )}
        </div>
        <p class="readout">{pointed.value || HINT}</p>
        {drawn?.value && (
          <Meaning drawn={drawn.value} other={two ? second.value?.drawn.value.value : null} colour={colour.value} />
        )}
      </div>
    </Panel>
  );
}

/** What the stages show, and the signals that they share. */
function useShown(page: Page) {
  const colour = useSignal<CartoonColour>("property");
  const pointed = useSignal("");
  const state = useSignal<ViewerState>("off");
  const shown = useMemo(() => {
    const shared = { colour, pointed };
    const first: Shown = { ...shared, views: page.group, head: page.choice.head, state: page.viewerState };
    const second: Shown = { ...shared, views: page.compared, head: page.choice.compare, state };
    return { first, second };
  }, [page, colour, pointed, state]);
  return { colour, pointed, shown };
}

function problemOf(page: Page, stage: Stage | null): string | null {
  if (!page.viewer) return "The 3-D view is not part of this page.";
  const { value, error } = page.group.value;
  if (error !== null) return error;
  if (value && !value.some(isPlaced)) return "This protein has no coordinates, so there is no structure to draw.";
  const failure = stage?.drawn.value.error;
  return stage?.problem.value ?? (failure ? `The structure cannot be drawn: ${failure}` : null);
}

/** Why there are no arcs of the second head. */
function reasonOf({ compared, protein }: Page): string | null {
  const { value, error } = compared.value;
  return error ?? value?.find((view) => view.protein.id === protein.value?.id)?.reason ?? null;
}

interface HeadLineProps {
  name: string;
  drawn: Drawn | null | undefined;
  reason?: string | null;
  children?: ComponentChildren;
}

/** Of which head a structure has the arcs, where there are two. */
function HeadLine({ name, drawn, reason, children }: HeadLineProps) {
  const page = usePage();
  return (
    <header class="head-line">
      <h3>{capital(sourceWords(name))}</h3>
      <p>
        {reason ??
          (drawn && sceneSummary({ ...drawn, threshold: name === CONTACTS ? 1 : page.choice.threshold.value }))}
      </p>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

interface MeaningProps {
  drawn: Drawn;
  /** What stands beside it. */
  other: Drawn | null | undefined;
  colour: CartoonColour;
}

function Meaning({ drawn, other, colour }: MeaningProps) {
  const page = usePage();
  const { property, threshold } = page.choice;
  const content = {
    ...drawn,
    property: { name: property.value, level: page.level.value },
    threshold: threshold.value,
    style: page.index.style,
    colour,
  };
  const both = { ...content, tubes: [...drawn.tubes, ...(other?.tubes ?? [])] };
  const words = tubeWords(both.tubes);
  return (
    <>
      <p class="summary">
        {other ? "" : `${sceneSummary(content)}. `}
        {words?.sentence}
      </p>
      <Legend keys={sceneLegend(both)} />
      {words && <Weights style={page.index.style} name={words.weight} />}
    </>
  );
}

/** How thick and how solid an arc of which weight is, on the one scale that all pictures have. */
function Weights({ style: { radius, opacity }, name }: { style: SceneStyle; name: string }) {
  return (
    <ul class="legend weights" aria-label={`Width and opacity of an arc by its ${name}`}>
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
          {weight === 0.1 ? `${name} ${weight}` : weight}
        </li>
      ))}
    </ul>
  );
}

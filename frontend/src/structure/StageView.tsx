import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { arcsOfWords } from "../data/arcs";
import { usePage } from "../state/pageState";
import { createStage, type Shown, type Stage } from "./stage";
import type { Viewer } from "./viewer/api";

const STEP = 10;
const NEARER = 1.2;

interface StageViewProps {
  shown: Shown;
  /** Where the stage is put once it is made. */
  stage: Signal<Stage | null>;
  /** Words and buttons above it. */
  children?: ComponentChildren;
}

/** One 3-D view of the folded protein, with the arcs of one head. */
export function StageView({ shown, stage, children }: StageViewProps) {
  const page = usePage();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return;
    const made = createStage(page, element.current, shown);
    const stop = keepSize(element.current, made);
    stage.value = made;
    return () => {
      stop();
      made.dispose();
      stage.value = null;
    };
  }, [page, stage, shown]);
  const drawn = stage.value?.drawn.value.value;
  return (
    <div class="scene" data-drawn-head={drawn?.head} data-drawn-arcs={drawn?.tubes.length}>
      {children}
      <div
        class="stage"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is turned with the arrow keys
        tabIndex={0}
        role="application"
        aria-label={`Folded protein in three dimensions with ${arcsOfWords(shown.head.value ?? "")}; turn it with the arrow keys, zoom with plus and minus`}
        onKeyDown={(event) => steer(event, stage.value?.viewer.value)}
      >
        <div class="view" ref={element} />
        {!drawn && <p class="waiting">{stage.value?.problem.value ?? "Loading the 3-D view…"}</p>}
      </div>
    </div>
  );
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

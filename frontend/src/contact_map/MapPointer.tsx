import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Arc } from "../data/arcs";
import type { Arcs } from "../data/documents";
import { residueName } from "../data/residues";
import { onKeys } from "../panel/keys";
import { type Hover, NO_HOVER, type Page, usePage } from "../state/pageState";
import {
  arcPoint,
  type Frame,
  factPairs,
  factPoint,
  type MapContent,
  mapArcs,
  mapFrame,
  nearest,
  pairAt,
  pairText,
  shownResidues,
} from "./mapPicture";

type Pair = readonly [query: number, key: number];

interface MapPointerProps {
  content: MapContent;
  width: number;
  /** The id of the text that says what the map shows. */
  summary: string;
}

/** What takes the pointer and the keyboard over the map, and shows where they are. */
export function MapPointer({ content, width, summary }: MapPointerProps) {
  const page = usePage();
  const frame = useMemo(() => mapFrame(width, shownResidues(content.protein)), [content, width]);
  const find = useMemo(() => finder(frame, content), [frame, content]);
  const keys = useArcKeys(content.arcs ?? []);
  return (
    <div
      class="pointer"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
      tabIndex={0}
      role="application"
      aria-label="Contact map. Arrow keys go through the arcs from the strongest; Enter selects the attended residue."
      aria-describedby={summary}
      onKeyDown={keys.onKeyDown}
      onBlur={keys.onBlur}
      onPointerMove={(event) => hoverPair(page, find(event.offsetX, event.offsetY).pair)}
      onPointerLeave={() => hoverPair(page, null)}
      onClick={(event) => {
        const { pair, hit } = find(event.offsetX, event.offsetY);
        page.selected.value = hit && pair ? pair[1] : null;
      }}
    >
      <Crosshair frame={frame} content={content} />
    </div>
  );
}

/** Make what tells the pair at a point: the nearest arc or fact within reach (a hit), else the cell. */
function finder(frame: Frame, content: MapContent): (x: number, y: number) => { pair: Pair | null; hit: boolean } {
  const above: Pair[] = mapArcs(content).map(({ query, key }) => [query, key]);
  const below: Pair[] = factPairs(content);
  const dots = above.map((pair) => arcPoint(frame, ...pair));
  const squares = below.map((pair) => factPoint(frame, ...pair));
  return (x, y) => {
    const cell = pairAt(frame, shownResidues(content.protein), x, y);
    if (!cell) return { pair: null, hit: false };
    const lower = cell[0] > cell[1];
    const near = nearest(lower ? squares : dots, x, y);
    const pair = near === null ? undefined : (lower ? below : above)[near];
    return { pair: pair ?? cell, hit: pair !== undefined };
  };
}

function hoverPair(page: Page, pair: Pair | null): void {
  const before = page.hover.peek().pair;
  if (pair?.[0] === before?.[0] && pair?.[1] === before?.[1]) return;
  page.hover.value = pair ? { residue: null, pair, from: "map" } : NO_HOVER;
}

/** Go through the arcs by keys, from the strongest. */
function useArcKeys(arcs: readonly Arc[]) {
  const page = usePage();
  const cursor = useSignal<number | null>(null);
  const go = (to: number) => {
    const at = Math.min(arcs.length - 1, Math.max(0, to));
    const arc = arcs[at];
    if (!arc) return;
    cursor.value = at;
    hoverPair(page, [arc.query, arc.key]);
  };
  const leave = () => {
    cursor.value = null;
    hoverPair(page, null);
  };
  const next = () => go((cursor.peek() ?? -1) + 1);
  const back = () => go((cursor.peek() ?? 1) - 1);
  const actions: Record<string, () => void> = {
    ArrowRight: next,
    ArrowDown: next,
    ArrowLeft: back,
    ArrowUp: back,
    Home: () => go(0),
    End: () => go(arcs.length - 1),
    Enter: () => {
      page.selected.value = arcs[cursor.peek() ?? -1]?.key ?? page.selected.peek();
    },
    Escape: () => {
      page.selected.value = null;
      leave();
    },
  };
  return { onKeyDown: onKeys(actions), onBlur: leave };
}

/** Lines through the residue or the pair that the pointer is on, here or in another panel, and through the chosen residue. */
function Crosshair({ frame, content }: { frame: Frame; content: MapContent }) {
  const page = usePage();
  const { residue, pair } = page.hover.value;
  const isArc = pair && mapArcs(content).some(({ query, key }) => query === pair[0] && key === pair[1]);
  const [x, y] = !pair ? [] : isArc ? arcPoint(frame, ...pair) : cellPoint(frame, ...pair);
  const chosen = page.selected.value;
  const shown = shownResidues(content.protein);
  return (
    <svg class="overlay" aria-hidden="true">
      {chosen !== null && chosen < shown && (
        <Lines frame={frame} at={cellPoint(frame, chosen, chosen)} name="selected" />
      )}
      {residue !== null && residue < shown && (
        <Lines frame={frame} at={cellPoint(frame, residue, residue)} name="hovered" />
      )}
      {x !== undefined && y !== undefined && <Lines frame={frame} at={[x, y]} name="hovered" />}
      {isArc && <circle class="ring" cx={x} cy={y} r={7} />}
    </svg>
  );
}

function cellPoint(frame: Frame, row: number, column: number): [x: number, y: number] {
  return [frame.left + (column + 0.5) * frame.cell, frame.top + (row + 0.5) * frame.cell];
}

function Lines({ frame, at: [x, y], name }: { frame: Frame; at: [number, number]; name: string }) {
  const { left, top, side } = frame;
  return (
    <g class={name}>
      <line x1={left} x2={left + side} y1={y} y2={y} />
      <line x1={x} x2={x} y1={top} y2={top + side} />
    </g>
  );
}

/** What is under the pointer, in words. */
export function MapReadout({ content, document }: { content: MapContent; document: Arcs | null }) {
  const { residue, pair, from }: Hover = usePage().hover.value;
  const text = pair ? pairText(content, document, pair) : residue === null ? "" : residueName(content.protein, residue);
  return (
    <p class="readout" aria-live={from === "map" ? "polite" : "off"}>
      {text || "\u00a0"}
    </p>
  );
}

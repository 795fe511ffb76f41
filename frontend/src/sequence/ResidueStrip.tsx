import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useId, useLayoutEffect, useMemo } from "preact/hooks";
import { residueName } from "../data/residues";
import { shorten } from "../data/text";
import type { Palette } from "../drawing/colours";
import { PictureCanvas, useWidth } from "../drawing/PictureCanvas";
import { onKeys } from "../panel/keys";
import { NO_HOVER, type Page, usePage } from "../state/pageState";
import { overviewPicture, rowsHeight, rowTops, windowPicture } from "./sequencePicture";
import { type Row, residueFacts, type SequenceContent } from "./sequenceRows";

const USUAL_CELL = 11;
const LEAST_CELL = 9.5;
const MOST_CELL = 15;
/** Residues drawn beyond either edge, and the step in which the window moves. */
const BEYOND = 32;

/** How wide a residue is: all of them fill the width where they can. */
function cellWidth(width: number, length: number): number {
  const even = width / length;
  return even < LEAST_CELL ? USUAL_CELL : Math.min(MOST_CELL, even);
}

interface StripProps {
  content: SequenceContent;
  rows: readonly Row[];
  palette: Palette;
}

/** The rows of a sequence; only what is in sight, and a little beyond, is drawn. */
export function ResidueStrip({ content, rows, palette }: StripProps) {
  const { element, width } = useWidth<HTMLDivElement>(900);
  const scrolled = useSignal(0);
  const length = content.protein.sequence.length;
  const cell = cellWidth(width, length);
  const step = useComputed(() => Math.floor(scrolled.value / USUAL_CELL / BEYOND)).value;
  const from = Math.max(0, (step - 1) * BEYOND);
  const to = Math.min(length, from + Math.ceil(width / cell) + 3 * BEYOND);
  const picture = useMemo(
    () => windowPicture(rows, { from, to, cell, content, palette }),
    [rows, from, to, cell, content, palette],
  );
  useSelectedInSight(element, content.protein.id, cell);
  return (
    <div class="tracks">
      <RowNames rows={rows} />
      <div class="whole">
        <div class="scroller" ref={element} onScroll={({ currentTarget }) => follow(scrolled, currentTarget)}>
          <div class="strip" style={{ width: length * cell, height: rowsHeight(rows) }}>
            <div class="window" style={{ left: from * cell }}>
              <PictureCanvas picture={picture} />
            </div>
            <Marks cell={cell} />
            <Residues content={content} rows={rows} from={from} to={to} cell={cell} />
          </div>
        </div>
        {length * cell > width + 1 && (
          <Overview rows={rows} palette={palette} width={width} scrolled={scrolled} scroller={element} />
        )}
      </div>
    </div>
  );
}

function follow(scrolled: Signal<number>, scroller: HTMLElement): void {
  scrolled.value = scroller.scrollLeft;
}

interface OverviewProps {
  rows: readonly Row[];
  palette: Palette;
  width: number;
  scrolled: Signal<number>;
  scroller: RefObject<HTMLDivElement>;
}

/** The attention along the whole sequence, and which part of it is in sight; a click or a drag moves there. */
function Overview({ rows, palette, width, scrolled, scroller }: OverviewProps) {
  const height = 24;
  const picture = useMemo(() => overviewPicture(rows, width, height, palette), [rows, width, palette]);
  const whole = scroller.current?.scrollWidth ?? width;
  const go = (event: PointerEvent) => {
    if (event.buttons & 1) scroller.current?.scrollTo({ left: (event.offsetX / width) * whole - width / 2 });
  };
  return (
    <div class="overview" aria-hidden="true" onPointerDown={go} onPointerMove={go}>
      <PictureCanvas picture={picture} />
      <InSight width={width} whole={whole} scrolled={scrolled} />
    </div>
  );
}

function InSight({ width, whole, scrolled }: { width: number; whole: number; scrolled: Signal<number> }) {
  return <div class="in-sight" style={{ left: (scrolled.value / whole) * width, width: (width / whole) * width }} />;
}

function RowNames({ rows }: { rows: readonly Row[] }) {
  const tops = rowTops(rows);
  return (
    <div class="names" aria-hidden="true" style={{ height: rowsHeight(rows) }}>
      {rows.map((row, at) => (
        <div key={row.label} title={row.label} style={{ top: tops[at], height: row.height }}>
          <span>{row.label}</span>
          {row.detail && <small>{row.detail}</small>}
        </div>
      ))}
    </div>
  );
}

/** The columns of the residues that the pointer is on, here or elsewhere, and of the chosen one. */
function Marks({ cell }: { cell: number }) {
  const { hover, selected } = usePage();
  const { residue, pair } = hover.value;
  const hovered = [...new Set(residue === null ? pair : [residue])];
  const column = (position: number) => ({ left: position * cell, width: cell });
  return (
    <>
      {hovered.map((position) => (
        <div key={position} class="column hovered" style={column(position)} />
      ))}
      {selected.value !== null && <div class="column selected" style={column(selected.value)} />}
    </>
  );
}

interface ResiduesProps {
  content: SequenceContent;
  rows: readonly Row[];
  from: number;
  to: number;
  cell: number;
}

/** The residues in sight as a list to choose from, by pointer or keys. */
function Residues({ content, rows, from, to, cell }: ResiduesProps) {
  const page = usePage();
  const { selected } = page;
  const { protein } = content;
  const name = useId();
  const words = useMemo(
    () =>
      Array.from({ length: Math.max(0, to - from) }, (_, at) =>
        [residueName(protein, from + at), ...residueFacts(content, rows, from + at)].join(", "),
      ),
    [content, rows, from, to],
  );
  return (
    <div
      class="residues"
      role="listbox"
      tabIndex={0}
      aria-label={`Residues of ${shorten(protein.id)}`}
      aria-activedescendant={selected.value === null ? undefined : `${name}-${selected.value}`}
      onKeyDown={residueKeys(page, protein.sequence.length)}
      onPointerMove={(event) => hoverResidue(page, residueOf(event.target))}
      onPointerLeave={() => hoverResidue(page, null)}
      onClick={(event) => {
        selected.value = residueOf(event.target);
      }}
    >
      {words.map((text, at) => (
        <span
          key={from + at}
          id={`${name}-${from + at}`}
          role="option"
          tabIndex={-1}
          aria-label={text}
          aria-selected={selected.value === from + at}
          aria-posinset={from + at + 1}
          aria-setsize={protein.sequence.length}
          data-residue={from + at}
          style={{ left: (from + at) * cell, width: cell }}
        />
      ))}
    </div>
  );
}

function residueOf(target: EventTarget | null): number | null {
  const told = target instanceof HTMLElement ? target.dataset.residue : undefined;
  return told === undefined ? null : Number(told);
}

function hoverResidue(page: Page, residue: number | null): void {
  if (page.hover.peek().residue === residue) return;
  page.hover.value = residue === null ? NO_HOVER : { residue, pair: null, from: "sequence" };
}

function residueKeys(page: Page, length: number): (event: KeyboardEvent) => void {
  const { selected } = page;
  const go = (to: number) => {
    selected.value = Math.min(length - 1, Math.max(0, to));
  };
  const by = (step: number) => () => go(selected.peek() === null ? 0 : (selected.peek() ?? 0) + step);
  return onKeys({
    ArrowRight: by(1),
    ArrowLeft: by(-1),
    PageDown: by(10),
    PageUp: by(-10),
    Home: () => go(0),
    End: () => go(length - 1),
    Escape: () => {
      selected.value = null;
    },
  });
}

/** Scroll to the chosen residue when it is out of sight, and to the start for another protein. */
function useSelectedInSight(element: RefObject<HTMLDivElement>, id: string, cell: number): void {
  const { selected } = usePage();
  useLayoutEffect(() => {
    if (element.current) element.current.scrollLeft = 0;
  }, [element, id]);
  useSignalEffect(() => {
    const [position, scroller] = [selected.value, element.current];
    if (position === null || !scroller) return;
    const [left, seen] = [position * cell - scroller.scrollLeft, scroller.clientWidth];
    if (left < cell || left > seen - 2 * cell) scroller.scrollLeft = position * cell - seen / 2;
  });
}

import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Heads } from "../data/documents";
import { propertyLine } from "../data/properties";
import { percent, times } from "../data/text";
import { inkOn, type Theme } from "../drawing/colours";
import { useWidth } from "../drawing/PictureCanvas";
import { Panel } from "../panel/Panel";
import { SaveButtons } from "../panel/SaveButtons";
import { usePage } from "../state/pageState";
import { cellAt, type HeadLayout, headLayout, headPicture, labelled, moved } from "./headLayout";
import {
  bestHeads,
  type HeadRow,
  type HeatScale,
  headRows,
  headsCsv,
  headWords,
  heatScale,
  type Measure,
} from "./headTable";
import "./HeadMap.css";

const BEST = 6;

/** All heads by layer, coloured by how well they are aligned with the property. */
export function HeadMap() {
  const page = usePage();
  const measure = useSignal<Measure>("alignment");
  const { value, error, loading } = page.heads.value;
  const { element, width } = useWidth<HTMLDivElement>(440);
  const title = `Heads: ${propertyLine(value?.property ?? page.choice.property.value)}`;
  return (
    <Panel
      name="heads"
      title={title}
      message={error}
      busy={loading}
      actions={value && <SaveHeads heads={value} measure={measure.value} title={title} />}
    >
      <div ref={element}>{value && <HeadGrid heads={value} measure={measure} width={width} />}</div>
    </Panel>
  );
}

function SaveHeads({ heads, measure, title }: { heads: Heads; measure: Measure; title: string }) {
  const { index } = usePage();
  const { layers, heads: many, name } = index.model;
  return (
    <SaveButtons
      what="heads"
      table={() => headsCsv(heads)}
      picture={(palette) => {
        const rows = headRows(heads);
        const scale = heatScale(rows, measure);
        const lines = [`${name}, ${index.dataset.name}, threshold ${heads.threshold}, ${heads.mode} mode`, scale.title];
        const legend = rows.every((row) => row.supported)
          ? []
          : [{ mark: "square", colour: palette.blank, text: "too little support: no number" } as const];
        return {
          picture: headPicture(rows, scale, headLayout(layers, many, 640), palette),
          caption: { title, lines, legend },
        };
      }}
    />
  );
}

interface MapProps {
  heads: Heads;
  measure: Signal<Measure>;
  width: number;
}

function HeadGrid({ heads, measure, width }: MapProps) {
  const { index } = usePage();
  const rows = useMemo(() => headRows(heads), [heads]);
  const scale = useMemo(() => heatScale(rows, measure.value), [rows, measure.value]);
  const layout = useMemo(() => headLayout(index.model.layers, index.model.heads, width), [index, width]);
  return (
    <>
      {!index.alone && <MeasureChoice measure={measure} />}
      <Grid rows={rows} scale={scale} layout={layout} />
      {rows.some((row) => scale.place(row) !== null) && <ColourBar scale={scale} />}
      {rows.some((row) => !row.supported) && <Lacking />}
      <Best rows={bestHeads(rows, measure.value, BEST)} measure={measure.value} />
    </>
  );
}

function MeasureChoice({ measure }: { measure: Signal<Measure> }) {
  return (
    <label class="measure">
      Colour by
      <select
        name="measure"
        value={measure.value}
        onChange={(event) => {
          measure.value = event.currentTarget.value as Measure;
        }}
      >
        <option value="alignment">alignment (share of arcs)</option>
        <option value="lift">lift (times as often as by chance)</option>
      </select>
    </label>
  );
}

interface GridProps {
  rows: readonly HeadRow[];
  scale: HeatScale;
  layout: HeadLayout;
}

function Grid({ rows, scale, layout }: GridProps) {
  const { choice, theme, index } = usePage();
  const svg = useRef<SVGSVGElement>(null);
  const under = useSignal<HeadRow | null>(null);
  const cells = useMemo(() => {
    const shown = { rows, scale, layout, theme: theme.value };
    return (
      <>
        <Cells {...shown} />
        <CellNumbers {...shown} />
      </>
    );
  }, [rows, scale, layout, theme.value]);
  const chosen = rows.find((row) => row.label === choice.head.value) ?? null;
  const second = rows.find((row) => row.label === choice.compare.value) ?? null;
  useRovingFocus(svg, choice.head.value, cells);
  const rowOf = (target: EventTarget | null) => {
    const label = target instanceof Element ? target.closest<SVGElement>("[data-cell]")?.dataset.cell : undefined;
    return rows.find((row) => row.label === label) ?? null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = rowOf(event.target);
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moved(event.key, [from.layer, from.head], index.model.layers, index.model.heads);
    if (!to) return;
    event.preventDefault();
    choice.head.value = `${to[0] + 1}-${to[1] + 1}`;
    svg.current?.querySelector<SVGElement>(`[data-cell="${choice.head.value}"]`)?.focus();
  };
  return (
    <div class="heat-map">
      {/* biome-ignore lint/a11y/useSemanticElements: a table of drawn cells */}
      <div
        class="grid"
        role="grid"
        aria-label="Heads; arrow keys go from head to head"
        aria-rowcount={layout.layers}
        aria-colcount={layout.heads}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const row = rowOf(event.target);
          if (row) choice.head.value = row.label;
        }}
        onPointerOver={(event) => {
          under.value = rowOf(event.target);
        }}
        onPointerLeave={() => {
          under.value = null;
        }}
      >
        <svg ref={svg} role="presentation" width={layout.width} height={layout.height}>
          {cells}
          <Axes layout={layout} />
          {second && <Frame row={second} layout={layout} name="second" />}
          {chosen && <Frame row={chosen} layout={layout} name="chosen" />}
          {under.value && <Frame row={under.value} layout={layout} name="under" />}
        </svg>
      </div>
      {under.value && <Tooltip row={under.value} layout={layout} />}
    </div>
  );
}

/** Let the chosen cell alone be reached by the tab key, and be the selected one. */
function useRovingFocus(svg: { current: SVGSVGElement | null }, head: string, cells: unknown): void {
  useLayoutEffect(() => {
    const cell = svg.current?.querySelector(`[data-cell="${head}"]`);
    cell?.setAttribute("tabindex", "0");
    cell?.setAttribute("aria-selected", "true");
    return () => {
      cell?.setAttribute("tabindex", "-1");
      cell?.setAttribute("aria-selected", "false");
    };
  }, [head, cells]);
}

/** The cells, which do not change with the chosen head; up to some two thousand. */
function Cells({ rows, scale, layout, theme }: GridProps & { theme: Theme }) {
  const [width, height] = layout.cell.map((size) => size - layout.gap) as [number, number];
  const layers = Array.from({ length: layout.layers }, (_, at) => layout.layers - 1 - at);
  return (
    <>
      <defs>
        <pattern id="protlens-lacking" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="lacking-ground" width="5" height="5" />
          <rect class="lacking-line" width="1.2" height="5" />
        </pattern>
      </defs>
      {layers.map((layer) => (
        // biome-ignore lint/a11y/useSemanticElements: a row of drawn cells
        <g key={layer} role="row" aria-label={`Layer ${layer + 1}`}>
          {rows.slice(layer * layout.heads, (layer + 1) * layout.heads).map((row) => {
            const place = scale.place(row);
            const [x, y] = cellAt(layout, row.layer, row.head);
            return (
              // biome-ignore lint/a11y/useSemanticElements: a drawn cell
              <rect
                key={row.label}
                role="gridcell"
                tabindex={-1}
                aria-selected="false"
                aria-label={headWords(row)}
                data-cell={row.label}
                x={x}
                y={y}
                width={width}
                height={height}
                fill={place === null ? "url(#protlens-lacking)" : scale.colour(place, theme)}
              />
            );
          })}
        </g>
      ))}
    </>
  );
}

/** The value in each cell, where there is room for it. */
function CellNumbers({ rows, scale, layout, theme }: GridProps & { theme: Theme }) {
  if (!layout.numbered) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <g class="numbers" aria-hidden="true">
      {rows.map((row) => {
        const place = scale.place(row);
        const [x, y] = cellAt(layout, row.layer, row.head);
        const middle = { x: x + (layout.cell[0] - layout.gap) / 2, y: y + (layout.cell[1] - layout.gap) / 2 + 4 };
        return (
          place !== null && (
            <text key={row.label} {...middle} fill={inkOn(scale.colour(place, theme))} text-anchor="middle">
              {scale.number(row)}
            </text>
          )
        );
      })}
    </g>
  );
}

function Axes({ layout }: { layout: HeadLayout }) {
  const { layers, heads, cell, left, top } = layout;
  const bottom = top + layers * cell[1];
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <g class="axes" aria-hidden="true">
      {labelled(heads, cell[0], 16).map((head) => (
        <text key={head} x={left + (head - 0.5) * cell[0]} y={bottom + 13} text-anchor="middle">
          {head}
        </text>
      ))}
      {labelled(layers, cell[1], 12).map((layer) => (
        <text key={layer} x={left - 5} y={top + (layers - layer + 0.5) * cell[1] + 4} text-anchor="end">
          {layer}
        </text>
      ))}
      <text x={left + (heads * cell[0]) / 2} y={bottom + 28} text-anchor="middle">
        Head
      </text>
      <text transform={`translate(9 ${top + (layers * cell[1]) / 2}) rotate(-90)`} text-anchor="middle">
        Layer
      </text>
    </g>
  );
}

function Frame({ row, layout, name }: { row: HeadRow; layout: HeadLayout; name: string }) {
  const [x, y] = cellAt(layout, row.layer, row.head);
  const [width, height] = layout.cell.map((size) => size - layout.gap) as [number, number];
  return <rect class={`frame ${name}`} x={x - 1} y={y - 1} width={width + 2} height={height + 2} />;
}

function Tooltip({ row, layout }: { row: HeadRow; layout: HeadLayout }) {
  const [x, y] = cellAt(layout, row.layer, row.head);
  const right = x > layout.width / 2;
  const side = right ? { right: layout.width - x + 4 } : { left: x + layout.cell[0] + 4 };
  return (
    <div class="tooltip" aria-hidden="true" style={{ top: y + layout.cell[1] + 4, ...side }}>
      {headWords(row)}
    </div>
  );
}

function ColourBar({ scale }: { scale: HeatScale }) {
  const { theme } = usePage();
  const stops = Array.from({ length: 17 }, (_, at) => scale.colour(at / 16, theme.value));
  return (
    <div class="colour-bar">
      <p>{scale.title}</p>
      <div class="bar" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} />
      <div class="ticks">
        {scale.ticks.map(({ place, text }) => (
          <span key={place}>{text}</span>
        ))}
      </div>
    </div>
  );
}

function Lacking() {
  return (
    <p class="lacking">
      <span class="swatch hatched" aria-hidden="true" />
      too little support: no number
    </p>
  );
}

function Best({ rows, measure }: { rows: readonly HeadRow[]; measure: Measure }) {
  const { choice } = usePage();
  if (!rows.length) return <p>No head has enough arcs for a number.</p>;
  return (
    <p class="best">
      Strongest:
      {rows.map((row) => (
        <button
          key={row.label}
          type="button"
          aria-pressed={row.label === choice.head.value}
          onClick={() => {
            choice.head.value = row.label;
          }}
        >
          {row.label} <small>{measure === "lift" ? `${times(row.lift)}×` : percent(row.alignment)}</small>
        </button>
      ))}
    </p>
  );
}

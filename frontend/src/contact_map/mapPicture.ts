/** The picture of attention against contacts: arcs above the diagonal, pairs that touch below it, as in the figures. */

import { type Arc, arcsAndPairs, arcTooltip, countOf, isPaired, sourceWords } from "../data/arcs";
import type { Arcs, ProteinDocument, SceneStyle } from "../data/documents";
import { type Property, propertyLine, propertyWords, type Verdict, verdictLine } from "../data/properties";
import { linksChains, residueName, residueNumber } from "../data/residues";
import { count } from "../data/text";
import { axisTitle, runs, ticks } from "../drawing/axis";
import type { Key } from "../drawing/caption";
import type { Palette } from "../drawing/colours";
import type { Picture, Shape } from "../drawing/picture";

/** What the map shows of a protein, whatever the head. */
export interface MapGround {
  readonly protein: ProteinDocument;
  readonly property: Property;
  readonly style: SceneStyle;
}

export interface MapContent extends MapGround {
  /** The arcs in force, strongest first; null where there are none to show. */
  readonly arcs: readonly Arc[] | null;
  /** How many of them, from the first, are drawn on the structure. */
  readonly drawn: number;
  readonly threshold: number;
  /** The arcs with the name of their head. */
  readonly document?: Arcs | null;
  /** The head that it is compared with, drawn as rings. */
  readonly compared?: { readonly document: Arcs; readonly arcs: readonly Arc[] | null; readonly drawn: number } | null;
}

export interface Frame {
  left: number;
  top: number;
  /** Side of the square of cells. */
  side: number;
  /** Side of one cell. */
  cell: number;
}

const VERDICTS = ["holds", "fails", "unknown"] as const;
const STRIP = 9;
const LEFT = 50 + STRIP;
const BELOW = 38 + STRIP;
const ABOVE = 34;
const EDGE = 12;
const FAINT_DOT = 1.5;
const RING = 1.75;

/** How many residues the map shows: those that the model read, and a part of the others if there are many. */
export function shownResidues({ sequence, analysed }: ProteinDocument): number {
  return Math.min(sequence.length, Math.ceil(analysed * 1.15));
}

/** Where the cells of a map lie in a picture of this width. */
export function mapFrame(width: number, residues: number): Frame {
  const side = Math.max(40, width - LEFT - EDGE);
  return { left: LEFT, top: ABOVE, side, cell: side / residues };
}

export function mapHeight(frame: Frame): number {
  return frame.top + frame.side + BELOW;
}

/** The pair of positions, row and column, at a point of the picture; null outside the cells. */
export function pairAt(frame: Frame, residues: number, x: number, y: number): [row: number, column: number] | null {
  const column = Math.floor((x - frame.left) / frame.cell);
  const row = Math.floor((y - frame.top) / frame.cell);
  return Math.min(row, column) >= 0 && Math.max(row, column) < residues ? [row, column] : null;
}

/** Where an arc is drawn: above the diagonal, whichever way it points. */
export function arcPoint(frame: Frame, query: number, key: number): [x: number, y: number] {
  const [low, high] = query < key ? [query, key] : [key, query];
  return [frame.left + (high + 0.5) * frame.cell, frame.top + (low + 0.5) * frame.cell];
}

/** Where a fact about a pair is drawn: below the diagonal. */
export function factPoint(frame: Frame, one: number, other: number): [x: number, y: number] {
  const [x, y] = arcPoint(frame, one, other);
  return [y - frame.top + frame.left, x - frame.left + frame.top];
}

/** The place of the first of the points nearest to a spot; null if none is within reach. */
export function nearest(points: readonly [number, number][], x: number, y: number, reach = 6): number | null {
  let [found, least] = [-1, reach * reach];
  points.forEach(([pointX, pointY], at) => {
    const square = (pointX - x) ** 2 + (pointY - y) ** 2;
    if (square < least) [found, least] = [at, square];
  });
  return found < 0 ? null : found;
}

/** The property of the pair that is shown below the diagonal: the chosen one, else contact. */
export function shownPairs({ protein, property }: Pick<MapGround, "protein" | "property">): string | null {
  const name = property.level === "pair" ? property.name : "contact";
  return name in protein.pairs ? name : null;
}

const FOUND = new WeakMap<object, [low: number, high: number][]>();

/** The pairs below the diagonal, each once, the lower position first; looked for once in each document. */
export function factPairs(content: Pick<MapGround, "protein" | "property">): [low: number, high: number][] {
  const name = shownPairs(content);
  const pairs = name === null ? undefined : content.protein.pairs[name];
  if (!pairs) return [];
  const found = FOUND.get(pairs) ?? uniquePairs(pairs, content.protein.sequence.length);
  FOUND.set(pairs, found);
  return found;
}

function uniquePairs({ query, key }: { query: number[]; key: number[] }, length: number): [number, number][] {
  const codes = query.map((one, at) => {
    const other = key[at] ?? one;
    return Math.min(one, other) * length + Math.max(one, other);
  });
  return [...new Set(codes)].map((code) => [Math.floor(code / length), code % length]);
}

/** Draw the map as wide as is said. */
export function mapPicture(content: MapContent, width: number, palette: Palette): Picture {
  const ground = mapGround(content, width, palette);
  return { ...ground, shapes: [...ground.shapes, ...mapDots(content, width, palette).shapes] };
}

/** All of the map that does not depend on the arcs. */
export function mapGround(content: MapGround, width: number, palette: Palette): Picture {
  const frame = mapFrame(width, shownResidues(content.protein));
  const shapes = [
    ...unplaced(content, frame, palette),
    ...unread(content, frame, palette),
    ...facts(content, frame, palette),
    ...lines(frame, palette),
    ...chainLines(content, frame, palette),
    ...strips(content, frame, palette),
    ...axes(content.protein, frame, palette),
    ...sides(content, frame, palette),
  ];
  return { width, height: mapHeight(frame), shapes };
}

/** The arcs alone, the strongest on top; those of the head that is compared as rings. */
export function mapDots(content: MapContent, width: number, palette: Palette): Picture {
  const { protein, arcs, drawn, style, threshold } = content;
  const frame = mapFrame(width, shownResidues(protein));
  const shapes = (arcs ?? []).map((arc, at): Shape => {
    const dot = { kind: "circle" as const, at: arcPoint(frame, arc.query, arc.key), fill: style[arc.verdict] };
    if (at >= drawn) return { ...dot, radius: FAINT_DOT, opacity: 0.55 };
    return { ...dot, radius: dotRadius(arc.weight, threshold), stroke: palette.paper, width: 0.75 };
  });
  return { width, height: mapHeight(frame), shapes: [...shapes.reverse(), ...rings(content, frame)] };
}

function rings({ compared, style, threshold }: MapContent, frame: Frame): Shape[] {
  return (compared?.arcs ?? [])
    .map((arc, at): Shape => {
      const ring = { kind: "circle" as const, at: arcPoint(frame, arc.query, arc.key), stroke: style[arc.verdict] };
      if (at >= (compared?.drawn ?? 0)) return { ...ring, radius: FAINT_DOT, width: 0.75, opacity: 0.55 };
      return { ...ring, radius: dotRadius(arc.weight, threshold) + RING, width: 1.5 };
    })
    .reverse();
}

/** All arcs of the map, of one head or of two. */
export function mapArcs({ arcs, compared }: MapContent): Arc[] {
  return [...(arcs ?? []), ...(compared?.arcs ?? [])];
}

/** What the colours mean; only what there is. */
export function mapLegend(content: MapContent, palette: Palette): Key[] {
  const { property, style, arcs, protein, drawn } = content;
  const keys: Key[] = [];
  const pairs = shownPairs(content);
  if (pairs)
    keys.push({ mark: "square", colour: palette.fact, text: `${verdictLine(pairs, "holds")} in the structure` });
  for (const verdict of VERDICTS) {
    const many = verdictCount(content, verdict);
    if (many)
      keys.push({ mark: "dot", colour: style[verdict], text: `${many}, ${verdictLine(property.name, verdict)}` });
  }
  keys.push(...comparedKeys(content, palette));
  if (arcs && arcs.length > drawn)
    keys.push({ mark: "dot", colour: palette.line, text: "small: weaker arcs, not on the structure" });
  if (property.level === "residue" && protein.masks[property.name]?.includes("1")) {
    keys.push({ mark: "square", colour: style.property, text: `residues, ${verdictLine(property.name, "holds")}` });
  }
  if (protein.further.length) {
    const linking = arcs ? `; ${linkingArcs(content)} of ${count(arcs.length, "arc")} link two chains` : "";
    keys.push({ mark: "line", colour: palette.faint, text: `where a further chain begins${linking}` });
  }
  if (gaps(protein).length) keys.push({ mark: "square", colour: palette.blank, text: "no coordinates" });
  return keys;
}

/** How many arcs, and pairs of what it is compared with, have a verdict; empty where none has. */
function verdictCount({ arcs, compared }: MapContent, verdict: Verdict): string {
  const many = (some?: readonly Arc[] | null) => some?.filter((arc) => arc.verdict === verdict).length ?? 0;
  const [own, other] = [many(arcs), many(compared?.arcs)];
  if (own + other === 0) return "";
  return compared && isPaired(compared.document) ? arcsAndPairs(own, other) : count(own + other, "arc");
}

function linkingArcs({ protein, arcs }: MapContent): number {
  return (arcs ?? []).filter((arc) => linksChains(protein, arc)).length;
}

function gaps(protein: ProteinDocument): { start: number; end: number }[] {
  const placed = protein.points?.map((point) => (point ? "1" : "0")).join("") ?? "0".repeat(protein.sequence.length);
  return runs(placed, 0, protein.analysed).filter((run) => run.symbol === "0");
}

/** Rows and columns below the diagonal of residues without coordinates, where nobody knows what touches. */
function unplaced({ protein }: MapGround, { left, top, side, cell }: Frame, palette: Palette): Shape[] {
  return gaps(protein).map(({ start, end }): Shape => {
    const [from, to, x, y] = [start * cell, end * cell, left, top];
    return {
      kind: "path",
      points: [
        [x, y + from],
        [x, y + to],
        [x + from, y + to],
        [x + from, y + side],
        [x + to, y + side],
        [x + to, y + to],
        [x + from, y + from],
      ],
      closed: true,
      fill: palette.blank,
      title: "no coordinates",
    };
  });
}

/** The rows and columns that the model did not read: no arcs, and pairs are not looked up there. */
function unread({ protein }: MapGround, { left, top, side, cell }: Frame, palette: Palette): Shape[] {
  const { analysed, sequence } = protein;
  if (analysed >= sequence.length) return [];
  const from = analysed * cell;
  const text = `residues ${residueNumber(protein, analysed)} to ${residueNumber(protein, sequence.length - 1)} not read by the model`;
  const y = top + Math.min(side - 6, from + 16);
  return [
    { kind: "rect", box: [left, top + from, side, side - from], fill: palette.blank },
    { kind: "rect", box: [left + from, top, side - from, from], fill: palette.blank },
    { kind: "text", at: [left + 8, y], text, size: 11, fill: palette.faint },
  ];
}

/** Which head is drawn how, where there are two. */
function comparedKeys({ arcs, compared, document }: MapContent, palette: Palette): Key[] {
  if (!compared) return [];
  return [
    {
      mark: "dot",
      colour: palette.ink,
      text: `filled: head ${document?.head ?? ""}, ${count(arcs?.length ?? 0, "arc")}`,
    },
    {
      mark: "ring",
      colour: palette.ink,
      text: `rings: ${sourceWords(compared.document.head)}, ${countOf(compared.document, compared.arcs?.length ?? 0)}`,
    },
  ];
}

/** What stands on either side of the diagonal. */
function sides({ protein, property }: MapGround, { left, top, side }: Frame, palette: Palette): Shape[] {
  const text = { kind: "text" as const, size: 11, fill: palette.faint };
  const pairs = shownPairs({ protein, property });
  const known = pairs !== null && gaps(protein)[0]?.end !== protein.analysed;
  const below = known ? `below: ${verdictLine(pairs, "holds")} in the structure` : "below: no coordinates";
  return [
    { ...text, at: [left + side, top - 21], text: "above: attention", anchor: "end" },
    { ...text, at: [left, top - 7], text: below },
  ];
}

function facts(content: MapGround, { left, top, cell }: Frame, palette: Palette): Shape[] {
  const size = Math.max(cell, 1.25);
  const shown = shownResidues(content.protein);
  const pairs = factPairs(content).filter(([, high]) => high < shown);
  return pairs.map(([low, high]) => {
    return { kind: "rect", box: [left + low * cell, top + high * cell, size, size], fill: palette.fact };
  });
}

function lines({ left, top, side }: Frame, palette: Palette): Shape[] {
  return [
    { kind: "rect", box: [left, top, side, side], stroke: palette.line },
    {
      kind: "path",
      points: [
        [left, top],
        [left + side, top + side],
      ],
      stroke: palette.line,
    },
  ];
}

/** Lines across the map where a further chain begins. */
function chainLines({ protein }: MapGround, { left, top, side, cell }: Frame, palette: Palette): Shape[] {
  const shown = shownResidues(protein);
  const starts = protein.further.map(({ start }) => start).filter((start) => start < shown);
  const line = { kind: "path" as const, stroke: palette.faint };
  return starts.flatMap((start): Shape[] => {
    const [x, y] = [left + start * cell, top + start * cell];
    return [
      {
        ...line,
        points: [
          [left, y],
          [left + side, y],
        ],
      },
      {
        ...line,
        points: [
          [x, top],
          [x, top + side],
        ],
      },
    ];
  });
}

/** How large the dot of a drawn arc is, by its weight. */
export function dotRadius(weight: number, threshold: number): number {
  const share = threshold < 1 ? (weight - threshold) / (1 - threshold) : 0;
  return 2.2 + 2.6 * Math.min(1, Math.max(0, share));
}

/** Bars along both axes at residues for which the property holds, or is not known. */
function strips({ protein, property, style }: MapGround, frame: Frame, palette: Palette): Shape[] {
  const mask = property.level === "residue" ? protein.masks[property.name] : undefined;
  if (mask === undefined) return [];
  const { left, top, side, cell } = frame;
  return runs(mask, 0, shownResidues(protein))
    .filter((run) => run.symbol !== "0")
    .flatMap(({ symbol, start, end }): Shape[] => {
      const fill = symbol === "1" ? style.property : palette.blank;
      const length = Math.max((end - start) * cell, 1.5);
      return [
        { kind: "rect", box: [left - STRIP, top + start * cell, STRIP - 3, length], fill },
        { kind: "rect", box: [left + start * cell, top + side + 3, length, STRIP - 3], fill },
      ];
    });
}

function axes(protein: ProteinDocument, { left, top, side, cell }: Frame, palette: Palette): Shape[] {
  const [beside, below] = [left - STRIP, top + side + STRIP];
  const middle = side / 2;
  const text = { kind: "text" as const, size: 10, fill: palette.faint };
  const marks = ticks(protein, shownResidues(protein), side / 55).flatMap(({ position, label }): Shape[] => {
    const at = (position + 0.5) * cell;
    return [
      {
        kind: "path",
        points: [
          [beside, top + at],
          [beside - 4, top + at],
        ],
        stroke: palette.line,
      },
      {
        kind: "path",
        points: [
          [left + at, below],
          [left + at, below + 4],
        ],
        stroke: palette.line,
      },
      { ...text, at: [beside - 6, top + at + 3.5], text: label, anchor: "end" },
      {
        ...text,
        at: [Math.min(left + at, left + side - 3 * label.length + EDGE), below + 14],
        text: label,
        anchor: "middle",
      },
    ];
  });
  const title = axisTitle(protein);
  return [
    ...marks,
    { ...text, at: [left + middle, below + 28], text: title, anchor: "middle" },
    { ...text, at: [10, top + middle], text: title, anchor: "middle", turn: -90 },
  ];
}

/** The map in a few sentences, for who does not see it. */
export function mapSummary(content: MapContent): string {
  const { protein, arcs, drawn, threshold, property } = content;
  const name = shownPairs(content);
  const facts =
    name === null
      ? "No contacts are known."
      : `${propertyLine(name)} in the structure: ${count(factPairs(content).length, "pair")}.`;
  const tally = VERDICTS.map((verdict) => {
    return `${verdictLine(property.name, verdict)} ${arcs?.filter((arc) => arc.verdict === verdict).length ?? 0}`;
  });
  const attention = arcs
    ? `Above: ${count(arcs.length, "arc")} of attention of at least ${threshold}, of these ${tally.join(", ")}; ${count(drawn, "arc")} on the structure.`
    : "There is no attention to show.";
  const second = content.compared
    ? ` Rings: ${countOf(content.compared.document, content.compared.arcs?.length ?? 0)} of ${sourceWords(content.compared.document.head)}.`
    : "";
  const chains = protein.further.length + 1;
  const size = `${count(protein.sequence.length, "residue")}${chains > 1 ? ` in ${chains} chains` : ""}`;
  const linking = chains > 1 && arcs ? ` ${linkingArcs(content)} of the arcs link two chains.` : "";
  return `${size}. ${facts} ${attention}${linking}${second}`;
}

/** A pair in words: the arc, if it is one in force, else the two residues and what is known of them. */
export function pairText(content: MapContent, document: Arcs | null, pair: readonly [number, number]): string {
  const { protein, property, compared } = content;
  const heads = [{ document, arcs: content.arcs }, ...(compared ? [compared] : [])];
  const told = heads.flatMap(({ document: its, arcs }) => {
    const arc = arcs?.find(({ query, key }) => query === pair[0] && key === pair[1]);
    if (!arc || !its) return [];
    return `${compared ? `${sourceWords(its.head)}: ` : ""}${arcTooltip(protein, its, arc.index, property)}`;
  });
  if (told.length) return told.join("; ");
  const [one, other] = [residueName(protein, pair[0]), residueName(protein, pair[1])];
  const name = shownPairs(content);
  const pairs = name === null ? undefined : protein.pairs[name];
  const known = pairs?.query.some((query, at) => pair.includes(query) && pair.includes(pairs.key[at] ?? -1));
  return `${one} – ${other}${known && name !== null ? `, ${propertyWords(name)}` : ""}`;
}

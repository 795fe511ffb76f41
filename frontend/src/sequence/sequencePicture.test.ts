import { describe, expect, it } from "vitest";
import { arcsOf, proteinOf, STYLE } from "../data/testDocuments";
import { LIGHT } from "../drawing/colours";
import type { Shape } from "../drawing/picture";
import {
  overviewPicture,
  rowsHeight,
  rowTops,
  sequenceLegend,
  sequencePicture,
  windowPicture,
} from "./sequencePicture";
import { type SequenceContent, sequenceRows } from "./sequenceRows";

const length = 150;
const sequence = "ACDEFGHIKLMNPQR".repeat(10);
const SITES = "000001100000??0".repeat(10);
const protein = proteinOf(sequence, {
  tracks: { dssp: "HHHHHEEEEETTTCC".repeat(10), binding_site: SITES },
  masks: { binding_site: SITES },
});
const received = Array.from({ length }, (_, at) => (at === 70 ? 8 : 1));
const content: SequenceContent = {
  protein,
  document: arcsOf([], { received }),
  arcs: [],
  property: { name: "binding_site", level: "residue" },
  threshold: 0.3,
  style: STYLE,
};
const { rows } = sequenceRows(content);
const draw = (from: number, to: number, of = content) =>
  windowPicture(sequenceRows(of).rows, { from, to, cell: 10, content: of, palette: LIGHT });
const texts = (shapes: Shape[], size: number) =>
  shapes.flatMap((shape) => (shape.kind === "text" && shape.size === size ? [shape.text] : []));
const bars = (shapes: Shape[]) => {
  const base = (rowTops(rows)[2] ?? 0) + 44;
  return shapes.flatMap((shape) =>
    shape.kind === "rect" && Math.abs(shape.box[1] + shape.box[3] - base) < 1e-9 ? [shape] : [],
  );
};

describe("a window of the sequence", () => {
  it("has its letters and its round numbers, at their columns", () => {
    const { shapes, width } = draw(20, 50);
    expect(width).toBe(300);
    expect(texts(shapes, 12).join("")).toBe(sequence.slice(20, 50));
    expect(shapes).toContainEqual(expect.objectContaining({ text: "30", at: [95, expect.any(Number)] }));
    expect(texts(shapes, 10).filter((text) => text !== "?")).toEqual(["30", "40", "50"]);
  });

  it("has bars in proportion to the attention received, in the property's colour where it holds", () => {
    const found = bars(draw(65, 75).shapes);
    expect(found).toHaveLength(10);
    expect(found.map((bar) => bar.box[3] / 44)).toEqual(received.slice(65, 75).map((value) => value / 8));
    const marked = found.map((bar) => bar.fill === STYLE.property);
    expect(marked).toEqual([...SITES.slice(65, 75)].map((symbol) => symbol === "1"));
  });

  it("shows unknown apart from no", () => {
    const { shapes } = draw(10, 15);
    const dashed = shapes.filter((shape) => shape.kind === "rect" && shape.dash);
    expect(dashed).toHaveLength(1);
    expect(dashed[0]).toMatchObject({ box: [20.5, expect.any(Number), 19, expect.any(Number)] });
  });

  it("together with the next is the same as both in one", () => {
    const whole = draw(0, 60).shapes.filter((shape) => shape.kind === "text" && shape.size === 12);
    const parts = [draw(0, 30), draw(30, 60)]
      .flatMap(({ shapes }) => shapes)
      .filter((shape) => shape.kind === "text" && shape.size === 12);
    expect(parts.map((shape) => shape.kind === "text" && shape.text)).toEqual(
      whole.map((shape) => shape.kind === "text" && shape.text),
    );
  });

  it("holds nothing outside its edges", () => {
    const { shapes, width } = draw(3, 63);
    const places = shapes.flatMap((shape) => (shape.kind === "path" ? shape.points.map(([x]) => x) : []));
    expect(places.length).toBeGreaterThan(100);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(width);
  });

  it("says what the model did not read, and what there is no attention for", () => {
    const cut = { ...content, protein: { ...protein, analysed: 40 } };
    expect(texts(draw(0, 60, cut).shapes, 11)).toEqual(["not read by the model"]);
    expect(texts(draw(0, 30, cut).shapes, 11)).toEqual([]);
    expect(texts(draw(0, 30, { ...content, arcs: null, document: null }).shapes, 11)).toEqual(["no attention to show"]);
  });

  it("stands for one residue and for none", () => {
    const one = { ...content, protein: proteinOf("X"), document: arcsOf([], { received: [0] }) };
    expect(texts(draw(0, 1, one).shapes, 12)).toEqual(["X"]);
    expect(draw(5, 5).width).toBeGreaterThan(0);
  });
});

describe("the whole sequence in a file", () => {
  it("has every letter once, in lines of sixty, or of 120 if it is long", () => {
    const { shapes, height } = sequencePicture(rows, content, LIGHT);
    expect(texts(shapes, 12).join("")).toBe(sequence);
    expect(height).toBeCloseTo(3 * (rowsHeight(rows) + 14));
    const long = { ...content, protein: proteinOf("A".repeat(1500)) };
    expect(sequencePicture(sequenceRows(long).rows, long, LIGHT).width).toBe(150 + 120 * 11);
  });
});

describe("the overview", () => {
  it("keeps the highest of what falls on one pixel", () => {
    const { shapes } = overviewPicture(rows, 30, 20, LIGHT);
    expect(shapes).toHaveLength(30);
    expect(shapes.filter((shape) => shape.kind === "rect" && shape.box[3] === 20)).toEqual([
      expect.objectContaining({ box: [14, 0, 1, 20] }),
    ]);
  });
});

it("the legend names only what there is", () => {
  expect(sequenceLegend(rows, content, LIGHT).map((key) => key.text)).toEqual([
    "binding site",
    "helix",
    "strand",
    "turn or bend",
    "?: not known",
  ]);
  const bare = { ...content, protein: proteinOf("ACD") };
  expect(sequenceLegend(sequenceRows(bare).rows, bare, LIGHT)).toEqual([]);
});

describe("the sequence of chains in one input", () => {
  const track = "E".repeat(length);
  const whole = { ...content, protein: { ...protein, tracks: { dssp: track } } };
  const joined = { ...whole, protein: { ...whole.protein, further: [{ start: 60, name: "B", asym: "B" }] } };
  const upright = (from: number, to: number) =>
    draw(from, to, joined).shapes.flatMap((shape) =>
      shape.kind === "path" && shape.points.length === 2 && shape.points[0]?.[1] === 0 ? [shape.points[0][0]] : [],
    );

  it("has a line where a further chain begins, if that is in sight", () => {
    expect(upright(50, 80)).toEqual([100]);
    expect([upright(0, 60), upright(61, 90)]).toEqual([[], []]);
    expect(sequenceLegend(rows, joined, LIGHT).map(({ text }) => text)).toContain(
      "upright: where a further chain begins",
    );
  });

  it("lets no strand go on into another chain", () => {
    const strands = (of: SequenceContent) => draw(50, 80, of).shapes.filter((shape) => shape.fill === LIGHT.strand);
    expect([strands(whole).length, strands(joined).length]).toEqual([1, 2]);
  });
});

import { describe, expect, it } from "vitest";
import { arcOf, arcsOf, proteinOf, STYLE } from "../data/testDocuments";
import { LIGHT } from "../drawing/colours";
import type { Shape } from "../drawing/picture";
import {
  arcPoint,
  dotRadius,
  factPairs,
  factPoint,
  type MapContent,
  mapDots,
  mapFrame,
  mapLegend,
  mapPicture,
  mapSummary,
  nearest,
  pairAt,
  pairText,
  shownResidues,
} from "./mapPicture";

const placed = Array.from({ length: 20 }, (): [number, number, number] => [0, 0, 0]);
const protein = proteinOf("ACDEFGHIKLMNPQRSTVWY", {
  points: placed,
  pairs: { contact: { query: [1, 9, 2, 12], key: [9, 1, 12, 2] } },
  masks: { binding_site: "0011?000000000000000" },
});
const arcs = [
  arcOf(9, 1, 0.9, { index: 0, verdict: "holds", distance: 6.1 }),
  arcOf(3, 17, 0.5, { index: 1, verdict: "fails" }),
  arcOf(17, 3, 0.4, { index: 2 }),
];
const document = arcsOf(
  arcs.map(({ query, key, weight }) => [query, key, weight]),
  { holds: { contact: "10?" }, distance: [6.1, null, null] },
);
const content: MapContent = {
  protein,
  arcs,
  drawn: 2,
  property: { name: "contact", level: "pair" },
  threshold: 0.3,
  style: STYLE,
};
const site = { ...content, property: { name: "binding_site", level: "residue" } as const };
const frame = mapFrame(500, 20);

const circles = (shapes: Shape[]) => shapes.filter((shape) => shape.kind === "circle");
const coloured = (shapes: Shape[], fill: string) => shapes.filter((shape) => shape.fill === fill);
const texts = (shapes: Shape[]) => shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));

describe("the places of a map", () => {
  it("put an arc above the diagonal whichever way it points, and a fact below it", () => {
    for (const [query, key] of [
      [9, 1],
      [1, 9],
    ] as const) {
      expect(pairAt(frame, 20, ...arcPoint(frame, query, key))).toEqual([1, 9]);
      expect(pairAt(frame, 20, ...factPoint(frame, query, key))).toEqual([9, 1]);
    }
  });

  it("are none outside the cells", () => {
    expect(pairAt(frame, 20, frame.left - 1, frame.top + 5)).toBeNull();
    expect(pairAt(frame, 20, frame.left + 5, frame.top + frame.side + 1)).toBeNull();
  });

  it("give the nearest point within reach, the first of two", () => {
    const points: [number, number][] = [
      [0, 0],
      [10, 0],
      [10, 0],
      [100, 100],
    ];
    expect(nearest(points, 8, 1)).toBe(1);
    expect(nearest(points, 50, 50)).toBeNull();
    expect(nearest([], 0, 0)).toBeNull();
  });

  it("leave room for a part of what the model did not read", () => {
    expect(shownResidues(protein)).toBe(20);
    expect(shownResidues({ ...protein, analysed: 10 })).toBe(12);
  });
});

describe("the picture of a map", () => {
  it("has each touching pair once, below the diagonal", () => {
    const found = coloured(mapPicture(content, 500, LIGHT).shapes, LIGHT.fact);
    expect(found).toHaveLength(2);
    for (const square of found) {
      const [x, y] = square.kind === "rect" ? square.box : [0, 0];
      const [row, column] = pairAt(frame, 20, x + 1, y + 1) ?? [0, 0];
      expect([
        [9, 1],
        [12, 2],
      ]).toContainEqual([row, column]);
    }
    expect(factPairs(content)).toEqual([
      [1, 9],
      [2, 12],
    ]);
  });

  it("has each arc as a dot of the colour of its verdict, the strongest drawn last, larger by weight", () => {
    const dots = circles(mapPicture(content, 500, LIGHT).shapes);
    expect(dots.map((dot) => dot.fill)).toEqual([STYLE.unknown, STYLE.fails, STYLE.holds]);
    const radii = dots.map((dot) => (dot.kind === "circle" ? dot.radius : 0));
    expect(radii).toEqual([...radii].sort((a, b) => a - b));
    expect(new Set(radii).size).toBe(3);
    expect(dots[0]?.opacity).toBeLessThan(1);
  });

  it("marks a property of the residue along both axes, and what is not known apart from it", () => {
    const { shapes } = mapPicture(site, 500, LIGHT);
    expect(coloured(shapes, STYLE.property)).toHaveLength(2);
    expect(coloured(shapes, LIGHT.blank)).toHaveLength(2);
    expect(coloured(mapPicture(content, 500, LIGHT).shapes, STYLE.property)).toHaveLength(0);
  });

  it("says what the model did not read, and what has no coordinates", () => {
    const unread = mapPicture({ ...content, protein: { ...protein, analysed: 15 } }, 500, LIGHT);
    expect(texts(unread.shapes)).toContain("residues 16 to 20 not read by the model");
    const bare = mapPicture({ ...content, protein: proteinOf("ACDEF"), arcs: [] }, 500, LIGHT);
    expect(texts(bare.shapes)).toContain("below: no coordinates");
    expect(texts(mapPicture(content, 500, LIGHT).shapes).join()).not.toMatch(/not read|no coordinates/);
  });

  it.each([
    [1, null],
    [2, []],
    [1500, []],
  ])("stands for %i residues", (length, none) => {
    const { width, height, shapes } = mapPicture(
      { ...content, protein: proteinOf("A".repeat(length)), arcs: none },
      300,
      LIGHT,
    );
    expect(height).toBeGreaterThan(250);
    for (const shape of shapes) {
      if (shape.kind !== "rect") continue;
      const [x, y, wide, high] = shape.box;
      expect(x + wide).toBeLessThanOrEqual(width);
      expect(y + high).toBeLessThanOrEqual(height);
    }
  });

  it("has dots between a least and a largest radius at every threshold", () => {
    expect(dotRadius(0.3, 0.3)).toBeLessThan(dotRadius(0.6, 0.3));
    expect(dotRadius(1, 0.3)).toBe(dotRadius(2, 0.3));
    expect(dotRadius(1, 1)).toBe(dotRadius(0.3, 0.3));
  });
});

describe("a map of two heads", () => {
  const other = arcsOf(
    [
      [3, 4, 0.8],
      [4, 6, 0.4],
    ],
    { head: "2-2", holds: { contact: "01" } },
  );
  const second = [arcOf(3, 4, 0.8, { index: 0, verdict: "fails" }), arcOf(4, 6, 0.4, { index: 1, verdict: "holds" })];
  const two = { ...content, document, compared: { document: other, arcs: second, drawn: 1 } };

  it("draws the arcs of the second as rings, the weaker ones small", () => {
    const alone = mapDots(content, 300, LIGHT).shapes;
    const rings = mapDots(two, 300, LIGHT).shapes.slice(alone.length);
    expect(rings.map((ring) => ring.kind === "circle" && [ring.fill, ring.stroke])).toEqual([
      [undefined, STYLE.holds],
      [undefined, STYLE.fails],
    ]);
    const radii = rings.map((ring) => (ring.kind === "circle" ? ring.radius : 0));
    expect(radii[0]).toBeLessThan(radii[1] ?? 0);
  });

  it("says which head is drawn how, and counts the arcs of both", () => {
    expect(mapLegend(two, LIGHT).map((key) => key.text)).toEqual([
      "contact in the structure",
      "2 arcs, contact",
      "2 arcs, not contact",
      "1 arc, contact unknown",
      "filled: head 1-1, 3 arcs",
      "rings: head 2-2, 2 arcs",
      "small: weaker arcs, not on the structure",
    ]);
    expect(mapSummary(two)).toMatch(/ Rings: 2 arcs of head 2-2\.$/);
  });

  it("counts predicted contacts as pairs, beside the arcs", () => {
    const contacts = { ...two, compared: { ...two.compared, document: { ...other, head: "contacts" } } };
    const texts = mapLegend(contacts, LIGHT).map((key) => key.text);
    expect(texts.slice(1, 4)).toEqual([
      "1 arc and 1 pair, contact",
      "1 arc and 1 pair, not contact",
      "1 arc, contact unknown",
    ]);
    expect(texts).toContain("rings: predicted contacts, 2 pairs");
    expect(mapSummary(contacts)).toMatch(/ Rings: 2 pairs of predicted contacts\.$/);
  });

  it("tells of which head an arc is", () => {
    expect(pairText(two, document, [9, 1])).toBe("head 1-1: Leu 10 A → Cys 2 A, 0.900, contact 6.1 Å");
    expect(pairText(two, document, [3, 4])).toMatch(/^head 2-2: Glu 4 A → Phe 5 A/);
  });
});

describe("the map in words", () => {
  it("names in the legend only what there is", () => {
    expect(mapLegend(content, LIGHT).map((key) => key.text)).toEqual([
      "contact in the structure",
      "1 arc, contact",
      "1 arc, not contact",
      "1 arc, contact unknown",
      "small: weaker arcs, not on the structure",
    ]);
    expect(mapLegend({ ...content, protein: proteinOf("AC"), arcs: [] }, LIGHT).map((key) => key.text)).toEqual([
      "no coordinates",
    ]);
  });

  it("tells an arc as everywhere, another pair by its residues and what is known of it", () => {
    expect(pairText(content, document, [9, 1])).toBe("Leu 10 A → Cys 2 A, 0.900, contact 6.1 Å");
    expect(pairText(content, document, [1, 9])).toBe("Cys 2 A – Leu 10 A, contact");
    expect(pairText(content, document, [1, 12])).toBe("Cys 2 A – Pro 13 A");
  });

  it("counts for who does not see it", () => {
    expect(mapSummary(content)).toBe(
      "20 residues. Contact in the structure: 2 pairs. Above: 3 arcs of attention of at least 0.3, of these contact 1, not contact 1, contact unknown 1; 2 arcs on the structure.",
    );
    expect(mapSummary({ ...content, protein: proteinOf("ACDEF"), arcs: null })).toBe(
      "5 residues. No contacts are known. There is no attention to show.",
    );
  });
});

describe("the map of chains in one input", () => {
  const joined = { ...content, protein: { ...protein, further: [{ start: 5, name: "B", asym: "B" }] } };

  it("has a line across and one down where a further chain begins", () => {
    const { shapes } = mapPicture(joined, 500, LIGHT);
    const more = shapes.filter((shape) => shape.kind === "path" && shape.stroke === LIGHT.faint);
    const at = 5 * frame.cell;
    const [left, top, side] = [frame.left, frame.top, frame.side];
    expect(more.map((shape) => shape.kind === "path" && shape.points)).toEqual([
      [
        [left, top + at],
        [left + side, top + at],
      ],
      [
        [left + at, top],
        [left + at, top + side],
      ],
    ]);
  });

  it("counts the arcs that link two chains", () => {
    const texts = mapLegend(joined, LIGHT).map(({ text }) => text);
    expect(texts).toContain("where a further chain begins; 3 of 3 arcs link two chains");
    expect(mapSummary(joined)).toMatch(/^20 residues in 2 chains\..* 3 of the arcs link two chains\.$/);
    const within = { ...joined, protein: { ...joined.protein, further: [{ start: 1, name: "B", asym: "B" }] } };
    expect(mapSummary(within)).toContain(" 0 of the arcs link two chains.");
  });
});

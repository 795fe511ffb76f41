import { describe, expect, it } from "vitest";
import { fileName, framed, pngScale } from "./caption";
import { LIGHT, type Picture } from "./picture";

describe("the name of a file", () => {
  it("tells model, property, head, protein and panel", () => {
    expect(fileName(["mini-bert", "secondary_structure:helix", "3-2", "7HVP_A", "map"], "svg")).toBe(
      "protlens_mini-bert_secondary_structure-helix_3-2_7HVP_A_map.svg",
    );
  });

  it("leaves out what there is not", () => {
    expect(fileName(["mini-bert", null, "", "  "], "csv")).toBe("protlens_mini-bert.csv");
  });

  it.each([
    "../../etc/passwd",
    "C:\\x\\y",
    "<script>alert('1')</script>",
    "CON",
    ".bashrc",
    "a\u0000b\nc",
    "é蛋🧬",
    "x".repeat(10_000),
  ])("is plain and short for %j", (id) => {
    expect(fileName([id, id, id, id, id], "png")).toMatch(/^protlens(_[A-Za-z0-9][A-Za-z0-9._-]{0,39}){0,5}\.png$/);
  });
});

describe("a picture that stands alone", () => {
  const picture: Picture = {
    width: 500,
    height: 100,
    shapes: [{ kind: "circle", at: [1, 2], radius: 3, fill: "#000" }],
  };
  const caption = {
    title: "Attention",
    lines: ["mini-bert, head 3-2", "y".repeat(10_000)],
    legend: [
      { mark: "dot", colour: "#f00", text: "contact" },
      { mark: "line", colour: "#0f0", text: "z".repeat(80) },
    ] as const,
  };
  const result = framed(picture, caption);

  it("has a white ground over all of it, first", () => {
    expect(result.shapes[0]).toEqual({ kind: "rect", box: [0, 0, result.width, result.height], fill: LIGHT.paper });
  });

  it("holds title, lines and legend, and nothing outside its edges", () => {
    const texts = result.shapes.flatMap((shape) => (shape.kind === "text" ? [shape] : []));
    expect(texts.map((label) => label.text.slice(0, 9))).toEqual([
      "Attention",
      "mini-bert",
      "yyyyyyyyy",
      "contact",
      "zzzzzzzzz",
    ]);
    for (const { at, text, size } of texts) {
      expect(at[0]).toBeGreaterThanOrEqual(0);
      expect(at[0] + text.length * size * 0.56).toBeLessThanOrEqual(result.width);
      expect(at[1]).toBeLessThan(result.height);
    }
    expect(result.shapes).toContainEqual({ kind: "circle", at: [17, expect.any(Number)], radius: 3, fill: "#000" });
  });

  it("becomes a PNG of twice its size unless no canvas is that large", () => {
    expect(pngScale(picture)).toBe(2);
    for (const [width, height] of [
      [800, 30_000],
      [20_000, 20_000],
    ] as const) {
      const scale = pngScale({ width, height });
      expect(Math.max(width, height) * scale).toBeLessThanOrEqual(16_384);
      expect(width * height * scale * scale).toBeLessThanOrEqual(2 ** 28);
    }
  });
});

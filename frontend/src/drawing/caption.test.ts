import { describe, expect, it } from "vitest";
import { framed } from "./caption";
import { LIGHT } from "./colours";
import type { Picture } from "./picture";

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
});

import { describe, expect, it } from "vitest";
import { fileName, pngScale } from "./download";

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

describe("a PNG", () => {
  it("has twice the size of the picture unless no canvas is that large", () => {
    expect(pngScale({ width: 500, height: 100 })).toBe(2);
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

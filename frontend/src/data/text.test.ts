import { describe, expect, it } from "vitest";
import { count, fixed, percent, probability, shorten, times } from "./text";

describe("a long text", () => {
  it("keeps its beginning and its end", () => {
    expect(shorten(`start${"x".repeat(10_000)}end`, 12)).toBe("startxxx…end");
    expect(shorten("1abc_A", 6)).toBe("1abc_A");
  });

  it("is not cut within a character", () => {
    const text = shorten("🧬".repeat(50), 10);
    expect([...text]).toHaveLength(10);
    expect(text).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("a number with fixed decimals", () => {
  // The texts are those of Python's format(value, ".3f") and format(value, ".1f").
  it.each([
    [0.0625, 3, "0.062"],
    [0.1875, 3, "0.188"],
    [0.0005, 3, "0.001"],
    [0.9375, 3, "0.938"],
    [0.9995, 3, "1.000"],
    [6.25, 1, "6.2"],
    [6.75, 1, "6.8"],
    [9.95, 1, "9.9"],
    [-6.25, 1, "-6.2"],
    [12.5, 0, "12"],
    [0, 1, "0.0"],
  ])("%d with %i is %s", (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });
});

describe("numbers", () => {
  it.each([
    [0.06178, "6.18 %"],
    [0.1, "10.0 %"],
    [0.0999, "9.99 %"],
    [0.09996, "10.0 %"],
    [0.009996, "1.00 %"],
    [1, "100.0 %"],
    [0.00099, "0.099 %"],
    [0, "0.0 %"],
    [null, "–"],
  ])("%s as a share is %s", (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it.each([
    [0.5, "0.50"],
    [0.0123, "0.012"],
    [0.0001, "0.00010"],
    [0.00009, "below 0.0001"],
    [0, "below 0.0001"],
    [1, "1.0"],
    [null, "–"],
  ])("%s as a probability is %s", (value, text) => {
    expect(probability(value)).toBe(text);
  });

  it("are told with what they count", () => {
    expect([count(1, "arc"), count(0, "arc"), count(12_345, "arc"), count(7)]).toEqual([
      "1 arc",
      "0 arcs",
      "12,345 arcs",
      "7",
    ]);
    expect([times(9.99), times(9.996), times(0), times(null)]).toEqual(["9.99×", "10.0×", "0.00×", "–"]);
  });
});

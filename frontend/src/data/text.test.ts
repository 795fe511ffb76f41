import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { propertyLine, propertyWords } from "./properties";
import { count, fixed, interval, percent, probability, shorten, times } from "./text";

type Value = number | null;

interface Examples {
  percent: [Value, string][];
  interval: [[Value, Value], string][];
  times: [Value, string][];
  probability: [Value, string][];
  counted: [[number, string], string][];
  property_title: [string, string][];
  property_words: [string, string][];
}

/** The same examples that `tests/test_text_examples.py` holds the package to. */
const EXAMPLES: Examples = JSON.parse(
  readFileSync(new URL("../../../tests/text_examples.json", import.meta.url), "utf8"),
);

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

describe("numbers and names", () => {
  it("are written as on the terminal and in reports", () => {
    for (const [value, text] of EXAMPLES.percent) expect(percent(value)).toBe(text);
    for (const [[low, high], text] of EXAMPLES.interval) expect(interval(low, high)).toBe(text);
    for (const [value, text] of EXAMPLES.times) expect(times(value)).toBe(text);
    for (const [value, text] of EXAMPLES.probability) expect(probability(value)).toBe(text);
    for (const [[value, one], text] of EXAMPLES.counted) expect(count(value, one)).toBe(text);
    for (const [name, title] of EXAMPLES.property_title) expect(propertyLine(name)).toBe(title);
    for (const [name, words] of EXAMPLES.property_words) expect(propertyWords(name)).toBe(words);
  });

  it("are told without a noun", () => {
    expect([count(7), count(12_345)]).toEqual(["7", "12,345"]);
  });
});

import { describe, expect, it } from "vitest";
import { inkOn, ratioColour, valueColour } from "./colours";

describe("colours", () => {
  const light = (colour: string) => Number.parseInt(colour.slice(3, 5), 16);

  it("leave the ground of the page as values grow, in both themes", () => {
    const shades = Array.from({ length: 21 }, (_, at) => at / 20);
    const lights = shades.map((place) => light(valueColour(place, "light")));
    expect(lights).toEqual(lights.toSorted((one, other) => other - one));
    const darks = shades.map((place) => light(valueColour(place, "dark")));
    expect(darks).toEqual(darks.toSorted((one, other) => one - other));
  });

  it("stay within their ends", () => {
    expect(valueColour(-1, "light")).toBe("#edf5fc");
    expect(valueColour(2, "light")).toBe("#08306b");
    expect(ratioColour(0.5, "light")).toBe("#f2f2f0");
  });

  it("get ink of a contrast of at least 4.5", () => {
    const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
        linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    for (const theme of ["light", "dark"] as const) {
      for (let place = 0; place <= 1; place += 0.01) {
        for (const colour of [valueColour(place, theme), ratioColour(place, theme)]) {
          const [low, high] = [luminance(colour), luminance(inkOn(colour))].toSorted((one, other) => one - other);
          expect(((high ?? 0) + 0.05) / ((low ?? 0) + 0.05), colour).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });
});

import { expect, it } from "vitest";
import { arcsBefore } from "./arcPlaces";

it("counts through the groups of arcs, and past what is no arc", () => {
  const group = (ref: string | undefined, many: number) => {
    return { kind: "primitives", ref, children: Array.from({ length: many }, () => ({ kind: "primitive" })) };
  };
  const children = [
    { kind: "download" },
    group(undefined, 3),
    group("arcs_100", 2),
    group("arcs_50", 4),
    group("x", 1),
  ];
  const before = arcsBefore({ root: { kind: "root", children } });
  expect([...before]).toEqual([
    ["arcs_100", 0],
    ["arcs_50", 2],
    ["x", 6],
  ]);
});

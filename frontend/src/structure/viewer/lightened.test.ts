import { expect, it } from "vitest";
import { lightened } from "./lightened";

it("makes representations coarser, and leaves the scene as it was", () => {
  const cartoon = { kind: "representation", params: { type: "cartoon" } };
  const atoms = { kind: "representation", params: { type: "ball_and_stick" }, children: [{ kind: "color" }] };
  const arcs = { kind: "primitives", children: [{ kind: "primitive" }] };
  const scene = { root: { kind: "root", children: [cartoon, { kind: "component", children: [atoms] }, arcs] } };
  const before = structuredClone(scene);
  const custom = { molstar_representation_params: { quality: "low", tryUseImpostor: false } };
  expect(lightened(scene)).toEqual({
    root: {
      kind: "root",
      children: [{ ...cartoon, custom }, { kind: "component", children: [{ ...atoms, custom }] }, arcs],
    },
  });
  expect(scene).toEqual(before);
});

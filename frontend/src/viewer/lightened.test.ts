import { expect, it } from "vitest";
import { lightened } from "./lightened";

it("makes only atoms coarser, and leaves the scene as it was", () => {
  const cartoon = { kind: "representation", params: { type: "cartoon" } };
  const atoms = { kind: "representation", params: { type: "ball_and_stick" }, children: [{ kind: "color" }] };
  const scene = { root: { kind: "root", children: [cartoon, { kind: "component", children: [atoms] }] }, metadata: {} };
  const before = structuredClone(scene);
  const custom = { molstar_representation_params: { tryUseImpostor: false, quality: "low" } };
  expect(lightened(scene)).toEqual({
    root: { kind: "root", children: [cartoon, { kind: "component", children: [{ ...atoms, custom }] }] },
    metadata: {},
  });
  expect(scene).toEqual(before);
});

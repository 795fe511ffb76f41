import { expect, it } from "vitest";
import { isSoftware, lightened } from "./rendering";

it.each([
  "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)",
  "llvmpipe (LLVM 15.0.7, 256 bits)",
  "ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)",
  "Apple Software Renderer",
])("%s draws without a graphics card", (renderer) => expect(isSoftware(renderer)).toBe(true));

it.each([
  "ANGLE (NVIDIA, NVIDIA GeForce RTX 3080 (0x00002206) Direct3D11 vs_5_0 ps_5_0, D3D11)",
  "ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)",
  "Mesa Intel(R) UHD Graphics 620 (KBL GT2)",
  "Adreno (TM) 650",
])("%s is a graphics card", (renderer) => expect(isSoftware(renderer)).toBe(false));

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

/** How Mol* draws, by what draws WebGL in this browser: on the screen, and as an image. */

import type { Canvas3D, PartialCanvas3DProps } from "molstar/lib/mol-canvas3d/canvas3d";
import type { ImagePass } from "molstar/lib/mol-canvas3d/passes/image";
import type { PluginContext } from "molstar/lib/mol-plugin/context";
import { Task } from "molstar/lib/mol-task";
import { Color } from "molstar/lib/mol-util/color";
import type { Scene } from "../../data/documents";
import type { Theme } from "../../drawing/colours";

/** `software` where WebGL is computed without a graphics card, as on servers and in tests; `none` where it is missing. */
export type Graphics = "hardware" | "software" | "none";

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function isSoftware(renderer: string): boolean {
  return SOFTWARE.test(renderer);
}

/** What draws WebGL in this browser. */
export function detectGraphics(): Graphics {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "none";
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return isSoftware(renderer) ? "software" : "hardware";
}

/** Marks are in a hue that neither arcs nor the structure have. */
const INK: Record<Theme, { background: Color; mark: Color }> = {
  light: { background: Color(0xffffff), mark: Color(0xc2187f) },
  dark: { background: Color(0x16181d), mark: Color(0xff5cb8) },
};

/** How Mol* draws; what costs seconds a frame without a graphics card is left out there. */
export function canvasProps(theme: Theme, graphics: Graphics): PartialCanvas3DProps {
  const { background, mark } = INK[theme];
  const rich = graphics === "hardware";
  return {
    transparentBackground: true,
    camera: { manualReset: true, helper: { axes: { name: "off", params: {} } } },
    cameraResetDurationMs: 0,
    sceneRadiusFactor: 1.6, // names stand before the atoms
    cameraFog: { name: "on", params: { intensity: 40 } },
    multiSample: { mode: rich ? "temporal" : "off" },
    postprocessing: rich ? {} : { occlusion: { name: "off", params: {} } },
    renderer: {
      backgroundColor: background,
      highlightColor: mark,
      highlightStrength: 0.7,
      selectColor: mark,
      selectStrength: 0.9,
      pickingAlphaThreshold: 0.1, // the faintest arc can be pointed at too
    },
    marking: { enabled: rich, highlightEdgeColor: mark, selectEdgeColor: mark },
  };
}

interface SceneNode {
  kind: string;
  custom?: Record<string, unknown>;
  children?: SceneNode[];
}

/** By what Mol* calls them: fewer triangles, and none of the shaders that draw atoms alone. */
const COARSE = { molstar_representation_params: { quality: "low", tryUseImpostor: false } };

/** The same scene for where there is no graphics card: drawn in less than half the time, and hard to tell apart. */
export function lightened(scene: Scene): Scene {
  return { ...scene, root: coarse(scene.root as SceneNode) };
}

function coarse(node: SceneNode): SceneNode {
  const lighter = node.children ? { ...node, children: node.children.map(coarse) } : node;
  return node.kind === "representation" ? { ...lighter, custom: COARSE } : lighter;
}

const LONGEST_SIDE = 4096;

/** Draw the view anew, smoothed and at up to twice its size, as a PNG. */
export async function toImage(plugin: PluginContext, canvas: Canvas3D, pass: ImagePass): Promise<Blob> {
  const { renderer, postprocessing, marking } = canvas.props;
  pass.setProps({
    renderer,
    postprocessing,
    marking,
    transparentBackground: true,
    multiSample: { ...canvas.props.multiSample, mode: "on", sampleLevel: 2 },
    cameraHelper: { axes: { name: "off", params: {} } },
  });
  const { width, height } = canvas.camera.viewport;
  const scale = Math.min(2, LONGEST_SIDE / Math.max(width, height));
  const size = [Math.round(width * scale), Math.round(height * scale)] as const;
  return toPng(await plugin.runTask(Task.create("Image", (runtime) => pass.getImageData(runtime, ...size))));
}

async function toPng(pixels: ImageData): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("This browser could not make the PNG.");
  return blob;
}

import type { PartialCanvas3DProps } from "molstar/lib/mol-canvas3d/canvas3d";
import { Color } from "molstar/lib/mol-util/color";
import type { Theme } from "./api";
import type { Graphics } from "./graphics";

const INK: Record<Theme, { background: Color; highlight: Color; select: Color }> = {
  light: { background: Color(0xffffff), highlight: Color(0x000000), select: Color(0x000000) },
  dark: { background: Color(0x14171a), highlight: Color(0xffffff), select: Color(0xffffff) },
};

/** How Mol* draws; what costs seconds a frame without a graphics card is left out there. */
export function canvasProps(theme: Theme, graphics: Graphics): PartialCanvas3DProps {
  const { background, highlight, select } = INK[theme];
  const rich = graphics === "hardware";
  return {
    transparentBackground: true,
    camera: { manualReset: true, helper: { axes: { name: "off", params: {} } } },
    cameraResetDurationMs: 0,
    cameraFog: { name: "on", params: { intensity: 20 } },
    multiSample: { mode: rich ? "temporal" : "off" },
    postprocessing: rich ? {} : { occlusion: { name: "off", params: {} } },
    renderer: { backgroundColor: background, highlightColor: highlight, selectColor: select },
    marking: { enabled: rich, highlightEdgeColor: highlight, selectEdgeColor: select },
  };
}

import type { PartialCanvas3DProps } from "molstar/lib/mol-canvas3d/canvas3d";
import { Color } from "molstar/lib/mol-util/color";
import type { Theme } from "../../drawing/colours";
import type { Graphics } from "./graphics";

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
    cameraFog: { name: "on", params: { intensity: 20 } },
    multiSample: { mode: rich ? "temporal" : "off" },
    postprocessing: rich ? {} : { occlusion: { name: "off", params: {} } },
    renderer: {
      backgroundColor: background,
      highlightColor: mark,
      highlightStrength: 0.7,
      selectColor: mark,
      selectStrength: 0.9,
    },
    marking: { enabled: rich, highlightEdgeColor: mark, selectEdgeColor: mark },
  };
}

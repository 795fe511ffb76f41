import type { Canvas3D } from "molstar/lib/mol-canvas3d/canvas3d";
import type { ImagePass } from "molstar/lib/mol-canvas3d/passes/image";
import type { PluginContext } from "molstar/lib/mol-plugin/context";
import { Task } from "molstar/lib/mol-task";

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

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

import { FONT, type Label, type Path, type Picture, type Shape } from "./picture";

function trace(context: CanvasRenderingContext2D, path: Path): void {
  path.points.forEach(([x, y], at) => {
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  if (path.closed) context.closePath();
}

function write(context: CanvasRenderingContext2D, label: Label): void {
  context.save();
  context.translate(...label.at);
  context.rotate(((label.turn ?? 0) * Math.PI) / 180);
  context.font = `${label.bold ? "bold " : ""}${label.size}px ${FONT}`;
  context.textAlign = label.anchor === "middle" ? "center" : (label.anchor ?? "start");
  context.fillText(label.text, 0, 0);
  context.restore();
}

function draw(context: CanvasRenderingContext2D, shape: Shape): void {
  context.globalAlpha = shape.opacity ?? 1;
  context.fillStyle = shape.fill ?? "transparent";
  context.strokeStyle = shape.stroke ?? "transparent";
  context.lineWidth = shape.width ?? 1;
  context.setLineDash(shape.dash ?? []);
  context.beginPath();
  if (shape.kind === "text") write(context, shape);
  else if (shape.kind === "rect") context.rect(...shape.box);
  else if (shape.kind === "circle") context.arc(...shape.at, shape.radius, 0, 2 * Math.PI);
  else trace(context, shape);
  if (shape.fill) context.fill();
  if (shape.stroke) context.stroke();
}

/** Draw a picture on a canvas of its size, `scale` device pixels to a unit; what the canvas held is cleared. */
export function paint(canvas: HTMLCanvasElement, picture: Picture, scale: number): void {
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  for (const shape of picture.shapes) draw(context, shape);
}

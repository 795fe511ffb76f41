import { FONT, type Label, type Picture, type Shape } from "./picture";

type Attributes = Record<string, string | number | undefined>;

const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as XML may hold it; characters that no XML may hold show as U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, "\uFFFD").replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escapeXml(value ?? "")}"`)
    .join("");
  return content ? `<${name}${written}>${content}</${name}>` : `<${name}${written}/>`;
}

function paintOf(shape: Shape): Attributes {
  return {
    fill: shape.fill ?? "none",
    stroke: shape.stroke,
    "stroke-width": shape.stroke ? (shape.width ?? 1) : undefined,
    "stroke-dasharray": shape.dash?.join(" "),
    opacity: shape.opacity,
  };
}

function text(label: Label, paint: Attributes, title: string): string {
  const [x, y] = label.at;
  const attributes: Attributes = {
    x,
    y,
    "font-size": label.size,
    "text-anchor": label.anchor === "start" ? undefined : label.anchor,
    "font-weight": label.bold ? "bold" : undefined,
    transform: label.turn ? `rotate(${short(label.turn)} ${short(x)} ${short(y)})` : undefined,
  };
  return element("text", { ...attributes, ...paint }, title + escapeXml(label.text));
}

function written(shape: Shape): string {
  const paint = paintOf(shape);
  const title = shape.title ? element("title", {}, escapeXml(shape.title)) : "";
  switch (shape.kind) {
    case "rect": {
      const [x, y, width, height] = shape.box;
      return element("rect", { x, y, width, height, ...paint }, title);
    }
    case "circle":
      return element("circle", { cx: shape.at[0], cy: shape.at[1], r: shape.radius, ...paint }, title);
    case "path": {
      const points = shape.points.map((point) => point.map(short).join(",")).join(" ");
      return element(shape.closed ? "polygon" : "polyline", { points, ...paint }, title);
    }
    case "text":
      return text(shape, paint, title);
  }
}

/** A picture as an SVG file that needs nothing else; `title` is its name for a reader. */
export function pictureSvg(picture: Picture, title: string): string {
  const { width, height } = picture;
  const attributes: Attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${short(width)} ${short(height)}`,
    "font-family": FONT,
    role: "img",
  };
  const content = [element("title", {}, escapeXml(title)), ...picture.shapes.map(written)].join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("svg", attributes, content)}\n`;
}

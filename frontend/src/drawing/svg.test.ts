import { describe, expect, it } from "vitest";
import type { Shape } from "./picture";
import { pictureSvg } from "./svg";

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

const plain = (text: string) =>
  text.replace(/&(lt|gt|quot|amp|#39);/g, (entity) => {
    return { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&", "&#39;": "'" }[entity] ?? entity;
  });

/** Read XML without comments or CDATA, and refuse what is not well-formed. */
function readXml(xml: string): Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  for (const [token] of xml.replace(/^<\?xml[^>]*\?>/, "").matchAll(/<[^>]*>|[^<]+/g)) {
    const top = open.at(-1);
    const tag = /^<([a-z]+)((?: [a-zA-Z-]+="[^"<]*")*)(\/?)>$/.exec(token);
    if (tag) {
      const pairs = [...(tag[2] ?? "").matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, key, value]) => [
        key,
        plain(value ?? ""),
      ]);
      const element = { name: tag[1] ?? "", attributes: Object.fromEntries(pairs), text: "" };
      found.push(element);
      if (!tag[3]) open.push(element);
    } else if (token.startsWith("<")) {
      if (token !== `</${top?.name}>`) throw new Error(`not well-formed at ${token.slice(0, 80)}`);
      open.pop();
    } else if (top) top.text += plain(token);
    else if (token.trim()) throw new Error(`text outside: ${token.slice(0, 80)}`);
  }
  if (open.length) throw new Error("not closed");
  return found;
}

const draw = (...shapes: Shape[]) => readXml(pictureSvg({ width: 100, height: 50, shapes }, "a title"));

describe("a picture in SVG", () => {
  it("has a size, a box and a title", () => {
    const [svg, title] = draw();
    expect(svg?.attributes).toMatchObject({ xmlns: "http://www.w3.org/2000/svg", width: "100", viewBox: "0 0 100 50" });
    expect(title).toMatchObject({ name: "title", text: "a title" });
  });

  it("holds each shape as an element of its kind, in order", () => {
    const elements = draw(
      { kind: "rect", box: [1, 2, 3, 4.126], fill: "#123456", opacity: 0.5 },
      { kind: "circle", at: [5, 6], radius: 2, fill: "#fff", stroke: "#000", width: 0.5 },
      {
        kind: "path",
        points: [
          [0, 0],
          [1, 1.5],
        ],
        stroke: "#000",
        dash: [2, 1],
      },
      {
        kind: "path",
        points: [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
        fill: "#000",
        closed: true,
      },
      { kind: "text", at: [7, 8], text: "Phe", size: 10, anchor: "end", turn: -90 },
    ).slice(2);
    expect(elements.map((element) => element.name)).toEqual(["rect", "circle", "polyline", "polygon", "text"]);
    expect(elements[0]?.attributes).toEqual({
      x: "1",
      y: "2",
      width: "3",
      height: "4.13",
      fill: "#123456",
      opacity: "0.5",
    });
    expect(elements[1]?.attributes).toMatchObject({ cx: "5", cy: "6", r: "2", stroke: "#000", "stroke-width": "0.5" });
    expect(elements[2]?.attributes).toMatchObject({ points: "0,0 1,1.5", fill: "none", "stroke-dasharray": "2 1" });
    expect(elements[4]).toMatchObject({
      text: "Phe",
      attributes: { "text-anchor": "end", transform: "rotate(-90 7 8)" },
    });
  });

  it.each(["<script>alert(1)</script>", `" onload="x`, "]]>&amp;<!--", "it's → 6 Å 🧬"])("shows %j as text", (text) => {
    const [, , label, title] = draw({ kind: "text", at: [0, 0], text, size: 9, fill: text, title: text });
    expect(label?.attributes.fill).toBe(text);
    expect(label?.text).toBe(text);
    expect(title?.text).toBe(text);
  });

  it("replaces what no XML may hold", () => {
    const [, , label] = draw({ kind: "text", at: [0, 0], text: "a\u0000b\u001bc\ud800d", size: 9 });
    expect(label?.text).toBe("a\ufffdb\ufffdc\ufffdd");
  });
});

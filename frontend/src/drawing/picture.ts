/** A picture as data: shapes in the order in which they are drawn, for a canvas on the page and for SVG in a file. */

interface Paint {
  fill?: string;
  stroke?: string;
  /** Width of the stroke, 1 if it is left out. */
  width?: number;
  /** Lengths of dashes and gaps. */
  dash?: [number, number];
  opacity?: number;
  /** What a viewer of the SVG tells of this shape. */
  title?: string;
}

export interface Rect extends Paint {
  kind: "rect";
  box: [x: number, y: number, width: number, height: number];
}

export interface Circle extends Paint {
  kind: "circle";
  at: [x: number, y: number];
  radius: number;
}

export interface Path extends Paint {
  kind: "path";
  points: [x: number, y: number][];
  closed?: boolean;
}

export interface Label extends Paint {
  kind: "text";
  at: [x: number, y: number];
  text: string;
  size: number;
  anchor?: "start" | "middle" | "end";
  bold?: boolean;
  /** Degrees, clockwise about `at`. */
  turn?: number;
}

export type Shape = Rect | Circle | Path | Label;

/** Lengths in CSS pixels; the origin is at the upper left. */
export interface Picture {
  width: number;
  height: number;
  shapes: Shape[];
}

export const FONT = "system-ui, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";

/** The same shapes elsewhere. */
export function shifted(shapes: readonly Shape[], dx: number, dy: number): Shape[] {
  return shapes.map((shape): Shape => {
    switch (shape.kind) {
      case "rect":
        return { ...shape, box: [shape.box[0] + dx, shape.box[1] + dy, shape.box[2], shape.box[3]] };
      case "path":
        return { ...shape, points: shape.points.map(([x, y]) => [x + dx, y + dy]) };
      default:
        return { ...shape, at: [shape.at[0] + dx, shape.at[1] + dy] };
    }
  });
}

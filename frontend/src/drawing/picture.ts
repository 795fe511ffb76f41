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

/** The colours of what is not coloured by data. */
export interface Palette {
  paper: string;
  ink: string;
  /** Text of second rank. */
  faint: string;
  /** Axes and frames. */
  line: string;
  /** What the structure or a label says, beside attention. */
  fact: string;
  /** An area without data. */
  blank: string;
  /** Amounts along a sequence, and residues that a track marks. */
  bar: string;
  helix: string;
  strand: string;
}

export const LIGHT: Palette = {
  paper: "#ffffff",
  ink: "#1a1a1a",
  faint: "#5c5c5c",
  line: "#b4b4b4",
  fact: "#8d959e",
  blank: "#ececec",
  bar: "#5f7388",
  helix: "#8e4585",
  strand: "#3f7f5f",
};

export const DARK: Palette = {
  paper: "#16181d",
  ink: "#ececec",
  faint: "#a8acb3",
  line: "#565b64",
  fact: "#868e98",
  blank: "#2a2d34",
  bar: "#93a5b8",
  helix: "#d590cc",
  strand: "#7fc4a0",
};

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

/** The colours of the page and of its pictures: of what is not data, and of values. */

export type Theme = "light" | "dark";

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

type Stops = readonly (readonly [red: number, green: number, blue: number])[];

/** From pale to dark in even steps of lightness; the colours of the figures that protlens draws. */
const BLUES: Stops = [
  [0xed, 0xf5, 0xfc],
  [0xc6, 0xdb, 0xef],
  [0x95, 0xc5, 0xdf],
  [0x69, 0xad, 0xd5],
  [0x44, 0x93, 0xc7],
  [0x28, 0x78, 0xb9],
  [0x12, 0x5e, 0xa6],
  [0x08, 0x46, 0x8b],
  [0x08, 0x30, 0x6b],
];

/** From rarer to more often than expected, about a neutral middle. */
const ABOUT_ONE: Record<Theme, Stops> = {
  light: [
    [0x9c, 0x4a, 0x00],
    [0xe0, 0x9a, 0x4a],
    [0xf2, 0xf2, 0xf0],
    [0x5f, 0xa4, 0xd3],
    [0x08, 0x40, 0x80],
  ],
  dark: [
    [0xff, 0xb6, 0x66],
    [0xa8, 0x62, 0x1c],
    [0x33, 0x37, 0x3f],
    [0x2f, 0x7b, 0xbb],
    [0xa6, 0xd8, 0xff],
  ],
};

function between(stops: Stops, fraction: number): string {
  const place = Math.min(1, Math.max(0, fraction)) * (stops.length - 1);
  const from = Math.min(Math.floor(place), stops.length - 2);
  const [low, high] = [stops[from], stops[from + 1]];
  if (!low || !high) return "none";
  const channels = low.map((value, at) => Math.round(value + ((high[at] ?? 0) - value) * (place - from)));
  return `#${channels.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The colour of a value from 0 to 1; the larger, the further from the page's ground. */
export function valueColour(fraction: number, theme: Theme): string {
  return between(BLUES, theme === "light" ? fraction : 1 - fraction);
}

/** The colour of a ratio from 0 (rarer) by 0.5 (as expected) to 1 (more often). */
export function ratioColour(fraction: number, theme: Theme): string {
  return between(ABOUT_ONE[theme], fraction);
}

/** Black or white, whichever reads better on a colour `#rrggbb`. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(
    (at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000000" : "#ffffff";
}

/** Pictures and tables as files that open elsewhere. */

import { type Table, writeCsv } from "../data/csv";
import { paint } from "./paint";
import type { Picture } from "./picture";
import { pictureSvg } from "./svg";

const PART = 40;
const LONGEST_SIDE = 16_000;
const LARGEST_AREA = 2 ** 27;

/** A safe name for a file: `protlens_` and the parts that are not empty, each of at most 40 plain characters. */
export function fileName(parts: readonly (string | null)[], extension: string): string {
  const safe = parts.map((part) =>
    (part ?? "")
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .slice(0, PART)
      .replace(/^[-._]+|[-._]+$/g, ""),
  );
  return `${["protlens", ...safe.filter(Boolean)].join("_")}.${extension}`;
}

/** How many pixels of a PNG a unit gets: two, or fewer where no browser could draw so many. */
export function pngScale({ width, height }: Pick<Picture, "width" | "height">): number {
  return Math.min(2, LONGEST_SIDE / Math.max(width, height), Math.sqrt(LARGEST_AREA / (width * height)));
}

/** Hand a file to the user. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function saveSvg(picture: Picture, title: string, name: string): void {
  saveBlob(new Blob([pictureSvg(picture, title)], { type: "image/svg+xml" }), name);
}

/** Reject where the browser cannot make the image. */
export async function savePng(picture: Picture, name: string): Promise<void> {
  const canvas = document.createElement("canvas");
  paint(canvas, picture, pngScale(picture));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("This browser could not make the PNG; the SVG holds the same picture.");
  saveBlob(blob, name);
}

export function saveCsv(table: Table, name: string): void {
  saveBlob(new Blob([writeCsv(table)], { type: "text/csv;charset=utf-8" }), name);
}

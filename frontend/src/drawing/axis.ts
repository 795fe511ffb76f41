import type { ProteinDocument } from "../data/documents";
import { residueNumber } from "../data/residues";

export interface Tick {
  position: number;
  label: string;
}

const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000];

/** Places for at most so many labels along the first residues: round numbers, the author's where there are any. */
export function ticks(protein: ProteinDocument, length: number, most: number): Tick[] {
  const step = STEPS.find((one) => length / one <= Math.max(1, most)) ?? 10_000;
  const found: Tick[] = [];
  for (let position = 0; position < length; position++) {
    const label = residueNumber(protein, position);
    const round = /^-?\d+$/.test(label) && Number(label) % step === 0;
    const last = found.at(-1);
    if (round && (!last || position - last.position >= step / 2)) found.push({ position, label });
  }
  return found.length ? found : [{ position: 0, label: residueNumber(protein, 0) }];
}

/** What the numbers along an axis are. */
export function axisTitle(protein: ProteinDocument): string {
  return protein.numbers.some(Boolean) ? "residue, author's number" : "residue, counted from 1";
}

/** A run of equal symbols: from `start` to before `end`. */
export interface Run {
  symbol: string;
  start: number;
  end: number;
}

/** A track as runs of equal symbols. */
export function runs(track: string, from = 0, to = track.length): Run[] {
  const found: Run[] = [];
  for (let at = from; at < to; at++) {
    const symbol = track[at] ?? "?";
    const last = found.at(-1);
    if (last?.symbol === symbol) last.end = at + 1;
    else found.push({ symbol, start: at, end: at + 1 });
  }
  return found;
}

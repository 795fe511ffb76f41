/** Numbers and long names as the page writes them. */

const DASH = "–";

/** A text of at most so many characters; what is cut from the middle shows as an ellipsis. */
export function shorten(text: string, length = 48): string {
  const letters = text.length > 4 * length ? [...text.slice(0, 2 * length), ...text.slice(-2 * length)] : [...text];
  if (letters.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  return `${letters.slice(0, length - 1 - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}

/** A number with fixed decimals, exact ties to the even digit as in Python (`toFixed` rounds them up). */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && !Number.isInteger(value * 2 ** digits);
  const odd = "13579".includes(text.at(-1) ?? "");
  const step = value < 0 ? -(10 ** -digits) : 10 ** -digits;
  return tie && odd ? (Number(text) - step).toFixed(digits) : text;
}

/** A share in percent with three digits that count: `0.123 %`, `12.3 %`. */
export function percent(share: number | null): string {
  if (share === null) return DASH;
  const value = 100 * share;
  const digits = value >= 9.995 || value === 0 ? 1 : value >= 0.9995 ? 2 : 3;
  return `${value.toFixed(digits)} %`;
}

/** How many times as often: `9.46×`. */
export function times(lift: number | null): string {
  return lift === null ? DASH : `${lift >= 9.995 ? lift.toFixed(1) : lift.toFixed(2)}×`;
}

/** A p value: `0.012`, `below 0.0001`. */
export function probability(value: number | null): string {
  if (value === null) return DASH;
  return value < 0.0001 ? "below 0.0001" : value.toPrecision(2).replace(/e.*/, "");
}

/** A count with thin groups of three: `12,345`. */
export function count(value: number, one?: string, many = `${one}s`): string {
  const number = value.toLocaleString("en");
  return one ? `${number} ${value === 1 ? one : many}` : number;
}

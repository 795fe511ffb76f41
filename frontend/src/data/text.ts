/** Numbers and long names as the page writes them; numbers as in `src/protlens/number_text.py`. */

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

/** A share in percent with its sign: `12.3 %`. */
export function percent(share: number | null): string {
  return share === null ? DASH : `${barePercent(share)} %`;
}

/** The same without the sign: one decimal, two under one percent, `<0.01` for what is not zero but would read so. */
export function barePercent(share: number | null): string {
  if (share === null) return DASH;
  if (share > 0 && share < 0.00005) return "<0.01";
  return fixed(100 * share, share > 0 && share < 0.00995 ? 2 : 1);
}

/** Two shares as an interval in percent: `4.1–10.2 %`. */
export function interval(low: number | null, high: number | null): string {
  return low === null || high === null ? DASH : `${barePercent(low)}–${barePercent(high)} %`;
}

/** How many times as often: `1.04`, `9.5`, `47`. */
export function times(lift: number | null): string {
  if (lift === null) return DASH;
  return lift < 1.995 ? fixed(lift, 2) : lift < 9.95 ? fixed(lift, 1) : count(Number(fixed(lift, 0)));
}

/** A p or q value, two digits from 0.01 on and one below: `0.053`, `3e-24`. */
export function probability(value: number | null): string {
  if (value === null) return DASH;
  if (value === 0) return "<1e-300";
  const [mantissa = "", exponent = "0"] = value.toExponential(value >= 0.00995 ? 1 : 0).split("e");
  const short = mantissa.replace(/\.0$/, "");
  return Number(exponent) < -4 ? `${short}e${exponent}` : String(Number(`${mantissa}e${exponent}`));
}

/** A count with groups of three: `12,345`. */
export function count(value: number, one?: string, many = `${one}s`): string {
  const number = value.toLocaleString("en");
  return one ? `${number} ${value === 1 ? one : many}` : number;
}

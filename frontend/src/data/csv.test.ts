import { describe, expect, it } from "vitest";
import { type Table, writeCsv } from "./csv";

/** Read RFC 4180 letter by letter. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (quoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === ",") {
      row.push(cell);
      cell = "";
    } else if (!quoted && letter === "\r" && text[at + 1] === "\n") {
      rows.push([...row, cell]);
      row = [];
      cell = "";
      at++;
    } else cell += letter;
  }
  return rows;
}

const one = (value: Table["rows"][number][number]) => readCsv(writeCsv({ columns: ["x"], rows: [[value]] }))[1]?.[0];

describe("a table in CSV", () => {
  it("is read back as it was", () => {
    const hard = ['a"b', "a,b", "a\r\nb", "a\nb", "", '"', "<script>alert(1)</script>", "x".repeat(10_000), "ä→🧬"];
    const table = { columns: ["first, second", "n"], rows: hard.map((text, at) => [text, at]) };
    expect(readCsv(writeCsv(table))).toEqual([["first, second", "n"], ...hard.map((text, at) => [text, String(at)])]);
  });

  it("keeps numbers as numbers, with all their digits", () => {
    for (const value of [-0.1, 1e-7, 0.30000001192092896, 12, -3]) expect(Number(one(value))).toBe(value);
    expect(one("-2")).toBe("-2");
    expect(one("148A")).toBe("148A");
  });

  it("leaves a cell empty where there is no value", () => {
    expect([one(null), one(Number.NaN), one(Number.POSITIVE_INFINITY)]).toEqual(["", "", ""]);
    expect(one(false)).toBe("false");
  });

  it.each(["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])("disarms %j", (text) => {
    expect(one(text)).toBe(`'${text}`);
  });

  it("disarms a heading, too", () => {
    expect(writeCsv({ columns: ["=a"], rows: [] })).toBe("'=a\r\n");
  });

  it("ends every row, the last one too, with CR LF", () => {
    expect(writeCsv({ columns: ["a", "b"], rows: [[1, null]] })).toBe("a,b\r\n1,\r\n");
  });
});

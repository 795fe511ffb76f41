import { expect, it } from "vitest";
import { arcTable } from "./arcTable";
import { arcOf, proteinOf } from "./testDocuments";

it("tells of each arc what is known, with places from zero and the author's numbers", () => {
  const protein = proteinOf("FSG", { numbers: ["148", "", "-2"] });
  const arcs = [
    arcOf(0, 2, 0.7, { verdict: "holds", distance: 6.1 }),
    arcOf(2, 1, 0.4, { verdict: "fails" }),
    arcOf(1, 0, 0.2),
  ];
  const { columns, rows } = arcTable(protein, arcs, "contact", 2);
  const told = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
  expect(told[0]).toEqual({
    protein: "1abc_A",
    chain: "A",
    query: 0,
    query_number: "148",
    query_residue: "Phe",
    key: 2,
    key_number: "-2",
    key_residue: "Gly",
    weight: 0.7,
    distance: 6.1,
    property: "contact",
    holds: true,
    drawn: true,
  });
  expect(told.map((row) => row.holds)).toEqual([true, false, null]);
  expect(told.map((row) => row.drawn)).toEqual([true, true, false]);
  expect(told[1]).toMatchObject({ key_number: null, distance: null });
});

it("names the chains of both ends where they differ", () => {
  const protein = proteinOf("FSG", { further: [{ start: 1, name: "B", asym: "B" }] });
  const { columns, rows } = arcTable(protein, [arcOf(0, 2, 0.7), arcOf(2, 0, 0.6), arcOf(1, 2, 0.5)], "contact", 3);
  expect(rows.map((row) => row[columns.indexOf("chain")])).toEqual(["A+B", "B+A", "B"]);
});

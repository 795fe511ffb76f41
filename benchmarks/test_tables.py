"""How time and memory of the tables of a run grow with its proteins."""

import subprocess
import sys
from pathlib import Path

from copied_run import copy_run
from protlens.cli.printed_heads import summary_lines
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.load import load_model
from protlens.properties.selection import choose_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate
from workload import lens_bert, random_proteins, write_bert

NAMES = ["contact", "binding_site"]


def _measured(folder: Path) -> tuple[float, float]:
    script = Path(__file__).parent / "tables.py"
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, check=True)
    seconds, mebibytes = map(float, done.stdout.split())
    return seconds, mebibytes


def test_tables_of_ten_and_a_hundred_times_as_many_proteins(full, report, tmp_path):
    proteins, copies = (500, (1, 10, 100)) if full else (12, (1, 3))
    model = lens_bert(write_bert(tmp_path / "model", layers=2, heads=4, width=32, spread=1.0))
    short = [one for length in range(20, 40) for one in random_proteins(-(-proteins // 20), length)][:proteins]
    data = Dataset("short", [type(one)(**{**_fields(one), "id": f"p{i}"}) for i, one in enumerate(short)])
    source = extract(model, data, NAMES, out=tmp_path / "source")
    assert source.manifest.shards == 1
    runs = [copy_run(source.path, tmp_path / str(count), copies=count) for count in copies]
    if not full:
        one, three = (tabulate(Run.open(folder)).heads for folder in runs)
        assert three["hits"].to_list() == [3 * hits for hits in one["hits"]]
        assert one["arcs"].sum() > 100
        return
    found = [_measured(folder) for folder in runs]
    for count, (seconds, mebibytes) in zip(copies, found, strict=True):
        each = seconds / found[0][0] / count
        report(
            f"tables of {proteins * count:,} short proteins: {seconds:.1f} s of processor time, {each:.2f} times "
            f"as much for each as with {proteins}; {mebibytes:.0f} MiB at the peak, {mebibytes / found[0][1]:.2f} times"
        )


def test_the_result_of_the_command_beside_its_sums(full, report, compare, tmp_path):
    data, model = as_dataset("pdb-mini"), load_model("mini-bert")
    options, chosen = ExtractionOptions(limit=40 if full else 4), choose_properties(data, None)

    def sums():
        return extract(model, data, chosen, out=tmp_path / "run", options=options, fresh=True)

    def result():
        run = sums()
        return summary_lines(run, tabulate(run))

    found = compare(result, sums)
    assert any(line.startswith("40 of 40 proteins" if full else "4 of 4 proteins") for line in result())
    report(f"the printed result of {len(chosen)} classes, 40 proteins of pdb-mini, over its sums: {found}")


def _fields(protein):
    return {name: getattr(protein, name) for name in ("sequence", "tracks", "ca", "cb")}

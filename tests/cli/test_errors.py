"""Bad input through the real command: one line, exit status 2, and nothing half-written."""

import gzip
import os
import pickle
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import lmdb
import numpy as np
import pytest
import torch

from commands import ENVIRONMENT, FASTA, PROTLENS, TINY, Command, process, snapshot
from protlens.cli import entry
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import StorageError
from protlens.runs.store import Run
from reference import same_counts
from tiny_models import PROT_BERT_VOCABULARY, tiny_model_folder

PROGRESS = re.compile(
    r"(proteins|figures): \d+ of \d+(, (\d+/s|[\d.]+ s each), \d+ s left)?|(reading|loading|making|drawing) .*|drawing"
)


def refusal(done: subprocess.CompletedProcess, *, printed: bool = False) -> str:
    """Return the one line that a refused command wrote; lines of steps and of progress before it are none."""
    lines = [line for line in done.stderr.splitlines() if not PROGRESS.fullmatch(line)]
    assert done.returncode == 2, done.stderr
    assert len(lines) == 1, done.stderr
    assert bool(done.stdout) == printed
    assert lines[0].startswith("protlens: ")
    return lines[0]


@pytest.fixture
def refused(place: Path, command: Command) -> Callable[..., str]:
    """Run a command that is refused and leaves its folder as it was; return what it says."""

    def run(*arguments: object) -> str:
        before = snapshot(place)
        said = refusal(command(*arguments, cwd=place))
        assert snapshot(place) == before
        return said

    return run


@pytest.mark.parametrize("arguments", [(), ("models",), ("run",)])
def test_a_command_without_arguments_is_answered_with_its_help_alone(command, tmp_path, arguments):
    done = command(*arguments, cwd=tmp_path)
    said = (done.stdout + done.stderr).strip()
    assert done.returncode == 2
    assert said.startswith("Usage: ")
    assert "See --help" not in said


def unpacked(data_files: Path, name: str) -> bytes:
    return gzip.decompress((data_files / "structures" / name).read_bytes())


@pytest.mark.parametrize(
    "error", [MemoryError(), ImportError("libtorch_cpu.so: failed to map segment from shared object")]
)
def test_too_little_memory_for_the_libraries_is_one_line(monkeypatch, capsys, error):
    # With a limit on a real process some libraries wait for ever on threads that could not be started.
    def run():
        raise error

    monkeypatch.setattr(entry, "_run", run)
    with pytest.raises(SystemExit, match="2"):
        entry.main()
    said = capsys.readouterr().err
    assert said.startswith("protlens: memory: too little of it")
    assert said.count("\n") == 1


def test_an_import_that_fails_otherwise_keeps_its_traceback(monkeypatch):
    def run():
        raise ImportError("No module named 'torch'")

    monkeypatch.setattr(entry, "_run", run)
    with pytest.raises(ImportError, match="No module"):
        entry.main()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.9, "row"])
def test_truncated_mmcif(place, refused, data_files, share):
    content = unpacked(data_files, "1crn.cif.gz")
    end = content.index(b"\nATOM 132 ") + 1 if share == "row" else int(share * len(content))
    (place / "cut.cif").write_bytes(content[:end])
    assert "cut.cif" in refused("dataset", "build", "cut.cif", "-o", "x.parquet")
    if share in (0.4, "row"):
        assert "cut.cif" in refused("analyze", "--dataset", "cut.cif")


def test_one_broken_file_among_whole_ones_is_named_and_left_out(place, command, data_files):
    (place / "cut.cif").write_bytes(unpacked(data_files, "1crn.cif.gz")[:20000])
    whole = data_files / "structures" / "1a8o.cif.gz"
    done = command("dataset", "build", "cut.cif", whole, "-o", "x.parquet", cwd=place)
    assert done.returncode == 0
    assert done.stderr.splitlines()[0].startswith("skipped cut.cif: ")
    assert Dataset.read(place / "x.parquet").ids == ["1A8O.A"]


def test_strict_writes_nothing_if_anything_was_skipped(place, command, data_files):
    (place / "cut.cif").write_bytes(unpacked(data_files, "1crn.cif.gz")[:20000])
    whole = data_files / "structures" / "1a8o.cif.gz"
    before = snapshot(place)
    done = command("dataset", "build", "cut.cif", whole, whole, "-o", "x.parquet", "--strict", cwd=place)
    assert (done.returncode, done.stdout, snapshot(place)) == (2, "", before)
    said = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in said] == ["skipped cut.cif", f"skipped {whole}", "protlens"]
    assert said[-1].endswith("dataset x.parquet: 1 file and 1 chain skipped; see above, or leave out --strict")
    assert command("dataset", "build", whole, "-o", "x.parquet", "--strict", cwd=place).returncode == 0


def test_a_dataset_is_not_written_under_another_ending(place, refused, data_files):
    whole = data_files / "structures" / "1a8o.cif.gz"
    said = "protlens: dataset file x.csv: its name ends in '.csv'; allowed: .parquet"
    assert refused("dataset", "build", whole, "-o", "x.csv") == said
    assert refused("dataset", "import", "fasta", "tiny.fasta", "-o", "x.csv") == said


@pytest.mark.parametrize("name", ["x.cif.gz", "x.pdb.gz", "x.bcif.gz"])
def test_gzip_that_is_none(place, refused, name):
    (place / name).write_text("data_x\n")
    assert name in refused("dataset", "build", name, "-o", "x.parquet")


@pytest.mark.parametrize("name", ["1crn.cif.gz", "1a8o.bcif.gz", "1bx8.pdb.gz"])
def test_gzip_that_is_cut_off(place, refused, data_files, name):
    content = (data_files / "structures" / name).read_bytes()
    (place / name).write_bytes(content[: len(content) // 2])
    assert name in refused("dataset", "build", name, "-o", "x.parquet")


BAD_FASTA = {
    "empty": (b"", "no records"),
    "blank": (b"\n\n", "no records"),
    "no_header": (b"MKTAYIAK\n", "text before the first header"),
    "no_sequence": (b">one\n", "without sequence"),
    "gaps": (b">one\nMK--TA\n", "remove the gaps"),
    "twice": (b">one\nMK\n>one\nMK\n", "stands twice"),
    "latin1": (b">one\nMK\xe9TA\n", "allowed: letters A to Z"),
    "binary": (bytes(range(256)) * 8, "not a text file"),
}


@pytest.mark.parametrize("case", BAD_FASTA)
def test_bad_fasta(place, refused, case):
    content, words = BAD_FASTA[case]
    (place / "bad.fasta").write_bytes(content)
    assert words in refused("dataset", "import", "fasta", "bad.fasta", "-o", "x.parquet")


def test_gzip_that_is_no_fasta(place, refused):
    (place / "bad.fasta.gz").write_text(FASTA)
    assert "not gzip" in refused("analyze", "--dataset", "bad.fasta.gz")


def test_directory_given_as_fasta(place, refused):
    (place / "dir.fasta").mkdir()
    assert "directory" in refused("dataset", "import", "fasta", "dir.fasta", "-o", "x.parquet")
    assert "without .parquet files" in refused("analyze", "--dataset", "dir.fasta")


BAD_LABELS = {
    "outside": (b"id\tposition\tlabel\none\t34\tsite\n", "line 2: position 34 of 'one'; allowed: 1 to 33"),
    "zero": (b"id\tposition\tlabel\none\t0\tsite\n", "position 0"),
    "huge": (b"id\tposition\tlabel\none\t" + b"9" * 400 + b"\tsite\n", "allowed: 1 to 33"),
    "negative": (b"id\tposition\tlabel\none\t-1\tsite\n", "position '-1'"),
    "unknown": (b"id\tposition\tlabel\nthree\t1\tsite\n", "'three' is not among the sequences"),
    "header": (b"one\t1\tsite\n", "the first line is"),
    "nothing": (b"", "the first line is ''"),
    "binary": (b"\x80\x81" * 100, "not a text file"),
    "zeros": (bytes(5000), "not a text file"),
}


@pytest.mark.parametrize("case", BAD_LABELS)
def test_bad_label_table(place, refused, case):
    (place / "labels.tsv").write_bytes(BAD_LABELS[case][0])
    said = refused("dataset", "import", "fasta", "tiny.fasta", "--labels", "labels.tsv", "-o", "x.parquet")
    assert BAD_LABELS[case][1] in said


UNKNOWN = {
    "property": (["--properties", "contakt"], "did you mean contact?"),
    "class": (["--properties", "amino_acid:B"], "did you mean amino_acid"),
    "unlabelled": (["--properties", "contact"], "no protein of tiny carries its labels"),
    "none": (["--properties", ","], "allowed: one or more"),
    "model": (["--model", "prot-bret"], "did you mean prot-bert"),
    "folder": (["--model", "./nothing/here"], "there is no such folder"),
    "dataset": (["--dataset", "pdb-mimi"], "did you mean pdb-mini or ptm-mini or mini?"),
    "suffix": (["--dataset", str(PROTLENS)], "allowed: .parquet"),
    "hub": (["--model", "Rostlab/prot_bert"], "the network is not there"),
    "threshold": (["--threshold", "1.5"], "threshold 1.5; allowed: above 0 and below 1"),
    "nan": (["--threshold", "nan"], "allowed: above 0 and below 1"),
    "floor": (["--keep-arcs", "0"], "allowed: above 0 and below 1"),
    "limit": (["--limit", "0"], "allowed: 1 or more"),
    "length": (["--max-length", "-3"], "allowed: 1 or more"),
    "seed": (["--seed", "-1"], "seed -1; allowed: 0 or more"),
    "not a number": (["--threshold", "much"], "'--threshold'"),
    "mode": (["--mode", "papers"], "'paper'"),
    "option": (["--treshold", "0.3"], "--threshold"),
    "argument": (["more"], "more"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_unknown_names_and_values_out_of_range(refused, case):
    arguments, words = UNKNOWN[case]
    assert words in refused("analyze", *(["--dataset", "tiny.fasta"] if case != "dataset" else []), *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyse"], "No such command 'analyse'"),
        (["dataset", "import", "fatsa", "tiny.fasta", "-o", "x.parquet"], "did you mean fasta?"),
        (["dataset", "import", "fasta", "tiny.fasta"], "--output"),
        (["dataset", "info", "mimi"], "did you mean mini"),
        (["dataset", "import", "fasta", "absent.fasta", "-o", "x.parquet"], "it does not exist"),
        (["models", "info", "esm2-8m"], "did you mean esm-2-8m"),
        (["models", "check", "./tiny"], "there is no such folder"),
    ],
)
def test_other_commands_refuse_as_plainly(refused, arguments, words):
    assert words in refused(*arguments)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_device_that_is_not_there(refused):
    assert "no CUDA device" in refused("analyze", "--dataset", "tiny.fasta", "--device", "cuda")


def _without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _without_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def _cut_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])


def _without_tryptophan(folder: Path) -> None:
    tokens = [token if token != "W" else "[unused]" for token in PROT_BERT_VOCABULARY]
    (folder / "vocab.txt").write_text("\n".join(tokens))


def _binary_vocabulary(folder: Path) -> None:
    (folder / "vocab.txt").write_bytes(b"\x80\x81" * 500)


def _evil_checkpoint(folder: Path, *, protocol: int | None = None) -> None:
    _without_weights(folder)
    state = {"bert.embeddings.word_embeddings.weight": Payload(folder.parent / "ran")}
    if protocol is None:
        torch.save(state, folder / "pytorch_model.bin")
    else:
        (folder / "pytorch_model.bin").write_bytes(pickle.dumps(state, protocol))


def _evil_pickle(folder: Path) -> None:
    _evil_checkpoint(folder, protocol=4)


class Payload:
    """Writes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple:
        return Path.write_text, (self.target, "ran")


BAD_MODELS = {
    _without_weights: "it has no weights",
    _without_config: "config.json",
    _cut_weights: "weights that cannot be loaded",
    _without_tryptophan: "the vocabulary lacks amino acids W",
    _binary_vocabulary: "no vocabulary that can be read",
    _evil_checkpoint: "asks for more than plain tensors",
    _evil_pickle: "asks for more than plain tensors",
}


@pytest.mark.parametrize("spoil", BAD_MODELS)
def test_bad_model_folder(place, refused, bert, spoil):
    spoil(Path(shutil.copytree(bert, place / "model")))
    assert BAD_MODELS[spoil] in refused("analyze", "--model", "./model", "--dataset", "tiny.fasta")
    assert not (place / "ran").exists()


def test_pickle_in_an_lmdb_that_imports_something(place, refused):
    record = {"primary": "MKTAY", "id": "one", "evil": Payload(place / "ran")}
    with (
        lmdb.open(str(place / "tape.lmdb"), subdir=False, lock=False) as environment,
        environment.begin(write=True) as t,
    ):
        t.put(b"num_examples", pickle.dumps(1))
        t.put(b"0", pickle.dumps(record))
    said = refused("dataset", "import", "tape-lmdb", "tape.lmdb", "-o", "x.parquet")
    assert "tape.lmdb, record 0" in said
    assert not (place / "ran").exists()
    pickle.loads(pickle.dumps(record))
    assert (place / "ran").exists(), "a pickle that does nothing would prove nothing"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (".", "its name ends in ''"),
        ("/dev/null", "its name ends in ''"),
        ("tiny.fasta/x.parquet", "writing"),
        ("/proc/x.parquet", "writing"),
    ],
)
def test_output_that_cannot_be_written(refused, output, words):
    assert words in refused("dataset", "import", "fasta", "tiny.fasta", "-o", output)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("out", ["tiny.fasta", "tiny.fasta/run", "/proc/run", "."])
def test_run_directory_that_cannot_be_one(refused, out):
    refused("analyze", "--dataset", "tiny.fasta", "--out", out)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission(place, command):
    (place / "locked").mkdir(mode=0o500)
    done = command("analyze", "--dataset", "tiny.fasta", "--out", "locked/run", cwd=place)
    assert "Permission denied" in refusal(done)


def _other_model(place: Path) -> list[str]:
    tiny_model_folder("bert", place / "other" / "model", layers=2, heads=2, seed=1)
    return ["--model", "./other/model"]


def _other_sequences(place: Path) -> list[str]:
    (place / "tiny.fasta").write_text(FASTA.replace("MKTAY", "MKTAA"))
    return []


def _no_run(place: Path) -> list[str]:
    (place / "run" / "manifest.json").unlink()
    return []


def _damaged_manifest(place: Path) -> list[str]:
    (place / "run" / "manifest.json").write_text("{")
    return []


def _foreign_manifest(place: Path) -> list[str]:
    (place / "run" / "manifest.json").write_text('{"name": "a web page", "icons": []}')
    return []


def _damaged_sums(place: Path) -> list[str]:
    (place / "run" / "shards" / "00000" / "counts.parquet").write_text("PAR1")
    return []


OTHER_RUNS = {
    _other_model: "another model: sha256",
    _other_sequences: "another dataset: fingerprint",
    lambda _: ["--threshold", "0.4"]: "other options: threshold 0.3 there, 0.4 asked for",
    lambda _: ["--properties", "amino_acid:A"]: "other properties",
    _no_run: "a folder with other files in it",
    _damaged_manifest: "manifest.json is damaged",
    _foreign_manifest: "not that of a protlens run",
    _damaged_sums: "counts.parquet is damaged",
}


@pytest.mark.parametrize("change", OTHER_RUNS)
def test_run_directory_of_something_else(tmp_path, command, finished, change):
    place = Path(shutil.copytree(finished, tmp_path / "place"))
    arguments = change(place)
    before = snapshot(place)
    assert OTHER_RUNS[change] in refusal(command(*TINY, *arguments, cwd=place))
    assert snapshot(place) == before


def limited(size: int) -> Callable[[], None]:
    """Return a function that lets no file of a process grow beyond so many bytes: writing fails as on a full disk."""

    def apply() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return apply


@pytest.mark.slow
def test_full_disk_while_a_dataset_is_written(place):
    before = snapshot(place)
    arguments = ["dataset", "import", "fasta", "tiny.fasta", "-o", "x.parquet"]
    said = refusal(process(*arguments, cwd=place, preexec_fn=limited(1000)))
    assert said == "protlens: writing x.parquet: File too large; free some space or choose another folder"
    assert snapshot(place) == before


@pytest.fixture(scope="module")
def sizes(finished: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (finished / "run").rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("file", [None, "manifest.json", "sums.parquet", "amino_acids.png"])
def test_full_disk_during_an_analysis_that_is_then_completed(tmp_path, command, finished, sizes, file):
    """Every file up to the named one fits, that one does not; None lets nothing be written at all."""
    place = Path(shutil.copytree(finished, tmp_path / "place"))
    expected = Run.open(place / "run").property_counts("amino_acid:A")
    shutil.rmtree(place / "run")
    done = process(*TINY, cwd=place, preexec_fn=limited(0 if file is None else sizes[file] - 1))
    said = refusal(done, printed=file == "amino_acids.png")  # the result is there before its figures
    assert "free some space" in said
    assert file is None or "File too large" in said
    assert not list(place.rglob(".*.part"))
    for path in (place / "run").rglob("*.parquet"):
        assert path.read_bytes()[-4:] == b"PAR1", f"{path} is not whole"
    assert command(*TINY, cwd=place).returncode == 0
    same_counts(Run.open(place / "run").property_counts("amino_acid:A"), expected)
    assert snapshot(place / "run" / "figures") == snapshot(finished / "run" / "figures")


def test_the_result_is_printed_before_its_files_are_written(finished, tmp_path, command, monkeypatch):
    place = Path(shutil.copytree(finished, tmp_path / "place"))

    def full(run, tables):
        raise StorageError(f"writing {run.path}: no space")

    monkeypatch.setattr("protlens.stats.run_tables.write_tables", full)
    done = command(*TINY, cwd=place)
    assert done.stdout == (place / "run" / "summary.txt").read_text()
    assert refusal(done, printed=True) == "protlens: writing run: no space"


def test_full_disk_behind_standard_output(place):
    with Path("/dev/full").open("w") as full:
        done = process("dataset", "list", cwd=place, stdout=full)
    assert done.returncode == 2
    assert done.stderr == "protlens: writing: No space left on device; free some space\n"


def test_defects_keep_their_traceback(place, command, monkeypatch):
    monkeypatch.setattr("protlens.load_dataset", lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        command("dataset", "info", "mini", cwd=place)


@pytest.fixture(scope="module")
def slow(once: Callable[..., Path], bert: Path) -> Path:
    """A folder with a model and a dataset whose analysis takes some seconds in several shards, and its finished run."""
    return once("slow", partial(fill_slow, bert=bert))


def fill_slow(place: Path, *, bert: Path) -> None:
    rng = np.random.default_rng(5)
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    proteins = []
    for number in range(60):
        length = int(rng.integers(300, 500))
        points = np.cumsum(rng.normal(size=(length, 3)) * 2, axis=0).astype(np.float32)
        track = "".join(rng.choice(list("HGEBTSC?"), length))
        sequence = "".join(rng.choice(letters, length))
        proteins.append(Protein(id=f"p{number}", sequence=sequence, tracks={"dssp": track}, ca=points, cb=points))
    Dataset("slow", proteins).write(place / "slow.parquet")
    shutil.copytree(bert, place / "model")
    done = process(*SLOW, cwd=place)
    assert done.returncode == 0, done.stderr
    (place / "run").rename(place / "whole")


SLOW = ["analyze", "--model", "./model", "--dataset", "slow.parquet", "--out", "run", "--properties"]
SLOW += ["contact,amino_acid:A", "--figures", "all"]

MOMENTS: dict[str, Callable[[Path], bool]] = {
    "start": lambda run: True,
    "sums": lambda run: (run / "shards" / "00000").is_dir(),
    "tables": lambda run: (run / "proteins.parquet").exists(),
    "figures": lambda run: (run / "figures").is_dir(),
}


def interrupted(place: Path, reached: Callable[[Path], bool], *, delay: float) -> subprocess.CompletedProcess:
    """Run the slow analysis and send Ctrl-C some time after a moment was reached."""
    pipe = subprocess.PIPE
    started = subprocess.Popen([PROTLENS, *SLOW], cwd=place, env=ENVIRONMENT, stdout=pipe, stderr=pipe, text=True)
    while not reached(place / "run") and started.poll() is None:
        time.sleep(0.002)
    time.sleep(delay)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    return subprocess.CompletedProcess(started.args, started.returncode, out, err)


def same_result(found: Path, expected: Path) -> None:
    for name in Run.open(expected).manifest.properties:
        same_counts(Run.open(found).property_counts(name), Run.open(expected).property_counts(name))
    files = snapshot(expected)
    assert snapshot(found).keys() == files.keys()
    for file in ("heads.parquet", "heads.csv", "proteins.parquet"):
        assert (found / file).read_bytes() == (expected / file).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_interrupted_at_any_moment_and_completed_by_the_same_command(tmp_path, command, slow, moment):
    place = Path(shutil.copytree(slow, tmp_path / "place"))
    done = interrupted(place, MOMENTS[moment], delay=1.0 if moment == "start" else 0.0)
    lines = [line for line in done.stderr.splitlines() if not PROGRESS.fullmatch(line)]
    assert done.returncode == 130, done.stderr
    assert lines == ["protlens: interrupted; what was finished is kept, and the same command completes it"]
    assert (place / "whole" / "summary.txt").read_text().startswith(done.stdout)
    if moment != "tables":  # from there it takes a moment until the result is there
        assert bool(done.stdout) == (moment == "figures"), "the result is there before its figures"
    assert not list(place.rglob(".*.part"))
    assert command(*SLOW, cwd=place).returncode == 0
    same_result(place / "run", place / "whole")

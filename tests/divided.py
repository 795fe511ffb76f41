"""Models and properties for runs that are worked on in other processes; a module that these find."""

import os
import signal
import time
from pathlib import Path

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from toy import toy_dataset, toy_model


class Deadly:
    """A property at whose sight a process dies the first times, as one does that is out of memory."""

    name, level = "deadly", "residue"

    def __init__(self, marks: Path, times: int):
        self.marks, self.times = marks, times

    def mask(self, protein):
        if protein.id == "toy3" and len(list(self.marks.iterdir())) < self.times:
            (self.marks / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return next(one for one in select_properties(toy_dataset()) if one.name == "binding_site").mask(protein)


class Slow:
    """The toy's model, which takes its time."""

    def __init__(self):
        self.model = model = toy_model()
        self.info, self.device, self.dtype, self.encode = model.info, model.device, model.dtype, model.encode

    def attend(self, batch, visit):
        time.sleep(0.5)
        self.model.attend(batch, visit)


class OnRay(Slow):
    """The same, which also says on which node it works, and waits until two do."""

    def __init__(self, marks):
        super().__init__()
        self.marks = marks

    def attend(self, batch, visit):
        import ray

        (self.marks / ray.get_runtime_context().get_node_id()).touch()
        wait_until(lambda: len(list(self.marks.iterdir())) == 2, seconds=120)
        time.sleep(1)
        super().attend(batch, visit)


def wait_until(holds, *, seconds):
    """Look every half second whether something holds, and raise TimeoutError if it does not in this time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not so within {seconds} s")
        time.sleep(0.5)


def extract_divided(out, *, model=None, on_progress=lambda done, total: None, **options):
    """Return the toy's run, each protein a shard."""
    data, settings = toy_dataset(), ExtractionOptions(shard_residues=1, **options)
    model = toy_model() if model is None else model
    return extract(model, data, select_properties(data), out=out, options=settings, on_progress=on_progress)

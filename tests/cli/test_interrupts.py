"""Ctrl-C that meets an import is heard after it, and never lost."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands import ENVIRONMENT, TINY, process
from protlens.cli.interrupts import interrupts_after_imports

SWALLOWS = "import signal\nsignal.raise_signal(signal.SIGINT)\nraise ImportError\n"
"""A module that is interrupted while it is imported."""


def test_an_interrupt_that_a_library_takes_for_a_missing_module_ends_the_command(place, bert):
    """mpmath, which torch needs, looks for gmpy, and goes on whatever is raised there."""
    (place / "gmpy.py").write_text(SWALLOWS)
    shutil.copytree(bert, place / "model")
    done = process(*TINY, cwd=place, env=ENVIRONMENT | {"PYTHONPATH": str(place)})
    assert done.returncode == 130, done.stderr
    assert done.stderr.splitlines()[-1].startswith("protlens: interrupted;")
    assert not (place / "run").exists()


def interrupted_import(folder: Path, *lines: str) -> subprocess.CompletedProcess:
    """Import, in a process of its own, a module of some lines."""
    (folder / "begun_by_ctrl_c.py").write_text("\n".join(["import signal, time", *lines, "print('whole')"]))
    code = "from protlens.cli.interrupts import interrupts_after_imports\n"
    code += "with interrupts_after_imports():\n import begun_by_ctrl_c, time\n time.sleep(20)"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)


PRESSED = "signal.raise_signal(signal.SIGINT)"


def test_an_interrupt_waits_for_the_import_that_it_meets(tmp_path):
    done = interrupted_import(tmp_path, PRESSED, PRESSED, "time.sleep(0.2)")
    assert done.stdout == "whole\n"
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"


ANSWERS = """
import signal, sys, types

class Answers(types.ModuleType):
    def __getattribute__(self, name):
        if name == "__spec__" and "frozen" not in sys._getframe(1).f_code.co_filename and asked:
            signal.raise_signal(asked.pop())
        return super().__getattribute__(name)

asked = [signal.SIGINT]
sys.modules[__name__].__class__ = Answers
import begun_by_ctrl_c
assert not asked
"""
"""A module that answers in Python what is asked of it, as those of huggingface_hub, and is interrupted when it does."""


def test_an_interrupt_that_python_clears_while_it_asks_whether_a_module_is_loaded_is_heard(tmp_path):
    done = interrupted_import(tmp_path, *ANSWERS.splitlines())
    assert done.stdout == "whole\n"
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"


def test_ctrl_c_pressed_once_more_ends_an_import(tmp_path):
    done = interrupted_import(tmp_path, PRESSED, "time.sleep(1.2)", PRESSED)
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"


@pytest.mark.parametrize("earlier", [signal.SIG_IGN, lambda *_: None], ids=["ignored", "of the caller"])
def test_a_handler_of_ctrl_c_that_is_there_stays(earlier):
    before = signal.signal(signal.SIGINT, earlier)
    try:
        with interrupts_after_imports():
            assert signal.getsignal(signal.SIGINT) is earlier
    finally:
        signal.signal(signal.SIGINT, before)


def test_handlers_are_as_before_after_a_command():
    numbers = (signal.SIGINT, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    with interrupts_after_imports():
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert [signal.getsignal(number) for number in numbers] == before

import subprocess
import sys

import protlens

LIGHT = """
import sys
import protlens
{use}
heavy = {{"torch", "transformers", "matplotlib", "mdtraj", "statsmodels", "pandas"}} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""


def _run(use: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", LIGHT.format(use=use)], capture_output=True, text=True, check=False)


def test_all_is_sorted_and_every_name_resolves():
    assert list(protlens.__all__) == sorted(protlens.__all__)
    for name in protlens.__all__:
        assert getattr(protlens, name).__doc__, name
    assert set(protlens.__all__) <= set(dir(protlens))


def test_importing_loads_nothing_heavy():
    assert _run("").returncode == 0


def test_half_of_the_package_never_loads_torch():
    done = _run("import protlens.cli.commands; protlens.Dataset, protlens.select_properties, protlens.Run")
    assert done.returncode == 0, done.stderr


def test_the_test_above_can_fail():
    assert "torch" in _run("protlens.load_model").stderr

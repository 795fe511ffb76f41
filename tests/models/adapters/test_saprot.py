from collections.abc import Callable
from pathlib import Path

import gemmi
import mini3di
import numpy as np
import pytest
import torch
import transformers

from eager import eager_attention, shown_by
from protlens.attention.single import protein_arcs
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import ModelError
from protlens.extraction.run import extract
from protlens.models.check import check_model
from protlens.models.load import is_at_hand, load_model
from protlens.models.protocol import whole_layers
from protlens.properties.pair import Contact

Models = Callable[[str], object]
Folders = Callable[[str], Path]
CRAMBIN = Path(__file__).parents[2] / "data_files" / "structures" / "1crn.cif.gz"
ONE = Protein(id="one", sequence="MKTAYXU", tracks={"3di": "dvpa?cl"})


def test_a_residue_and_its_state_are_one_token(tiny_folder: Folders) -> None:
    model = load_model(tiny_folder("saprot"), device="cpu")
    assert (model.info.family, model.reads, model.info.max_residues) == ("saprot", "3di", 1022)
    tokenizer = transformers.EsmTokenizer.from_pretrained(tiny_folder("saprot"))
    batch = model.encode([ONE, ONE.cut(3)])
    assert batch.lengths == (7, 3)
    assert batch.tokens[0].tolist() == tokenizer("MdKvTpAaY##c#l")["input_ids"]
    assert batch.tokens[1].tolist() == [*tokenizer("MdKvTp")["input_ids"], 1, 1, 1, 1]


def test_its_attention_is_that_of_transformers(tiny_folder: Folders) -> None:
    model = load_model(tiny_folder("saprot"), device="cpu")
    shown: list[torch.Tensor] = []
    batch = model.encode([ONE])
    model.attend(batch, whole_layers(lambda _, weights: shown.append(weights[0].clone())))
    own = eager_attention("saprot", tiny_folder("saprot"), batch.tokens[0].tolist())[:, :, 1:-1, 1:-1]
    assert torch.allclose(torch.stack(shown), own, atol=1e-6)


def test_states_decide_what_it_sees(tiny_folder: Folders) -> None:
    model = load_model(tiny_folder("saprot"), device="cpu")
    other = Protein(id="other", sequence=ONE.sequence, tracks={"3di": "vvvvvvv"})
    shown: list[torch.Tensor] = []
    model.attend(model.encode([ONE, other]), whole_layers(lambda _, weights: shown.append(weights.clone())))
    assert (shown[0][0] - shown[0][1]).abs().max() > 0.01


@pytest.mark.parametrize("given", ["MKTAYXU", Protein(id="bare", sequence="MKTAYXU")])
def test_a_sequence_alone_is_refused_unless_asked_for(given: str | Protein, tiny_folder: Folders) -> None:
    model = load_model(tiny_folder("saprot"), device="cpu")
    with pytest.raises(ModelError, match=r"no structure, where the model reads the track '3di'.*write NAME:sequence"):
        model.encode([given])


def test_sequences_alone_have_masked_states(tiny_folder: Folders) -> None:
    whole = load_model(tiny_folder("saprot"), device="cpu")
    model = load_model(f"{tiny_folder('saprot')}:sequence", device="cpu")
    tokenizer = transformers.EsmTokenizer.from_pretrained(tiny_folder("saprot"))
    assert model.reads is None
    assert model.encode("MKTAYXU").tokens[0].tolist() == tokenizer("M#K#T#A#Y#####")["input_ids"]
    assert model.info.name == "saprot:sequence"
    assert model.info.sha256 == whole.info.sha256
    assert model.info.settings_sha256 != whole.info.settings_sha256
    assert all(check.passed for check in check_model(model))
    assert shown_by(model, ["MKT"]).shape == (3, 1, 4, 3, 3)
    assert is_at_hand(f"{tiny_folder('saprot')}:sequence")


def test_other_models_read_sequences_alone_anyway(tiny_folder: Folders) -> None:
    with pytest.raises(ModelError, match="it reads sequences alone anyway; write mini-bert"):
        load_model("mini-bert:sequence")


def test_a_structure_file_brings_the_states(tiny_folder: Folders, tmp_path: Path) -> None:
    proteins = read_structure(CRAMBIN)
    model = load_model(tiny_folder("saprot"), device="cpu")
    run = extract(model, Dataset("crambin", proteins), [Contact()], out=tmp_path / "run")
    assert run.property_counts("contact").pairs.tolist() == [40 * 41 - 1 * 0]
    assert protein_arcs(model, proteins[0]).residues == len(proteins[0])


def test_states_are_those_of_the_resolved_backbone() -> None:
    protein = read_structure(CRAMBIN)[0]
    chain = gemmi.read_structure(str(CRAMBIN))[0][0]
    points = [
        [
            [np.nan] * 3 if (atom := residue.find_atom(name, "*")) is None else list(atom.pos)
            for residue in chain.get_polymer()
        ]
        for name in ("CA", "CB", "N", "C")
    ]
    encoder = mini3di.Encoder()
    states = encoder.build_sequence(encoder.encode_atoms(*(np.array(one, np.float32) for one in points))).lower()
    assert protein.tracks["3di"] == states
    assert states[0] == states[-1] == "d"
    assert len(set(states)) > 5

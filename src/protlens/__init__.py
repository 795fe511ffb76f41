"""What the attention of a protein language model has learned.

The public names are resolved when they are first used, so that ``import protlens`` is quick and loads neither torch
nor matplotlib. :func:`protlens.analyze` is the whole analysis in one call.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from protlens.analysis import Analysis, analyze
    from protlens.contacts.contact_analysis import (
        ContactAnalysis,
        evaluate_contacts,
        load_contact_models,
        predict_contacts,
    )
    from protlens.contacts.contact_options import ContactOptions
    from protlens.data.build import build_dataset
    from protlens.data.catalog import import_dataset, load_dataset
    from protlens.data.dataset import Dataset
    from protlens.data.protein import Annotation, Protein
    from protlens.data.structures.chains import read_structure
    from protlens.errors import ProtlensError
    from protlens.explorer.explorer import Explorer
    from protlens.explorer.opening import open_run, open_structure
    from protlens.extraction.extraction_options import ExtractionOptions
    from protlens.extraction.run import extract
    from protlens.heads import head_label, parse_head_label
    from protlens.models.check import check_model
    from protlens.models.load import load_masked_lm, load_model
    from protlens.models.protocol import AttentionModel
    from protlens.notebook.show import show
    from protlens.pairs.precision import contact_precision
    from protlens.plots.run_figures import draw_run_figures
    from protlens.probing.probe_analysis import ProbeAnalysis, probe
    from protlens.probing.probe_options import ProbeOptions
    from protlens.properties.mask import Mask, Property
    from protlens.properties.pair import Contact
    from protlens.properties.residue import AminoAcid, TrackProperty
    from protlens.properties.selection import select_properties
    from protlens.report.report import Report, write_report
    from protlens.runs.store import Run
    from protlens.stats.head_table import head_table
    from protlens.stats.run_tables import RunTables, tabulate
    from protlens.structure_export import View, ViewOptions, view
    from protlens.web.server import serve

_HOMES = {
    "AminoAcid": "protlens.properties.residue",
    "Analysis": "protlens.analysis",
    "Annotation": "protlens.data.protein",
    "AttentionModel": "protlens.models.protocol",
    "Contact": "protlens.properties.pair",
    "ContactAnalysis": "protlens.contacts.contact_analysis",
    "ContactOptions": "protlens.contacts.contact_options",
    "Dataset": "protlens.data.dataset",
    "Explorer": "protlens.explorer.explorer",
    "ExtractionOptions": "protlens.extraction.extraction_options",
    "Mask": "protlens.properties.mask",
    "ProbeAnalysis": "protlens.probing.probe_analysis",
    "ProbeOptions": "protlens.probing.probe_options",
    "Property": "protlens.properties.mask",
    "Protein": "protlens.data.protein",
    "ProtlensError": "protlens.errors",
    "Report": "protlens.report.report",
    "Run": "protlens.runs.store",
    "RunTables": "protlens.stats.run_tables",
    "TrackProperty": "protlens.properties.residue",
    "View": "protlens.structure_export",
    "ViewOptions": "protlens.structure_export",
    "analyze": "protlens.analysis",
    "build_dataset": "protlens.data.build",
    "check_model": "protlens.models.check",
    "contact_precision": "protlens.pairs.precision",
    "draw_run_figures": "protlens.plots.run_figures",
    "evaluate_contacts": "protlens.contacts.contact_analysis",
    "extract": "protlens.extraction.run",
    "head_label": "protlens.heads",
    "head_table": "protlens.stats.head_table",
    "import_dataset": "protlens.data.catalog",
    "load_contact_models": "protlens.contacts.contact_analysis",
    "load_dataset": "protlens.data.catalog",
    "load_masked_lm": "protlens.models.load",
    "load_model": "protlens.models.load",
    "open_run": "protlens.explorer.opening",
    "open_structure": "protlens.explorer.opening",
    "parse_head_label": "protlens.heads",
    "predict_contacts": "protlens.contacts.contact_analysis",
    "probe": "protlens.probing.probe_analysis",
    "read_structure": "protlens.data.structures.chains",
    "select_properties": "protlens.properties.selection",
    "serve": "protlens.web.server",
    "show": "protlens.notebook.show",
    "tabulate": "protlens.stats.run_tables",
    "view": "protlens.structure_export",
    "write_report": "protlens.report.report",
}

__all__ = [
    "AminoAcid",
    "Analysis",
    "Annotation",
    "AttentionModel",
    "Contact",
    "ContactAnalysis",
    "ContactOptions",
    "Dataset",
    "Explorer",
    "ExtractionOptions",
    "Mask",
    "ProbeAnalysis",
    "ProbeOptions",
    "Property",
    "Protein",
    "ProtlensError",
    "Report",
    "Run",
    "RunTables",
    "TrackProperty",
    "View",
    "ViewOptions",
    "analyze",
    "build_dataset",
    "check_model",
    "contact_precision",
    "draw_run_figures",
    "evaluate_contacts",
    "extract",
    "head_label",
    "head_table",
    "import_dataset",
    "load_contact_models",
    "load_dataset",
    "load_masked_lm",
    "load_model",
    "open_run",
    "open_structure",
    "parse_head_label",
    "predict_contacts",
    "probe",
    "read_structure",
    "select_properties",
    "serve",
    "show",
    "tabulate",
    "view",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("protlens")
    if name not in _HOMES:
        raise AttributeError(f"module 'protlens' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__version__"]

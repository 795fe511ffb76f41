"""The public names of protlens, each with its home; ``protlens/__init__.py`` resolves them when first used."""

from .analysis import Analysis as Analysis
from .analysis import analyze as analyze
from .contacts.contact_analysis import (
    ContactAnalysis as ContactAnalysis,
)
from .contacts.contact_analysis import (
    evaluate_contacts as evaluate_contacts,
)
from .contacts.contact_analysis import (
    load_contact_models as load_contact_models,
)
from .contacts.contact_analysis import (
    predict_contacts as predict_contacts,
)
from .contacts.contact_options import ContactOptions as ContactOptions
from .data.build import build_dataset as build_dataset
from .data.catalog import import_dataset as import_dataset
from .data.catalog import load_dataset as load_dataset
from .data.dataset import Dataset as Dataset
from .data.protein import Annotation as Annotation
from .data.protein import Protein as Protein
from .data.structures.chains import read_structure as read_structure
from .errors import ProtlensError as ProtlensError
from .explorer.explorer import Explorer as Explorer
from .explorer.opening import open_run as open_run
from .explorer.opening import open_structure as open_structure
from .extraction.extraction_options import ExtractionOptions as ExtractionOptions
from .extraction.run import extract as extract
from .heads import head_label as head_label
from .heads import parse_head_label as parse_head_label
from .models.check import check_model as check_model
from .models.load import load_masked_lm as load_masked_lm
from .models.load import load_model as load_model
from .models.protocol import AttentionModel as AttentionModel
from .notebook.show import show as show
from .pairs.precision import contact_precision as contact_precision
from .plots.run_figures import draw_run_figures as draw_run_figures
from .probing.probe_analysis import ProbeAnalysis as ProbeAnalysis
from .probing.probe_analysis import probe as probe
from .probing.probe_options import ProbeOptions as ProbeOptions
from .properties.mask import Mask as Mask
from .properties.mask import Property as Property
from .properties.pair import Contact as Contact
from .properties.residue import AminoAcid as AminoAcid
from .properties.residue import TrackProperty as TrackProperty
from .properties.selection import select_properties as select_properties
from .report.report import Report as Report
from .report.report import write_report as write_report
from .runs.store import Run as Run
from .stats.head_table import head_table as head_table
from .stats.run_tables import RunTables as RunTables
from .stats.run_tables import tabulate as tabulate
from .structure_export import View as View
from .structure_export import ViewOptions as ViewOptions
from .structure_export import view as view
from .web.server import serve as serve

__version__: str

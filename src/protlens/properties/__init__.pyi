"""What a package that adds a property needs, each name with its home."""

from .mask import Mask as Mask
from .mask import Property as Property
from .pair import Contact as Contact
from .pair import Disulfide as Disulfide
from .pair import InterContact as InterContact
from .residue import AminoAcid as AminoAcid
from .residue import TrackProperty as TrackProperty
from .selection import PROPERTY_FAMILIES as PROPERTY_FAMILIES
from .selection import PropertyFamily as PropertyFamily
from .selection import resolve_properties as resolve_properties
from .selection import select_properties as select_properties

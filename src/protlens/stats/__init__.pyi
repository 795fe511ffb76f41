"""What somebody who works with the tables of a run needs, each name with its home."""

from .calibration import calibration_table as calibration_table
from .head_statistics import HEAD_TABLE_SCHEMA as HEAD_TABLE_SCHEMA
from .head_statistics import head_table as head_table
from .head_statistics import head_tables as head_tables
from .head_statistics import named_order as named_order
from .head_statistics import top_heads as top_heads
from .layers import centre_of_gravity as centre_of_gravity
from .layers import layer_table as layer_table
from .profile import profile_table as profile_table
from .run_tables import RunTables as RunTables
from .run_tables import read_tables as read_tables
from .run_tables import tabulate as tabulate
from .run_tables import write_tables as write_tables
from .substitution import blosum62_correlation as blosum62_correlation
from .substitution import similarity_table as similarity_table

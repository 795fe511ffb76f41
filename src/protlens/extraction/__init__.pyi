"""What makes a run, each name with its home; an engine is what :class:`Engine` asks for."""

from .engine import Engine as Engine
from .engine import Given as Given
from .engine import InProcess as InProcess
from .engine import Outcome as Outcome
from .extraction_options import ExtractionOptions as ExtractionOptions
from .job import Job as Job
from .job import ShardWorker as ShardWorker
from .processes import Processes as Processes
from .ray_engine import RayEngine as RayEngine
from .retry_run import retry as retry
from .run import extract as extract
from .status_of_run import RunStatus as RunStatus
from .status_of_run import run_status as run_status

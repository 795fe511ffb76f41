"""What a package that adds a model or an architecture needs, each name with its home."""

from .adapters.families import MODEL_FAMILIES as MODEL_FAMILIES
from .adapters.family import ModelFamily as ModelFamily
from .attention_hook import current as current
from .catalog import CATALOG as CATALOG
from .catalog import ModelSpec as ModelSpec
from .check import CheckResult as CheckResult
from .check import LayerDifference as LayerDifference
from .check import check_model as check_model
from .checkpoint.token_ids import PROT_TRANS_RARE as PROT_TRANS_RARE
from .checkpoint.token_ids import Codes as Codes
from .checkpoint.vocabulary import from_pieces as from_pieces
from .checkpoint.vocabulary import from_tokenizer as from_tokenizer
from .encoder import EncoderModel as EncoderModel
from .fake import FakeModel as FakeModel
from .linked_chains import LinkedModel as LinkedModel
from .load import load_masked_lm as load_masked_lm
from .load import load_model as load_model
from .masked_lm import MaskedLanguageModel as MaskedLanguageModel
from .protocol import AttentionModel as AttentionModel
from .protocol import Batch as Batch
from .protocol import EmbeddingModel as EmbeddingModel
from .protocol import LayerAttention as LayerAttention
from .protocol import LayerStates as LayerStates
from .protocol import ModelInfo as ModelInfo
from .protocol import Visitor as Visitor
from .protocol import whole_layers as whole_layers

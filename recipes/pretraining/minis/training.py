"""The training of one model, which can be left and taken up again at any step."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from minis.architectures import ARCHITECTURES
from minis.batches import Batches, Draw
from minis.objectives import IGNORED
from minis.schedule import rate_factor
from minis.sequences import Sequences
from minis.settings import Settings
from protlens.files import replacing

CLIP = 1.0
"""The longest gradient."""

LONGEST_STEP = 120.0
"""As many seconds of a step are counted at most, so that a process that is suspended loses little of its budget."""


@dataclass(slots=True)
class Progress:
    """How far training has come.

    Parameters
    ----------
    steps, residues, seconds
        Updates of the weights, residues they saw, and time, interruptions left out.
    """

    steps: int = 0
    residues: int = 0
    seconds: float = 0.0


class Training:
    """A model in training.

    Parameters
    ----------
    settings
        What decides all that is computed.
    sequences
        What to train on; some of their clusters are held out.
    device
        Where.
    """

    def __init__(self, settings: Settings, sequences: Sequences, *, device: torch.device) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.device = device
        self.architecture = ARCHITECTURES[settings.family]
        self.model = self.architecture.build(settings.shape, self.architecture.vocabulary).to(device).train()
        self.model.set_attn_implementation(settings.attention)
        self.optimizer = _optimizer(self.model, settings)
        self.progress = Progress()
        self._losses = torch.zeros(2, dtype=torch.float64, device=device)  # sum and number since the last report
        held_out = sequences.held_out(settings.held_out, seed=settings.seed)
        self.data = sequences.describe(~held_out)
        weights = sequences.weights(settings.power)

        def batches(rows: tuple[int, ...], *, held: bool) -> Batches:
            chosen, seed = (held_out, settings.seed + 1) if held else (~held_out, settings.seed)
            drawn = {"rows": rows, "tokens": settings.tokens, "positions": settings.shape.positions}
            return Batches(sequences, chosen, weights, seed=seed, device=device, **drawn)

        self._early, self._late = batches(settings.rows, held=False), batches(settings.late_rows, held=False)
        self._validation = batches(settings.late_rows, held=True)
        if settings.compiled:
            torch._dynamo.config.recompile_limit = 64  # one for each length of rows, with and without gradients
            self.architecture.compile(self.model)

    @property
    def used(self) -> float:
        """The share of the budget that is used."""
        return self.settings.budget.used(seconds=self.progress.seconds, steps=self.progress.steps)

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""
        return self.settings.learning_rate * rate_factor(self.used, warm_up=self.settings.warm_up)

    def run(self, *, stop: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Train to the end of the budget, and yield whenever a report is due; after the last step one is.

        What is done between two steps of the iteration counts as training time.

        Parameters
        ----------
        stop
            Asked after each step; if it says so, the iteration ends early.
        """
        due = int(self.used * self.settings.reports) + 1
        before = time.perf_counter()
        while self.used < 1 and not stop():
            self._step()
            now = time.perf_counter()
            self.progress.seconds += min(now - before, LONGEST_STEP)
            before = now
            if self.used * self.settings.reports >= due:
                due = int(self.used * self.settings.reports) + 1
                yield

    def take_training_loss(self) -> float:
        """Return the mean loss since this was last asked."""
        total, count = self._losses.tolist()
        self._losses.zero_()
        return total / count

    def validation_loss(self) -> float:
        """Return the mean loss on the residues asked of the held-out clusters, the same ones each time."""
        count = max(1, self.settings.validation_tokens // self.settings.tokens)
        with torch.no_grad():
            losses = [self._loss(self._validation.draw(number)) for number in range(count)]
        return torch.stack(losses).mean().item()

    def save(self, path: Path) -> None:
        """Write all that is needed to go on, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
            "losses": self._losses,
        }
        with replacing(path) as beside:
            torch.save(state, beside)

    def restore(self, path: Path) -> None:
        """Go on from what :meth:`save` wrote."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        self._losses = state["losses"]

    def _step(self) -> None:
        rate, batches = self.learning_rate, self._late if self.used >= self.settings.late else self._early
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        for number in range(self.settings.passes):
            draw = batches.draw(self.progress.steps * self.settings.passes + number)
            loss = self._loss(draw)
            (loss / self.settings.passes).backward()
            self._losses += torch.stack([loss.detach(), torch.ones_like(loss)])
            self.progress.residues += draw.residues.numel()
        nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.progress.steps += 1

    def _loss(self, draw: Draw) -> Tensor:
        architecture = self.architecture
        arguments, labels = architecture.objective(draw, architecture.vocabulary)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bfloat16):
            logits = self.model(**arguments).logits
        return nn.functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


def _optimizer(model: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98), fused=True)

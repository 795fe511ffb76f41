"""Pickles from strangers, read without running anything.

Admitted are numbers, strings, bytes, lists, tuples, dictionaries and NumPy arrays of plain numbers. The operations of a
pickle are read one by one and do what they say to these alone; no class is looked up. A container that holds others may
not stand in two places, as a few bytes would then stand for gigabytes.
"""

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from protlens.data.formats.pickled_arrays import FUNCTIONS, PickledArray, PickledDtype
from protlens.errors import FileFormatError, explain

MAX_PICKLE = 2**26
"""Bytes of the longest pickle that is read."""

MAX_OPERATIONS = 2_000_000
"""Operations of the longest pickle that is read: about one for each number that does not stand in an array."""

_LARGEST_NUMBER = 2**512
_ALLOWED = "plain containers and NumPy arrays"
_MARK = object()


@dataclass(frozen=True, slots=True)
class _Function:
    call: Callable[..., Any]


@dataclass(slots=True)
class _Machine:
    """The stack that operations work on, and the memo of what they may ask for again."""

    stack: list[Any] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)
    copies: int = 0

    def to_mark(self) -> list[Any]:
        """Take what stands above the last mark from the stack, and the mark."""
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:  # an IndexError if there is none
            place -= 1
            if place < 0:
                raise ValueError("a container without its begin")
        parts = self.stack[place + 1 :]
        del self.stack[place:]
        return parts

    def take(self, count: int) -> tuple[Any, ...]:
        """Take that many values from the stack."""
        if len(self.stack) < count or any(value is _MARK for value in self.stack[len(self.stack) - count :]):
            raise ValueError("an operation without its values")
        values = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        return values

    def extend(self, parts: list[Any]) -> None:
        """Put values at the end of the list that lies on the stack."""
        if not isinstance(self.stack[-1], list) or id(self.stack[-1]) in self.shared:
            raise ValueError("values for a list that is none, or is complete")
        self.stack[-1].extend(parts)

    def update(self, parts: list[Any]) -> None:
        """Put keys and values in turn into the dictionary that lies on the stack."""
        if not isinstance(self.stack[-1], dict) or id(self.stack[-1]) in self.shared:
            raise ValueError("values for a dictionary that is none, or is complete")
        self.stack[-1].update(_pairs(parts))

    def call(self) -> None:
        """Call a function of ``FUNCTIONS`` with the tuple above it."""
        function, arguments = self.take(2)
        if not isinstance(function, _Function) or not isinstance(arguments, tuple):
            raise ValueError("a call of what is no function")
        self.stack.append(function.call(*arguments))

    def build(self) -> None:
        """Tell an array or a dtype its state."""
        (state,) = self.take(1)
        if not isinstance(self.stack[-1], PickledArray | PickledDtype):
            raise ValueError(f"a {'function' if isinstance(self.stack[-1], _Function) else 'value'} with a state")
        self.stack[-1].build(state)

    def get(self, slot: int) -> None:
        """Put a value of the memo on the stack again."""
        value = self.memo[slot]
        if _is_container(value):
            self.shared.add(id(value))
            self.copies += len(value)
            if any(map(_is_container, value.values() if isinstance(value, dict) else value)):
                raise ValueError("a container of others in two places")
            if self.copies > MAX_OPERATIONS:
                raise ValueError(f"more than {MAX_OPERATIONS} values")
        self.stack.append(value)

    def put(self, slot: int | None) -> None:
        """Note the value on top of the stack."""
        if self.stack[-1] is _MARK:
            raise ValueError("an operation without its values")
        self.memo[len(self.memo) if slot is None else slot] = self.stack[-1]


def _is_container(value: object) -> bool:
    return isinstance(value, list | dict | tuple)


def _pairs(parts: list[Any]) -> dict[Any, Any]:
    keys, values = parts[0::2], parts[1::2]
    if len(keys) != len(values) or not all(isinstance(key, str | bytes | int | float | None) for key in keys):
        raise ValueError("a dictionary with other keys than texts and numbers")
    return dict(zip(keys, values, strict=True))


def _function(name: str) -> _Function:
    if name not in FUNCTIONS:
        raise FileFormatError(explain("pickle", found=f"it asks for {name[:80]}", allowed=_ALLOWED))
    return _Function(FUNCTIONS[name])


def _number(value: Any) -> Any:
    if isinstance(value, int) and not -_LARGEST_NUMBER < value < _LARGEST_NUMBER:
        raise ValueError("a number of more than 512 bits")
    return value


_Step = Callable[[_Machine, Any], None]

_CONSTANTS: Mapping[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "MARK": lambda: _MARK,
}
_VALUES = (
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)


def _steps() -> dict[str, _Step]:
    steps: dict[str, _Step] = dict.fromkeys(("PROTO", "FRAME", "STOP"), lambda machine, value: None)
    for name, make in _CONSTANTS.items():
        steps[name] = lambda machine, value, make=make: machine.stack.append(make())
    for name in _VALUES:
        steps[name] = lambda machine, value: machine.stack.append(_number(value))
    for name, count in (("TUPLE1", 1), ("TUPLE2", 2), ("TUPLE3", 3)):
        steps[name] = lambda machine, value, count=count: machine.stack.append(machine.take(count))
    for name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
        steps[name] = _Machine.put
    for name in ("GET", "BINGET", "LONG_BINGET"):
        steps[name] = _Machine.get
    return steps | {
        "LIST": lambda machine, value: machine.stack.append(machine.to_mark()),
        "TUPLE": lambda machine, value: machine.stack.append(tuple(machine.to_mark())),
        "DICT": lambda machine, value: machine.stack.append(_pairs(machine.to_mark())),
        "APPEND": lambda machine, value: machine.extend(list(machine.take(1))),
        "APPENDS": lambda machine, value: machine.extend(machine.to_mark()),
        "SETITEM": lambda machine, value: machine.update(list(machine.take(2))),
        "SETITEMS": lambda machine, value: machine.update(machine.to_mark()),
        "GLOBAL": lambda machine, value: machine.stack.append(_function(value.replace(" ", ".", 1))),
        "INST": lambda machine, value: machine.stack.append(_function(value.replace(" ", ".", 1))),
        "STACK_GLOBAL": lambda machine, value: machine.stack.append(_function(".".join(machine.take(2)))),
        "REDUCE": lambda machine, value: machine.call(),
        "BUILD": lambda machine, value: machine.build(),
    }


_STEPS = _steps()


def load_plain(data: bytes) -> Any:
    """Return what a pickle holds, if that is plain containers and NumPy arrays.

    Parameters
    ----------
    data
        A pickle of any protocol, of at most ``MAX_PICKLE`` bytes and ``MAX_OPERATIONS`` operations.

    Returns
    -------
    object
        Arrays stand as such at the top and as values of a dictionary at the top; deeper ones are refused.

    Raises
    ------
    FileFormatError
        If the pickle asks for anything else, which is named, or is damaged or too large.
    """
    if len(data) > MAX_PICKLE:
        raise FileFormatError(explain("pickle", found=f"{len(data)} bytes", allowed=f"up to {MAX_PICKLE}"))
    try:
        value = _run(data)
    except FileFormatError:
        raise
    except Exception as error:  # what a hostile pickle leads to is its own choice
        found = f"damaged, or it holds {str(error)[:120]}"
        raise FileFormatError(explain("pickle", found=found, allowed=_ALLOWED)) from error
    if isinstance(value, dict):
        return {key: _resolved(item) for key, item in value.items()}
    return _resolved(value)


def _run(data: bytes) -> Any:
    machine = _Machine()
    for number, (operation, value, _position) in enumerate(pickletools.genops(data)):
        if number >= MAX_OPERATIONS:
            raise ValueError(f"more than {MAX_OPERATIONS} operations")
        step = _STEPS.get(operation.name)
        if step is None:
            raise ValueError(f"the operation {operation.name}")
        step(machine, value)
    (result,) = machine.take(1)
    return result


def _resolved(value: Any) -> Any:
    if isinstance(value, PickledArray):
        if value.value is None:
            raise FileFormatError(explain("pickle", found="an array without contents", allowed=_ALLOWED))
        return value.value
    if isinstance(value, PickledDtype | _Function):
        raise FileFormatError(explain("pickle", found="a name without what it makes", allowed=_ALLOWED))
    return value

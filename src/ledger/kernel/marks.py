"""Reads the `As` marks of a command's fields: what each value means, wherever it is nested."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from ledger.kernel.values import As


class Field(NamedTuple):
    """A field as a parser or a checker sees it.

    Attributes:
        name: the Python name.
        mark: what it holds; None for plain types and enumerations.
        many: it holds a tuple of such values.
        model: the class of its value or items, when they are parts with fields of their own.
        required: the command cannot do without it.
        annotation: the bare type, for enumerations and plain types.
    """

    name: str
    mark: As | None
    many: bool
    model: type[BaseModel] | None
    required: bool
    annotation: Any


class Reference(NamedTuple):
    """A value that names something, and the path of fields that leads to it."""

    path: tuple[str | int, ...]
    value: str
    mark: As


@cache
def fields(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of a command or of a part of it, in order."""
    found = []
    for name, info in model.model_fields.items():
        mark = next((m for m in info.metadata if isinstance(m, As)), None)
        inner, many, nested_mark = _unwrap(info.annotation)
        part = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
        found.append(Field(name, mark or nested_mark, many, part, info.is_required(), inner))
    return tuple(found)


def _unwrap(annotation: Any, many: bool = False) -> tuple[Any, bool, As | None]:
    """The innermost type behind Optional, tuple and Annotated, and the mark met on the way."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        mark = next((m for m in args[1:] if isinstance(m, As)), None)
        inner, many, deeper = _unwrap(args[0], many)
        return inner, many, mark or deeper
    if origin is tuple:
        return _unwrap(args[0], True)
    options = [a for a in args if a is not type(None)]
    if origin is not None and len(options) < len(args) and options:
        return _unwrap(options[0], many)
    return annotation, many, None


def references(message: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[Reference]:
    """Every id that a message mentions, at any depth, fields that create one excepted."""
    for field in fields(type(message)):
        value = getattr(message, field.name)
        items = list(enumerate(value)) if field.many and value else [(None, value)]
        for index, item in items:
            here = (*path, field.name) if index is None else (*path, field.name, index)
            if isinstance(item, BaseModel) and field.model:
                yield from references(item, here)
            elif (
                isinstance(item, str)
                and field.mark
                and not field.mark.new
                and field.mark.what in ("ref", "person")
            ):
                yield Reference(here, item, field.mark)

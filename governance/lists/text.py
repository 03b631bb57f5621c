"""What stands for text on its way to a reader: words, or words that are translated only when they are shown."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise
else:
    from django.utils.functional import Promise as StrPromise

Text: TypeAlias = str | StrPromise

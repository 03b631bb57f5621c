"""What a search finds in circulars."""

from django.db.models import Q

from governance.lists.filters import holding, numbered

from ..models import CircularLine


def circular_says(word: str) -> Q:
    """Circulars with the word in their title, text or lines, or as their number."""
    lines = CircularLine.objects.filter(holding(word, "text", "team__name"))
    return holding(word, "title", "draft__text") | Q(pk__in=lines.values("circular")) | numbered(word, "number")

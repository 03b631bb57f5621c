"""Search over everything: /search/?q="""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from governance.formats.search_words import LONGEST
from governance.lists.requests import Request
from teams.front.search import task_numbered
from teams.views.rows import chosen_action

from ..search import search


class SearchView(View):
    """The rows found, by kind; the number of a task leads straight to the task."""

    def get(self, request: Request) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:LONGEST]
        action = chosen_action(request.user)
        task = task_numbered(text, action=action, user=request.user)
        if task is not None and "all" not in request.GET:
            return redirect(task)
        return render(
            request, "overview/search.html", {"text": text, "kinds": search(text, action=action, user=request.user)}
        )

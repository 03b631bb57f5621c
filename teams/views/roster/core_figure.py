"""The pages to add and change a team's core figures."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ...forms.team import CoreFigureForm
from ...models import CoreFigure
from ...roster.teams import save_core_figure
from .office_form import OfTeamView


class FigureNewView(OfTeamView):
    """Add a core figure."""

    form_class = CoreFigureForm
    heading = _("Add a core figure")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form the team, whose figures have unique names."""
        return {**super().get_form_kwargs(), "team": self.team, "instance": self.figure()}

    def figure(self) -> CoreFigure | None:
        """The figure that is changed; None for a new one."""
        return None

    def act(self, form: CoreFigureForm) -> str:
        save_core_figure(self.figure(), team=self.team, seen=form.seen, **form.values, **self.acting)
        return self.back()


class FigureEditView(FigureNewView):
    """Change a core figure."""

    heading = _("Core figure")

    def figure(self) -> CoreFigure:
        """The figure in the address; 404 when it is another team's."""
        return self.row_of_team(CoreFigure.objects)

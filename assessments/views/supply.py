"""The pages of a department that supplies figures."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.records.form_verbs import ActingMixin
from governance.records.import_page import TableImportPage
from governance.records.refusals import Stale
from teams.views.rows import Page

from ..figures.overview import Beside, Sheet, beside, earlier_sources, sheets_of, shown_value
from ..figures.supply import Supply
from ..figures.supplying import ask_correction, confirm_figures, lacks, save_figures, shown_in
from ..figures.workbook import FiguresImport, filled_template
from ..forms.supply import CorrectionForm, SeenForm, SupplyForm
from ..models import AssessmentRound, Figure
from ..words.methods import method_words
from ..words.plans import applies_words, limit_words, plain_word


class FigureListView(Page, TemplateView):
    """The figures that the person's department supplies, round by round."""

    template_name = "assessments/figure_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            sheets=sheets_of(user), earlier=earlier_sources(user), department=user.department, **kwargs
        )


class SheetMixin(Page):
    """A page about the figures of one indicator that the person's department supplies."""

    @cached_property
    def sheet(self) -> Sheet:
        """The sheet of the round and indicator in the address; 404 where the person's department supplies none."""
        for sheet in sheets_of(self.request.user, pk=self.kwargs["round"]):
            if sheet.indicator.code == self.kwargs["code"]:
                return sheet
        raise Http404

    @property
    def sheet_url(self) -> str:
        return reverse("figure_supply", args=[self.sheet.round.pk, self.sheet.indicator.code])


class FigureSupplyView(SheetMixin, ActingMixin, FormView):
    """A line per team; what is saved counts once it is confirmed."""

    form_class = SupplyForm
    template_name = "assessments/figure_supply.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "planned": self.sheet.planned, "rows": self._rows()}

    def _rows(self) -> list[Supply]:
        """The lines to write; of a form that was sent those that it showed, locked since or not: the verb decides."""
        if self.request.method != "POST":
            return self.sheet.open_rows
        return [row for row in self.sheet.rows if f"seen-{row.source.team.code}" in self.request.POST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if isinstance(kwargs.get("refusal"), Stale):
            kwargs["form"].show_again()
        sheet, moment = self.sheet, now()
        about = beside(sheet, at=moment)
        context = super().get_context_data(
            sheet=sheet,
            rule=method_words(sheet.planned.rule.parameters.name, sheet.planned.rule.parameters.document()),
            conditions=[
                *applies_words(sheet.round.plan.rules, sheet.planned),
                *filter(None, [limit_words(sheet.planned.least, sheet.planned.most)]),
            ],
            lacking=lacks(sheet.round, sheet.indicator, sheet.open_rows, at=moment) if sheet.open_rows else [],
            locked=[_locked(row, about[row.source.team.code]) for row in sheet.locked_rows],
            **kwargs,
        )
        lines = context["form"].lines()
        context["lines"] = [(line, about[line.supply.source.team.code]) for line in lines]
        return context

    def act(self, form: SupplyForm) -> str:
        changed = save_figures(
            self.sheet.round,
            self.sheet.indicator,
            form.typed(),
            document=form.cleaned_data["document"],
            basis=form.cleaned_data["basis"],
            seen=form.seen(),
            by=self.request.user,
            at=now(),
        )
        said = ngettext("%(count)d figure saved.", "%(count)d figures saved.", len(changed))
        nothing = gettext("Nothing has changed, so nothing was saved.")
        messages.success(self.request, said % {"count": len(changed)} if changed else nothing)
        return self.sheet_url


def _locked(row: Supply, about: Beside) -> dict[str, Any]:
    figure = row.figure
    value = gettext("Not needed") if row.is_needless else ""
    if figure is not None:
        value = gettext("No figure") if figure.no_figure else plain_word(shown_value(figure.value))
    return {"row": row, "figure": figure, "value": value, "beside": about}


class FigureConfirmView(SheetMixin, ActingMixin, FormView):
    """What will be locked, and the confirmation."""

    form_class = SeenForm
    template_name = "assessments/figure_confirm.html"
    done_message = _("The figures are confirmed and locked.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question; while a line lacks something, the page of the figures, which says what."""
        sheet = self.sheet
        if not sheet.open_rows or lacks(sheet.round, sheet.indicator, sheet.open_rows, at=now()):
            return redirect(self.sheet_url)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": shown_in(self.sheet.open_rows)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.sheet.open_rows
        count = ngettext("Confirm %(count)d figure", "Confirm %(count)d figures", len(rows)) % {"count": len(rows)}
        consequences: list[Text] = [
            gettext("The values, document numbers and bases are locked; your name and the time are recorded."),
            gettext("To change one afterwards, request it with a reason; the assessment centre opens that row again."),
        ]
        return super().get_context_data(
            heading=gettext("Confirm these figures?"),
            caption=f"{self.sheet.indicator.code} {self.sheet.title} · {self.sheet.round}",
            sheet=self.sheet,
            written=[(row, row.written, plain_word(shown_value(row.written.value))) for row in rows],
            version=None,
            consequences=consequences,
            action_label=count,
            cancel_url=self.sheet_url,
            **kwargs,
        )

    def act(self, form: SeenForm) -> str:
        sheet = self.sheet
        confirm_figures(sheet.round, sheet.indicator, seen=form.cleaned_data["seen"], by=self.request.user, at=now())
        return self.sheet_url


class FigureCorrectView(SheetMixin, ActingMixin, FormView):
    """Ask for one figure that is locked to be opened again."""

    form_class = CorrectionForm
    template_name = "components/confirm.html"
    done_message = _("The request is with the assessment centre.")

    @cached_property
    def figure(self) -> Figure:
        """The figure of the team in the address that stands."""
        for row in self.sheet.rows:
            if row.source.team.code == self.kwargs["team"] and row.figure is not None:
                return row.figure
        raise Http404

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while a correction can be asked."""
        row = next(row for row in self.sheet.rows if row.figure == self.figure)
        if not self.sheet.is_collecting or row.is_asked or row.is_reopened:
            return redirect(self.sheet_url)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "planned": self.sheet.planned, "figure": self.figure}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figure = self.figure
        return super().get_context_data(
            heading=gettext("Request a correction"),
            caption=f"{self.sheet.indicator.code} {self.sheet.title} · {figure.source.team}",
            version=figure.number,
            consequences=[
                gettext("The figure stays as it is until the assessment centre has opened the row again."),
                gettext("It is never deleted: the correction gets the next number."),
            ],
            action_label=gettext("Request"),
            cancel_url=self.sheet_url,
            **kwargs,
        )

    def act(self, form: CorrectionForm) -> str:
        ask_correction(self.figure, **form.cleaned_data, by=self.request.user, at=now())
        return self.sheet_url


class FigureImportPage(SheetMixin, TableImportPage):
    """The same figures as a workbook: a template with the teams, a dry run, and confirming as on the page."""

    imports = FiguresImport
    heading = _("Import figures")
    caption = _("One row per team. What is imported is saved, not confirmed: look at it and confirm it on the page.")
    sheet_name = "指标数据"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.back_url = self.sheet_url if request.user.is_authenticated else "/"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """`?empty=1` returns the workbook with a row for each team; where nothing is open, the page says so."""
        if self.file is None and not self.sheet.open_rows:
            return redirect(self.sheet_url)
        if self.file is None and request.GET.get("empty"):
            return filled_template(self.sheet.rows, name=self.sheet_name)  # type: ignore[return-value]  # streams
        return super().get(request, *args, **kwargs)

    def row(self) -> AssessmentRound:
        """The rule is asked of the round."""
        return self.sheet.round

    def about(self, options: Any) -> dict[str, Any]:
        return {"round": self.sheet.round, "indicator": self.sheet.indicator}

    def address(self, file: Any = None) -> str:
        where = [self.sheet.round.pk, self.sheet.indicator.code]
        return reverse("figure_import_try", args=[*where, file.pk]) if file else reverse("figure_import", args=where)

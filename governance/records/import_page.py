"""The page of every file import: upload, dry run, confirmation, outcome (docs/rules.md#dry-runs).

One view has two addresses: without a key it is the form, with the key of a tried file its dry run or its outcome.
Each kind of file is a subclass that says how to read it and which verb imports it.
"""

from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import rules
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.formats.filenames import clean_name
from governance.formats.layout import laid_out
from governance.formats.tables import empty_table
from governance.lists.requests import Request
from governance.lists.text import Text

from .delivery import workbook_response
from .dry_runs import SHOWN, DryRun, NotCarriedOut
from .list_import import ListImport
from .models import SavedUpload, StoredFile
from .tried_uploads import CarriedOut, keep_tried, outcome_of, tried_file

if TYPE_CHECKING:
    _UploadPage = FormView[forms.Form]
else:
    _UploadPage = FormView


SAID = ("heading", "caption", "columns", "template_url", "links", "back_url")
"""What a kind of file says of itself on its pages."""


class UploadForm(forms.Form):
    """A workbook; its content is checked when it is read. A kind of file may add fields."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ".xlsx"}),
        help_text=_("An Excel workbook (.xlsx). It is read first; nothing is saved until you confirm."),
        error_messages={
            "required": _("Choose a workbook."),
            "empty": _("The file is empty. Choose an .xlsx workbook."),
        },
    )


class ImportPage(_UploadPage):
    """The import of a kind of file: `kind` and `rule` name it, the methods below read and import it."""

    kind: str
    rule: str
    heading: Text = ""
    caption: Text = ""
    columns: tuple[tuple[Text, Text], ...] = ()
    """The columns of the file, their names and contents, explained beside the form."""
    template_url = ""
    """Where the empty workbook with these columns is downloaded; none by default."""
    links: tuple[tuple[Text, Text], ...] = ()
    """Further links on the form and the outcome, as (text, address)."""
    back_url: Text = "/"
    url_name = ""
    """Where the form stands; that of a tried file is called the same with `_try`."""
    form_class: type[UploadForm] = UploadForm
    template_name = "records/upload.html"
    dry_run_template = "records/dry_run.html"
    ask_form_class: type[forms.Form] | None = None
    """What a dry run may ask beside the file; the answers become part of its address."""

    request: Request
    kwargs: dict[str, Any]

    def row(self) -> Model | None:
        """The row that the rule is checked against."""
        return None

    def options_of(self, form: forms.Form) -> dict[str, str]:
        """The options entered beside the file, as parameters of the dry run's address."""
        return {}

    def options_in(self, query: dict[str, str]) -> Any:
        """The options read back from the address; people can type anything there, so raise Http404 for nonsense."""
        return None

    def try_file(self, file: IO[bytes], options: Any) -> DryRun:
        """Read the file and return what it would change; writes nothing."""
        raise NotImplementedError

    def carry_out(self, content: IO[bytes], options: Any, **tried: Any) -> Any:
        """Call the verb, which claims the `tried` file, checks what was `seen`, and saves the upload."""
        raise NotImplementedError

    def address(self, file: StoredFile | None = None) -> str:
        """The address of the form, or of the dry run of `file`."""
        return reverse(f"{self.url_name}_try", args=[file.pk]) if file else reverse(self.url_name)

    def done_url(self) -> Text:
        """Where the written rows can be seen."""
        return self.back_url

    # What is common to all -------------------------------------------------------------------------------------------
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only people who may run the import see this page; without the tried file they are led back to the form."""
        if not rules.test_rule(self.rule, request.user, self.row()):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except FileNotFoundError:
            messages.error(request, _("The uploaded file is no longer on the server. Choose it again."))
            return HttpResponseRedirect(self.address())

    @cached_property
    def file(self) -> StoredFile | None:
        """The reader's own tried file in the address; None on the form."""
        if "pk" not in self.kwargs:
            return None
        found = tried_file(self.kwargs["pk"], by=self.request.user)
        if found is None:
            raise Http404
        return found

    @cached_property
    def read_options(self) -> Any:
        """The options in the address."""
        return self.options_in(self.request.GET.dict())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, the dry run, or the outcome."""
        if self.file is None:
            return super().get(request, *args, **kwargs)
        upload = outcome_of(self.file, self.kind)
        return self.show_outcome(upload) if upload else self.show(self.tried(self.file))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try the file, or import it."""
        if self.file is None:
            return super().post(request, *args, **kwargs)
        try:
            with self.file.blob.open("rb") as content:
                about = {"tried": self.file, "seen": request.POST.get("seen", "")}
                self.carry_out(cast(IO[bytes], content), self.read_options, **about)
        except NotCarriedOut as refusal:
            return self.show(refusal.dry_run, refusal=refusal)
        except CarriedOut as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("Done. The file is kept together with the result."))
        return HttpResponseRedirect(request.get_full_path())

    def tried(self, file: StoredFile) -> DryRun:
        """What the stored file would change now."""
        with file.blob.open("rb") as content:
            return self.try_file(content, self.read_options)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Read the file: if it has faults, show them and discard it; otherwise store it until it is confirmed."""
        content = form.cleaned_data["file"]
        options = self.options_of(form)
        dry_run = self.try_file(content, self.options_in(options))
        if dry_run.faults:
            return self.render_to_response(self.get_context_data(form=form, dry_run=dry_run), status=422)
        file = keep_tried(
            content,
            name=clean_name(content.name),
            kind=self.kind,
            rule=self.rule,
            row=self.row(),
            by=self.request.user,
            at=now(),
        )
        query = f"?{urlencode(options)}" if options else ""
        return HttpResponseRedirect(self.address(file) + query)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the form again with its errors."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{name: getattr(self, name) for name in SAID}, shown=SHOWN, first=f":{SHOWN}", **kwargs
        )

    def show(self, dry_run: DryRun, *, refusal: Any = None) -> HttpResponse:
        """Show what the stored file would change now."""
        status = refusal.status if refusal else 200
        return self.answer(dry_run=dry_run, refusal=refusal, ask_form=self.ask_form(dry_run), status=status)

    def ask_form(self, dry_run: DryRun) -> forms.Form | None:
        """The form for what the dry run asks, with what the address says already."""
        if self.ask_form_class is None or not dry_run.asks:
            return None
        return self.ask_form_class(initial=self.request.GET.dict())

    def show_outcome(self, upload: SavedUpload) -> HttpResponse:
        return self.answer(upload=upload, counts=counts_of(upload), done_url=self.done_url(), status=200)

    def answer(self, *, status: int, **context: Any) -> HttpResponse:
        """Render the dry run or the outcome."""
        shared = self.get_context_data(form=None, file=self.file, form_url=self.address(), **context)
        return self.response_class(
            request=self.request, template=[self.dry_run_template], context=shared, status=status, using=None
        )


class TableImportPage(ImportPage):
    """The import of a plain list; explains its columns and offers an empty workbook to fill in."""

    imports: type[ListImport]
    sheet_name = ""
    """The name and title of the empty sheet; official, so in Chinese."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind, self.rule = self.imports.kind, self.imports.rule

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`?empty=1` returns the workbook to fill in."""
        if self.file is None and request.GET.get("empty"):
            sheets = empty_table(self.sheet_name, self.sheet_name, self.imports.columns)
            return workbook_response(laid_out(*sheets), name=self.sheet_name)  # type: ignore[return-value]  # streams
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the explanation of the columns."""
        self.columns = tuple((column.name, column.holds) for column in self.imports.columns)
        self.template_url = f"{self.address()}?empty=1"
        return super().get_context_data(**kwargs)

    def try_file(self, file: IO[bytes], options: Any) -> DryRun:
        return self.imports(by=self.request.user, at=now(), **self.about(options)).try_file(file)

    def carry_out(self, content: IO[bytes], options: Any, **tried: Any) -> Any:
        return self.imports(by=self.request.user, at=now(), **self.about(options)).carry_out(content, **tried)

    def about(self, options: Any) -> dict[str, Any]:
        """What else the import is about."""
        return {}


def counts_of(upload: SavedUpload) -> dict[str, int]:
    """How many rows an upload added, changed and left, whether the outcome has their keys or their number."""
    outcome = upload.read_outcome()
    found = {name: outcome.get(name, 0) for name in ("added", "changed", "unchanged")}
    return {name: value if isinstance(value, int) else len(value) for name, value in found.items()}

"""Forms that call a verb: a refusal is shown beside its field, and the entered text is kept."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url

from governance.lists.requests import Request
from governance.lists.text import Text

from .refusals import NotAllowed, Refused, Stale

if TYPE_CHECKING:
    from django.views.generic import FormView

    _FormPage = FormView[Any]
else:
    _FormPage = object

Form = TypeVar("Form", bound=BaseForm)


class ActingMixin(Generic[Form], _FormPage):
    """For a FormView whose form is carried out by one verb.

    `act(form)` calls the verb and returns the redirect target (an object, a url name or an address).
    """

    done_message: Text = ""
    request: Request

    def act(self, form: Form) -> Any:
        raise NotImplementedError

    def check(self) -> None:
        """Refuse what the verb would refuse whatever is typed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless nothing that is typed in it could be done."""
        self.check()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        """Act and redirect; after a refusal show the form again as it was filled in."""
        try:
            target = self.act(form)
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
            response = self.render_to_response(self.get_context_data(form=form, refusal=refusal))
            response.status_code = refusal.status
            return response
        if self.done_message:
            messages.success(self.request, self.done_message)
        return HttpResponseRedirect(resolve_url(target))

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the form again with its errors, as 422."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response


def show_refusal(form: BaseForm, refusal: Refused) -> None:
    """Put a refusal's messages beside the fields of `form`; those without a field go above.

    A stale form gets the current version, so that sending it again overwrites deliberately.
    """
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, message)
    if not refusal.fields:
        form.add_error(None, refusal.message)
    if isinstance(refusal, Stale) and "version" in form.fields and refusal.version is not None:
        data = cast(QueryDict, form.data).copy()
        data[form.add_prefix("version")] = str(refusal.version)
        form.data = data

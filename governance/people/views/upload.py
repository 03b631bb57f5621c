"""Departments and people from a workbook, and the first passwords of imported people; for administrators."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from governance.clock import now
from governance.formats.layout import LaidColumn, LaidSheet, laid_out
from governance.lists.requests import Request
from governance.records.delivery import workbook_response
from governance.records.import_page import TableImportPage
from governance.records.models import SavedUpload
from governance.records.refusals import WrongState
from governance.records.tried_uploads import outcome_of, tried_file

from ..people_import import DepartmentsImport, PeopleImport, awaiting_passwords, issue_passwords
from ..permissions import require


class RegisterImportPage(TableImportPage):
    """A register that is filled while the installation is set up."""

    links = ((gettext_lazy("First steps"), reverse_lazy("setting_up")),)


class DepartmentImportPage(RegisterImportPage):
    """Departments and their names."""

    imports = DepartmentsImport
    heading = gettext_lazy("Import departments")
    caption = gettext_lazy("A row for each department. What is filled in is written; an empty cell leaves what stands.")
    back_url = reverse_lazy("admin:people_department_changelist")
    sheet_name = "单位名册"
    url_name = "department_import"


class PeopleImportPage(RegisterImportPage):
    """People, with and without an account that can sign in."""

    imports = PeopleImport
    heading = gettext_lazy("Import people")
    caption = gettext_lazy("A row for each person. First passwords are given out after the import, once, in a sheet.")
    back_url = reverse_lazy("admin:people_user_changelist")
    sheet_name = "人员名册"
    url_name = "people_import"
    dry_run_template = "people/people_import.html"

    def show_outcome(self, upload: SavedUpload) -> HttpResponse:
        """Add how many people still need their first password."""
        self.extra_context = {"awaiting": awaiting_passwords(upload).count()}
        return super().show_outcome(upload)


@never_cache
@require_POST
def first_passwords(request: Request, pk: int) -> HttpResponseBase:
    """The first passwords of an imported file: shown once and never again."""
    require("keep_accounts", request.user)
    file = tried_file(pk, by=request.user)
    upload = file and outcome_of(file, PeopleImport.kind)
    if not upload:
        raise Http404
    try:
        issued = issue_passwords(upload, by=request.user, at=now())
    except WrongState as refusal:
        messages.warning(request, refusal.message)
        return redirect("people_import_try", pk)
    columns = [LaidColumn(name, width) for name, width in (("账号", 20), ("姓名", 14), ("单位", 26), ("初始密码", 20))]
    rows: list[list[Any]] = [
        [user.username, user.name, str(user.department or ""), password] for user, password in issued
    ]
    sheet = LaidSheet(
        name="初始密码",
        title="初始密码发放表",
        lines=["密码仅在此表出现一次，请当面或以密封方式发放；首次登录后请在“我的账号”中修改。"],
        columns=columns,
        rows=rows,
        landscape=False,
    )
    return workbook_response(laid_out(sheet), name=_("First passwords"))

"""Departments, townships and people from a workbook, and the first passwords of imported people; for administrators."""

from collections.abc import Sequence
from datetime import datetime
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

from ..accounts import issue_passwords
from ..departments_import import DepartmentsImport, TownshipsImport
from ..models import User
from ..passwords import FIRST_DAYS
from ..people_import import PeopleImport, password_sheets
from ..permissions import require


class RegisterImportPage(TableImportPage):
    """A register that is filled while the installation is set up."""

    links = ((gettext_lazy("Setting up"), reverse_lazy("setting_up")),)


class DepartmentImportPage(RegisterImportPage):
    """Departments and their names."""

    imports = DepartmentsImport
    heading = gettext_lazy("Import departments")
    caption = gettext_lazy("One row per department. Filled cells are saved; empty cells leave the current value.")
    back_url = reverse_lazy("admin:people_department_changelist")
    sheet_name = "单位名册"
    url_name = "department_import"


class TownshipImportPage(RegisterImportPage):
    """Townships in their order."""

    imports = TownshipsImport
    heading = gettext_lazy("Import townships")
    caption = gettext_lazy("One row per township. Filled cells are saved; empty cells leave the current value.")
    back_url = reverse_lazy("admin:people_township_changelist")
    sheet_name = "乡镇名册"
    url_name = "township_import"


class PeopleImportPage(RegisterImportPage):
    """People, with and without an account that can sign in."""

    imports = PeopleImport
    heading = gettext_lazy("Import people")
    caption = gettext_lazy("One row per person. First passwords are issued after the import, in a workbook.")
    back_url = reverse_lazy("people_list")
    sheet_name = "人员名册"
    url_name = "people_import"
    dry_run_template = "people/people_import.html"

    def show_outcome(self, upload: SavedUpload) -> HttpResponse:
        """Add the sheets of first passwords that are still to be given out, or can be given out again."""
        sheets = password_sheets(upload)
        self.extra_context = {"sheets": [sheet for sheet in sheets if sheet.waiting], "of_sheets": len(sheets)}
        return super().show_outcome(upload)


@never_cache
@require_POST
def first_passwords(request: Request, pk: int) -> HttpResponseBase:
    """A sheet of first passwords of an imported file, `?sheet=` by its number: shown once; a repeated one is new."""
    require("keep_accounts", request.user)
    file = tried_file(pk, by=request.user)
    upload = file and outcome_of(file, PeopleImport.kind)
    number = request.POST.get("sheet", "")
    sheet = next((each for each in password_sheets(upload) if str(each.number) == number), None) if upload else None
    if sheet is None:
        raise Http404
    try:
        issued = issue_passwords(sheet.asked(request.POST.get("mark", "")), by=request.user, at=now())
    except WrongState as refusal:
        messages.warning(request, refusal.message)
        return redirect("people_import_try", pk)
    return password_sheet(issued, at=now())


def password_sheet(issued: Sequence[tuple[User, str]], *, at: datetime) -> HttpResponseBase:
    """The workbook with first passwords, for printing and cutting."""
    columns = [LaidColumn(name, width) for name, width in (("账号", 20), ("姓名", 14), ("单位", 26), ("初始密码", 20))]
    rows: list[list[Any]] = [
        [user.username, user.name, str(user.department or ""), password] for user, password in issued
    ]
    sheet = LaidSheet(
        name="初始密码",
        title="初始密码发放表",
        lines=[
            f"{at.year}年{at.month}月{at.day}日{at:%H:%M}生成，此前向表中人员发放的初始密码同时作废。",
            "密码仅在此表出现一次，请当面或以密封方式发放。",
            f"首次登录时须设置本人密码；初始密码{FIRST_DAYS}天内未使用即失效，由管理员重新发放。",
        ],
        columns=columns,
        rows=rows,
        landscape=False,
    )
    return workbook_response(laid_out(sheet), name=_("First passwords"))

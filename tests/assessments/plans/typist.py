"""Somebody who fills in the forms of a plan's editor: only fields that a page shows can be typed into."""

from html.parser import HTMLParser

from django.urls import reverse

from assessments.engine import load
from assessments.engine.editing.fields import PARTS, RULES, indicator_fields
from assessments.engine.editing.shown import EDGE, bands_of, named_of, rows_of, text_of, texts_of, value_of
from assessments.engine.fields import Shape
from assessments.models import AssessmentPlan


class PlanForm(HTMLParser):
    """The form of a page as a browser would send it: key -> texts; `ticks` are its boxes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.ticks: dict[str, set[str]] = {}
        self.options: dict[str, set[str]] = {}
        self.buttons: set[str] = set()
        self.inside, self.select = False, ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        self.inside = self.inside or given.get("id") == "plan-form"
        if not self.inside:
            return
        if tag == "button":
            self.buttons.add(value)
        elif tag == "select":
            self.select = name
            self.sent[name] = [""]
        elif tag == "option":
            self.options.setdefault(self.select, set()).add(value)
            if "selected" in given:
                self.sent[self.select] = [value]
        elif tag == "input" and given.get("type") == "checkbox":
            self.ticks.setdefault(name, set()).add(value)
            if "checked" in given:
                self.sent.setdefault(name, []).append(value)
        elif tag == "input" and name:
            self.sent.setdefault(name, []).append(value)

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "form"


class Typist:
    """Types a plan into the editor, page after page, from its document."""

    def __init__(self, client, plan: AssessmentPlan) -> None:
        self.client, self.plan = client, plan

    @property
    def document(self):
        return load(AssessmentPlan.objects.get(pk=self.plan.pk).draft)

    def address(self, part: str, place: int | None = None) -> str:
        names = [self.plan.code, self.plan.number]
        return (
            reverse("plan_edit", args=[*names, part])
            if place is None
            else reverse("plan_edit_indicator", args=[*names, place])
        )

    def form(self, address: str) -> PlanForm:
        response = self.client.get(address)
        assert response.status_code == 200
        return PlanForm(response.content.decode())

    def send(self, address: str, form: PlanForm, do: str = "save") -> PlanForm:
        """Press a button that the page shows."""
        assert do in form.buttons, (address, do)
        response = self.client.post(address, {**form.sent, "do": do})
        assert response.status_code == 302, response.content.decode()
        return self.form(address)

    def type_plan(self, document) -> None:
        """Every page of the plan, then every indicator's."""
        for part in PARTS.values():
            address = self.address(part.name)
            form = self.form(address)
            table = document.get(part.table) or {}
            rows = rows_of(document, part.rows) if part.rows else []
            for _row in rows:
                form = self.send(address, form, "add:rows")
            self.fill(form, table, part.fields, "")
            for index, row in enumerate(rows):
                self.fill(form, row, part.row_fields, f"rows-{index}-")
            self.send(address, form)
        for place, row in enumerate(rows_of(document, ("indicators",)), start=1):
            self.type_indicator(self.address("indicators", place), row)

    def type_indicator(self, address: str, row) -> None:
        """The method first: its form follows from it."""
        form = self.form(address)
        for rule in RULES:
            if value_of(row, rule):
                self.put(form, f"{rule}.name".replace(".", "-"), value_of(row, f"{rule}.name"))
                form = self.send(address, form)
        for rule in RULES:
            for _band in bands_of(row, rule):
                form = self.send(address, form, f"add:{rule.replace('.', '-')}-bands")
        form = self.more_lines(address, form, row)
        self.fill(form, row, indicator_fields(row), "")
        self.send(address, form)

    def more_lines(self, address: str, form: PlanForm, row) -> PlanForm:
        """Saves until the small tables have lines enough; each time what fits is typed."""
        while self.fill(form, row, indicator_fields(row), ""):
            form = self.send(address, form)
        return form

    def fill(self, form: PlanForm, table, fields, prefix: str) -> bool:
        """Type what the document says; whether some lines found no room yet."""
        is_short = False
        for field in fields:
            value, key = value_of(table, field.name), f"{prefix}{field.key}"
            if value is None:
                continue
            match field.shape:
                case Shape.BANDS:
                    for index, band in enumerate(bands_of(table, field.name.rpartition(".")[0])):
                        for name in (EDGE, "points"):
                            self.put(form, f"{key}-{index}-{name}", text_of(band.get(name)))
                case Shape.NAMED:
                    for index, (name, number) in enumerate(named_of(value)):
                        is_short |= not self.line(form, key, index, name, number)
                case Shape.LIST:
                    for index, text in enumerate(texts_of(value)):
                        is_short |= not self.line(form, key, index, "", text)
                case Shape.CODES:
                    assert set(texts_of(value)) <= form.ticks[key], key
                    form.sent[key] = texts_of(value)
                case _:
                    self.put(form, key, text_of(value))
        return is_short

    def line(self, form: PlanForm, key: str, index: int, name: str, number: str) -> bool:
        if f"{key}-given" in form.sent:
            names = {form.sent[each][0]: each for each in form.sent if each.startswith(key) and each.endswith("-name")}
            self.put(form, names[name].removesuffix("-name") + "-value", number)
            return True
        if f"{key}-{index}-value" not in form.sent:
            return False
        if name:
            self.put(form, f"{key}-{index}-name", name)
        self.put(form, f"{key}-{index}-value", number)
        return True

    @staticmethod
    def put(form: PlanForm, key: str, text: str) -> None:
        assert key in form.sent, f"no field {key}"
        assert text in form.options.get(key, {text}), f"{key} does not offer {text}"
        form.sent[key] = [text]

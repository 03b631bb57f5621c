"""The kinds of notices about the teams' work: their sentences, and how their facts are read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from governance.records.words import NOTICE_FACTS, NOTICE_SENTENCES, as_written

from .models import FirstStep
from .words import period_in_words


class TeamNotice(TextChoices):
    """What happened; the label is the sentence, filled in with the notice's facts."""

    REPORT_READY = (
        "report_ready",
        _("%(who)s has completed the draft of your report for %(period)s. Please check it and submit it."),
    )
    REPORT_SUBMITTED = "report_submitted", _("%(team)s has submitted its report for %(period)s.")
    REPORT_TAKEN_BACK = "report_taken_back", _("%(team)s has taken back its report for %(period)s to correct it.")
    REPORT_RETURNED = (
        "report_returned",
        _("Your report for %(period)s was returned for revision. Submit it again by %(by)s."),
    )
    REPORT_ACCEPTED = "report_accepted", _("Your report for %(period)s was accepted.")
    REPORT_REOPENED = (
        "report_reopened",
        _("The acceptance of your report for %(period)s was undone; the report is being reviewed again."),
    )
    REPORT_HANDED_BACK = (
        "report_handed_back",
        _("%(who)s has returned the draft for %(period)s to you: %(word)s"),
    )
    MATTER_ASKED = "matter_asked", _("%(team)s needs your answer: %(matter)s. Please answer by %(by)s.")
    MATTER_PASSED_ON = (
        "matter_passed_on",
        _("Your team's matter has been forwarded to %(who)s, to be answered by %(by)s: %(matter)s."),
    )
    MATTER_ANSWERED = "matter_answered", _("%(who)s has answered the matter of %(team)s: %(matter)s.")
    TASK_ASSIGNED = "task_assigned", _("Task %(task)s has been assigned to your team.")
    EXTENSION_ASKED = "extension_asked", _("An extension is requested for task %(task)s.")
    EXTENSION_GRANTED = "extension_granted", _("The extension of task %(task)s was granted.")
    EXTENSION_REFUSED = "extension_refused", _("The extension of task %(task)s was refused.")
    CLOSE_OUT_ASKED = "close_out_asked", _("Close-out is requested for task %(task)s.")
    CLOSE_OUT_ACCEPTED = "close_out_accepted", _("Task %(task)s is closed out.")
    CLOSE_OUT_SENT_BACK = "close_out_sent_back", _("The close-out of task %(task)s was sent back.")
    TASK_CANCELLED = "task_cancelled", _("Task %(task)s was cancelled.")
    TASK_SUSPENDED = (
        "task_suspended",
        _("Task %(task)s is suspended. No report is due on it until it is resumed."),
    )
    TASK_RESUMED = "task_resumed", _("Task %(task)s has been resumed.")
    TEAM_JOINED = "team_joined", _("You are now a member of %(team)s.")
    TEAM_LEFT = "team_left", _("You are no longer a member of %(team)s.")
    REPORT_DUE = "report_due", _("The report of %(team)s for %(period)s is due on %(by)s.")
    REPORT_OVERDUE = (
        "report_overdue",
        _("The report of %(team)s for %(period)s was due on %(by)s and has not been submitted."),
    )
    ROWS_EMPTY = "rows_empty", _("Your rows in the report of %(team)s for %(period)s are still empty: %(tasks)s.")
    RESUBMIT_DUE = "resubmit_due", _("Submit the report of %(team)s for %(period)s again by %(by)s.")
    RESUBMIT_OVERDUE = (
        "resubmit_overdue",
        _("The report of %(team)s for %(period)s was to be submitted again by %(by)s."),
    )
    TASK_DUE_SOON = "task_due_soon", _("Task %(task)s is due on %(by)s.")
    TASK_OVERDUE = "task_overdue", _("Task %(task)s was due on %(by)s and is not done.")
    FIRST_STEP_DUE = "first_step_due", _("%(team)s: the first step “%(step)s” is due on %(by)s.")
    FIRST_STEP_OVERDUE = (
        "first_step_overdue",
        _("%(team)s: the first step “%(step)s” was due on %(by)s and is not done."),
    )
    MATTER_DUE = "matter_due", _("Answer by %(by)s: %(matter)s.")
    MATTER_OVERDUE = "matter_overdue", _("An answer was due on %(by)s: %(matter)s.")
    MATTER_UNOWNED = "matter_unowned", _("Nobody has been assigned to answer the matter of %(team)s: %(matter)s.")
    REVIEW_WAITING = (
        "review_waiting",
        _("The report of %(team)s for %(period)s has been waiting for review since %(since)s."),
    )
    EXTENSION_WAITING = (
        "extension_waiting",
        _("The extension of task %(task)s has been waiting for a decision since %(since)s."),
    )
    CLOSE_OUT_WAITING = (
        "close_out_waiting",
        _("The close-out of task %(task)s has been waiting to be checked since %(since)s."),
    )
    PERIOD_TO_CLOSE = "period_to_close", _("The reporting period %(period)s has been ready to close since %(since)s.")

    CHASED = "chased", _("The special office reminds you of something outstanding: %(owed)s, %(about)s.")


for _kind in TeamNotice:
    NOTICE_SENTENCES.register(_kind.value, _kind.label)

for _fact in ("task", "tasks", "team", "who", "matter", "word", "about"):
    NOTICE_FACTS.register(_fact, as_written)
NOTICE_FACTS.register("period", period_in_words)
NOTICE_FACTS.register("step", lambda kind: str(dict(FirstStep.Kind.choices).get(kind, kind)))

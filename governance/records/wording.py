"""What each verb did, in words, for the audit log; a test asks that no verb of the project is missing."""

from django.utils.translation import gettext_lazy as _

VERB_WORDS = {
    # people
    "sign_in": _("signed in"),
    "sign_out": _("signed out"),
    "lock_out": _("account locked after wrong passwords"),
    "create_account": _("made an account"),
    "change_account": _("changed an account"),
    "change_password": _("set a password"),
    "change_mail": _("changed the own e-mail address"),
    "save_department": _("saved a department"),
    "save_township": _("saved a township"),
    "name_county": _("named the county"),
    "mark_day": _("marked a day in the calendar"),
    "open_notice": _("opened a notice"),
    "read_all_notices": _("marked all notices as read"),
    "mark_notices": _("marked notices as read or new"),
    "undo_marking": _("undid a marking of notices"),
    "export_list": _("exported a list"),
    "mail_notices": _("mailed notices to a person"),
    "send_reminders": _("sent reminders"),
    # action and teams
    "save_action": _("saved the action"),
    "save_stage": _("saved a stage"),
    "save_group": _("saved a working group"),
    "set_lamp_rule": _("issued a lamp rule"),
    "relight_tasks": _("computed lamps again"),
    "found_team": _("founded a team"),
    "change_team": _("changed a team"),
    "close_team": _("closed a team"),
    "save_core_figure": _("saved a core figure"),
    "add_department": _("put a department in a team"),
    "end_department": _("ended a department's part in a team"),
    "change_lead": _("handed over the lead of a team"),
    "add_member": _("put a person in a team"),
    "end_member": _("ended a person's part in a team"),
    "change_part": _("gave a person another part in a team"),
    "open_screen": _("opened the wall chart to a screen"),
    "revoke_screen": _("took the wall chart off a screen"),
    # tasks
    "assign_task": _("assigned a task"),
    "edit_task": _("edited a task"),
    "acknowledge_task": _("acknowledged a task"),
    "acknowledge_tasks": _("acknowledged several tasks"),
    "change_tasks": _("changed several tasks"),
    "undo_change": _("undid a change of several tasks"),
    "cancel_task": _("cancelled a task"),
    "suspend_task": _("suspended a task"),
    "resume_task": _("took a task up again"),
    "add_milestones": _("laid down milestones"),
    "complete_milestone": _("marked a milestone as done"),
    "replace_milestone": _("replaced a milestone"),
    "share_out": _("shared a target out to townships"),
    "count_shares": _("entered counts by township"),
    "ask_extension": _("asked for an extension"),
    "decide_extension": _("decided an extension"),
    "ask_close_out": _("asked to close a task out"),
    "decide_close_out": _("decided a close-out"),
    "import_ledger": _("imported a task ledger"),
    "attach_evidence": _("attached evidence"),
    "describe_evidence": _("described evidence"),
    "withdraw_evidence": _("withdrew evidence"),
    "download_evidence": _("downloaded evidence"),
    "download_team_evidence": _("downloaded the evidence of a team"),
    # periods and reports
    "generate_periods": _("generated reporting periods"),
    "set_period_due": _("set when a period is due"),
    "close_period": _("closed a period"),
    "save_report": _("saved a report"),
    "hand_over_report": _("handed a report to the head"),
    "submit_report": _("submitted a report"),
    "accept_report": _("accepted a report"),
    "return_report": _("returned a report for revision"),
    "hand_back_report": _("sent a draft back to the liaison"),
    "open_submission": _("opened a submitted report"),
    "assign_matter": _("passed on a matter for coordination"),
    "answer_matter": _("answered a matter for coordination"),
    # assessment
    "draft_plan": _("drafted an assessment plan"),
    "save_plan_draft": _("saved the draft of a plan"),
    "adopt_plan": _("adopted an assessment plan"),
    "open_round": _("opened a round"),
    "amend_round": _("changed a round"),
    "step_back": _("took a round a step back"),
    "freeze_measures": _("froze the measures of a round"),
    "enter_figures": _("entered figures"),
    "enter_event": _("entered an event"),
    "withdraw_event": _("withdrew an event"),
    "score_round": _("scored a round"),
    "approve_round": _("approved a round"),
    "publish_round": _("published a round"),
}

FACT_WORDS = {
    "account": _("account"),
    "added": _("added"),
    "aliases": _("aliases"),
    "answer": _("answer"),
    "changed": _("changed"),
    "classes": _("classes"),
    "count": _("count"),
    "document": _("document"),
    "file": _("file"),
    "files": _("files"),
    "for": _("counts as"),
    "granted": _("granted"),
    "from_step": _("next step"),
    "help_requests": _("matters for coordination"),
    "indicator": _("indicator"),
    "format": _("file format"),
    "lead_department": _("lead department"),
    "list": _("list"),
    "narrowed": _("narrowed by"),
    "notices": _("notices"),
    "milestone": _("milestone"),
    "milestones": _("milestones"),
    "next_steps": _("next steps"),
    "on": _("day"),
    "on_time": _("on time"),
    "passed_over": _("passed over"),
    "periods": _("reporting periods"),
    "reason": _("reason"),
    "result": _("result"),
    "roles": _("roles"),
    "rows": _("rows"),
    "rule": _("lamp rule"),
    "sha256": _("SHA-256"),
    "statement": _("what was achieved"),
    "stays": _("stays as a member department"),
    "submission": _("submission"),
    "tasks": _("tasks"),
    "team": _("special team"),
    "teams": _("special teams"),
    "unchanged": _("left as they are"),
    "written": _("tasks written"),
    "year": _("year"),
}
"""What events record besides the fields of a row, in words."""


def verb_word(name: str) -> str:
    """The verb in the reader's language."""
    return str(VERB_WORDS.get(name, name.replace("_", " ")))


def fact_word(name: str) -> str:
    """A recorded fact that is no field, in the reader's language."""
    return str(FACT_WORDS.get(name, name.replace("_", " ")))


def verbs_like(text: str) -> list[str]:
    """Names of the verbs whose words, in the reader's language, or whose name hold `text`."""
    text = text.strip().lower()
    return [name for name, words in VERB_WORDS.items() if text in str(words).lower() or text in name]

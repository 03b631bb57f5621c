"""Who may do what to teams, tasks and reports: predicates asked inside verbs; templates ask the same (DESIGN 1)."""

import rules

from governance.people.permissions import is_administrator, is_office

rules.add_rule("keep_teams", is_office)
rules.add_rule("keep_lamp_rules", is_administrator)

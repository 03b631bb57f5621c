"""Who of the centre may still approve a round, and who does what where the centre is small."""

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, names_text
from governance.people.models import User

from ..models import Appeal, AssessmentRound, ResultCorrection
from ..permissions import free_to_approve, free_to_decide, people_of_centre

NOBODY_LEFT = _(
    "Nobody in the centre is left to approve it: everyone has entered or decided what counts, or scored "
    "it. Return to the previous step and let one person take over the figures of the others, or ask the "
    "administrator for another account."
)

NOBODY_AFTER = _(
    "If you enter this, nobody in the centre will be left to approve the round. Let someone enter it who "
    "already has values in it, or ask the administrator for another account."
)

ALONE = _(
    "The centre has only one account, and nobody approves their own score. Ask the administrator for another account."
)

PAIR = _("With two people: one enters, scores and publishes; the other approves and decides appeals.")


def is_last_free(user: User, round: AssessmentRound) -> bool:
    """Whether `user` is the only one who may approve the round, so that nobody can once they enter anything."""
    return [person.pk for person in free_to_approve(round)] == [user.pk]


def approver_words(round: AssessmentRound) -> list[Text]:
    """Who may approve the round as it stands, or how somebody can; who does what where the centre is small."""
    people, size = free_to_approve(round), people_of_centre().count()
    few: list[Text] = [ALONE] if size < 2 else [PAIR] if size == 2 else []
    if people and size > 1:
        return [_("Can be approved by: %(names)s.") % {"names": names_text(map(str, people))}, *few]
    return few if size < 2 else [NOBODY_LEFT, *few]


def publisher_words(approved: AssessmentRound | ResultCorrection) -> list[Text]:
    """Who may publish the approved round, or the approved correction of its result."""
    people = [str(person) for person in people_of_centre().exclude(pk__in=approved.approver_ids())]
    return [_("Can be published by: %(names)s.") % {"names": names_text(people)}] if people else [ALONE]


def decider_words(appeal: Appeal) -> Text:
    """Who may decide an appeal, or that nobody can."""
    people = [str(person) for person in free_to_decide(appeal)]
    if people:
        return _("Can be decided by: %(names)s.") % {"names": names_text(people)}
    return _(
        "Nobody in the centre is left to decide it: everyone has brought in what counts or scored the round. Ask the "
        "administrator for another account."
    )

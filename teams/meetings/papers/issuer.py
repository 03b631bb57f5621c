"""The organ that issues papers: its names and the code before its numbers."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Issuer:
    """The issuing organ: full name, short name, and the code in numbers (县专项办通报〔2026〕4号)."""

    name: str
    short: str
    code: str


def issuer() -> Issuer:
    """As the installation is set up."""
    return Issuer(settings.ISSUER_NAME, settings.ISSUER_SHORT_NAME, settings.ISSUER_CODE)


def centre() -> Issuer:
    """The assessment centre, which issues the papers of the assessment."""
    return Issuer(settings.CENTRE_NAME, settings.CENTRE_SHORT_NAME, settings.CENTRE_SHORT_NAME)

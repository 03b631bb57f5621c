"""An app without models, so that the template tags of the lists are found."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "governance.lists"
    label = "lists"

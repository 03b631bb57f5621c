"""The room of the lists as an app without models, so that its template tags are found."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "governance.lists"
    label = "lists"

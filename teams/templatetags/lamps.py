"""`{% load lamps %}`: a lamp by its word."""

from django import template

from ..words import lamp_name

register = template.Library()

register.filter(lamp_name)

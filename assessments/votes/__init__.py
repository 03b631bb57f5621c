"""Votes of groups: slips printed and cast, tallies entered, and what they come to."""

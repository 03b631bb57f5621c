#!/usr/bin/env python
"""Vanguard's command line.

A checkout without `.env` and without a SECRET_KEY in the environment is a developer's: DEBUG is on there unless the
environment says otherwise. The web server (`governance/wsgi.py`) makes no such assumption and refuses to start.
"""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    if "SECRET_KEY" not in os.environ and not Path(__file__).with_name(".env").exists():
        os.environ.setdefault("DEBUG", "on")
    execute_from_command_line(sys.argv)

"""The same in tables; sentences put dates in their own words."""

from governance.written.en.formats import *  # noqa: F403

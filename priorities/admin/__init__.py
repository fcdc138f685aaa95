"""Django's admin panel: for corrections that the site's own pages do not offer, and for accounts.

``site`` is the panel as a whole, ``base`` what its pages share, then one module per module of
``models``. Everything here is registered on ``site.panel``, not on Django's default site.
"""

from . import people, plan, progress
from .site import panel

__all__ = ["panel", "people", "plan", "progress"]

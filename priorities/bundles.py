"""Which scripts a browser gets as one file: what every page has, and what tables and forms have.

The sources stay small and separate. ``collectstatic`` joins them in this order; where the sources
are served themselves (tests, development), each comes by itself.
"""

BUNDLES = {
    "tracker": ("act", "htmx-setup", "feedback", "day", "palette", "unsent", "versions"),
    "rows": ("names", "choose", "inline", "actions"),
}


def bundle_path(name: str) -> str:
    return f"js/{name}-bundle.js"


def source_paths(name: str) -> list[str]:
    return [f"js/{source}.js" for source in BUNDLES[name]]

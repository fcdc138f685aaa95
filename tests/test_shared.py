"""What the workers share, and what one of them gives back when nobody asks it."""

import gc
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from gunicorn.workers.gthread import ThreadWorker

from tracker import shared, worker


def test_what_is_there_at_the_fork_is_frozen():
    """And every page of ours is compiled by then; the cached loader keeps it."""
    loader = engines["django"].engine.template_loaders[0]
    loader.reset()
    try:
        shared.share()
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
    written = {str(file) for file in Path(settings.BASE_DIR, "templates").rglob("*.html")}
    assert written <= {template.origin.name for template in loader.get_template_cache.values()}


@pytest.fixture
def quiet_worker(monkeypatch):
    """A worker's loop without a server; how often it tidied stands in ``tidied_times``."""
    times = []
    monkeypatch.setattr(ThreadWorker, "notify", lambda self: None)
    monkeypatch.setattr(worker, "give_back", lambda: times.append(1))
    found = worker.Worker.__new__(worker.Worker)
    found.nr, found.tidied_times = 0, times
    return found


def test_a_worker_tidies_once_it_is_quiet(quiet_worker, monkeypatch):
    monkeypatch.setattr(worker, "QUIET", 0)
    for served, tidied in [(0, 0), (1, 0), (1, 1), (1, 1), (5, 1), (5, 2)]:
        quiet_worker.nr = served
        quiet_worker.notify()
        assert len(quiet_worker.tidied_times) == tidied


def test_a_worker_that_was_just_asked_does_not_tidy(quiet_worker, monkeypatch):
    monkeypatch.setattr(worker, "QUIET", 3600)
    quiet_worker.nr = 1
    for _n in range(3):
        quiet_worker.notify()
    assert quiet_worker.tidied_times == []

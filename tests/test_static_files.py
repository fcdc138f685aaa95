"""What `collectstatic` makes of a stylesheet."""

from io import BytesIO

from django.core.files.storage import FileSystemStorage

from priorities.bundles import source_paths
from priorities.templatetags.script_tags import bundle
from tracker.static_files import StaticFilesStorage

JOINING = "tracker.static_files.StaticFilesStorage"

WRITTEN = b"/* for us */\n.light { color: var(--red); }\n.drop > :not(summary) { margin: 0; }\n"
FETCHED = ".light{color:var(--red)}.drop>:not(summary){margin:0}"


def test_a_stylesheet_goes_out_under_a_hash_and_without_its_comments(tmp_path, monkeypatch):
    monkeypatch.setattr("tracker.static_files.BUNDLES", {})  # of scripts, which are not here
    storage = StaticFilesStorage(location=tmp_path / "static", base_url="/static/")
    source = FileSystemStorage(location=tmp_path / "source")
    source.save("look.css", BytesIO(WRITTEN))
    with source.open("look.css") as file:
        storage.save("look.css", file)
    made = list(storage.post_process({"look.css": (source, "look.css")}))
    assert made
    hashed = storage.stored_name("look.css")
    assert hashed != "look.css"
    assert (tmp_path / "static" / hashed).read_text() == FETCHED


def test_a_script_of_ours_goes_out_without_its_comments(tmp_path):
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")
    for name in ("js/run.js", "theirs/run.js"):
        storage.save(name, BytesIO(b"/* for us */\n  run();\n"))
    assert (tmp_path / "js/run.js").read_text() == "run();"
    assert (tmp_path / "theirs/run.js").read_text() == "/* for us */\n  run();\n"


def test_nothing_but_text_is_touched(tmp_path):
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")
    storage.save("seal.png", BytesIO(b"\x89PNG"))
    assert (tmp_path / "seal.png").read_bytes() == b"\x89PNG"


def test_with_debug_each_script_comes_by_itself(settings):
    """Nothing was collected then, so there is no file in which they are joined."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": JOINING}}
    settings.DEBUG = True
    lost = [path for path in source_paths("tracker") if f"/static/{path}" not in bundle("tracker")]
    assert lost == []

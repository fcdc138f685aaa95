"""Evidence: judged by content, kept outside the static files, given out as an attachment only."""

import hashlib
import io
import struct
import uuid
import zipfile
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from priorities.evidence import KINDS, OLE2, check_file, is_of_kind
from priorities.models import Evidence, ProgressEntry
from tests.factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user
from tests.markup import uncut

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40)
EXE = b"MZ\x90\x00\x03" + bytes(200)
MB = 1024 * 1024


def zip_of(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "示例")
    return content.getvalue()


def compound(stream: str) -> bytes:
    return OLE2 + bytes(600) + stream.encode("utf-16-le") + bytes(600)


GOOD = {
    "pdf": PDF,
    "ofd": zip_of("OFD.xml", "Doc_0/Document.xml"),
    "docx": zip_of("[Content_Types].xml", "word/document.xml"),
    "xlsx": zip_of("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": zip_of("[Content_Types].xml", "ppt/presentation.xml"),
    "doc": compound("WordDocument"),
    "xls": compound("Workbook"),
    "ppt": compound("PowerPoint Document"),
    "wps": compound("WordDocument"),
    "et": compound("Workbook"),
    "dps": compound("PowerPoint Document"),
    "rtf": b"{\\rtf1\\ansi demo}",
    "jpg": JPG,
    "png": PNG,
    "heic": b"\0\0\0\x24ftypheic" + bytes(40),
    "webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40),
    "gif": b"GIF89a" + bytes(40),
    "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(60),
    "tif": b"II*\0" + bytes(40),
    "mp4": b"\0\0\0\x20ftypisom" + bytes(40),
    "mov": b"\0\0\0\x14ftypqt  " + bytes(40),
    "rar": b"Rar!\x1a\x07\x01\0" + bytes(40),
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
    "zip": zip_of("名单.txt"),
}


def with_password(names: str = "名单.txt") -> bytes:
    """A zip whose members say that they are encrypted: bit 0 of the flags, in both places."""
    content = bytearray(zip_of(names))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


LOCKED = {
    "docx": compound("EncryptedPackage"),
    "xlsx": compound("EncryptedPackage"),
    "doc": OLE2 + bytes(504) + b"\xec\xa5" + bytes(9) + b"\x01" + bytes(500),
    "xls": OLE2 + bytes(504) + b"\x09\x08\x10\0" + bytes(16) + b"\x2f\0" + bytes(490),
    "ppt": compound("EncryptedSummary"),
    "zip": with_password(),
}


def complaint(name: str, content: bytes) -> str:
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        check_file(SimpleUploadedFile(name, content))
    return caught.value.messages[0]


class TestContent:
    def test_every_kind_has_an_example(self):
        assert list(GOOD) == list(KINDS)

    @pytest.mark.parametrize("kind", GOOD)
    def test_each_kind_is_known_by_its_content(self, kind):
        check_file(SimpleUploadedFile(f"佐证.{kind.upper()}", GOOD[kind]))

    @pytest.mark.parametrize("kind", GOOD)
    def test_a_program_is_none_of_them(self, kind):
        assert complaint(f"佐证.{kind}", EXE) == (
            f"“佐证.{kind}” is damaged or not what its name says: its content is no {kind}."
        )

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("docx", GOOD["xlsx"]),
            ("xlsx", GOOD["docx"]),
            ("pptx", GOOD["zip"]),
            ("docx", zip_of("word/document.xml")),
            ("ofd", GOOD["docx"]),
            ("wps", compound("Workbook")),
            ("et", compound("WordDocument")),
            ("wps", compound("Installer")),
            ("wps", GOOD["xlsx"]),
            ("jpg", PNG),
            ("png", JPG),
            ("pdf", bytes(1025) + PDF),
            ("mp4", GOOD["heic"]),
            ("heic", GOOD["mp4"]),
            ("doc", compound("Workbook")),
            ("xls", GOOD["zip"]),
            ("zip", zip_of()),
            ("zip", GOOD["zip"][:-10]),
            ("zip", b"PK\x03\x04" + bytes(100)),
        ],
    )
    def test_another_kind_is_refused(self, kind, content):
        assert not is_of_kind(io.BytesIO(content), kind)

    @pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n\r\n", b"x" * 1000])
    def test_the_head_of_a_pdf_need_not_be_its_first_byte(self, before):
        check_file(SimpleUploadedFile("扫描.pdf", before + PDF))

    @pytest.mark.parametrize("kind", LOCKED)
    def test_a_password_is_told_as_a_password(self, kind):
        assert complaint(f"佐证.{kind}", LOCKED[kind]).startswith(
            f"“佐证.{kind}” opens with a password only"
        )

    @pytest.mark.parametrize(
        ("name", "found"),
        [("照片.jpg", "heic"), ("通知.docx", "pdf"), ("表.xlsx", "doc"), ("名单.xls", "rtf")],
    )
    def test_another_kind_is_told_as_what_it_is(self, name, found):
        assert complaint(name, GOOD[found]).startswith(
            f"“{name}” is a file of the kind {found} by its content."
        )

    @pytest.mark.parametrize("name", ["照片.HEIF", "图.tiff", "图.JPE"])
    def test_other_endings_of_the_same_kind(self, name):
        kind = {"heif": "heic", "tiff": "tif", "jpe": "jpg"}[name.rpartition(".")[2].lower()]
        check_file(SimpleUploadedFile(name, GOOD[kind]))

    def test_new_wps_files_are_office_open_xml(self):
        assert is_of_kind(io.BytesIO(GOOD["docx"]), "wps")
        assert is_of_kind(io.BytesIO(GOOD["xlsx"]), "et")

    def test_jpeg_is_jpg(self):
        check_file(SimpleUploadedFile("照片.jpeg", JPG))

    def test_a_stream_name_on_the_edge_of_a_chunk_is_found(self):
        content = OLE2 + bytes(64 * 1024 - 15) + "WordDocument".encode("utf-16-le") + bytes(99)
        assert is_of_kind(io.BytesIO(content), "wps")

    @pytest.mark.parametrize(
        "name", ["程序.exe", "网页.html", "图.svg", "旧.wpd", "无", "x.pdf.exe"]
    )
    def test_other_names_are_refused(self, name):
        assert complaint(name, PDF) == (
            f"“{name}” is not of a kind that is kept here. Possible are: {', '.join(GOOD)}."
        )

    def test_an_empty_file_is_refused(self):
        assert complaint("空.pdf", b"") == "“空.pdf” is empty."

    def test_20_mb_is_the_limit(self):
        check_file(SimpleUploadedFile("大.pdf", PDF + bytes(20 * MB - len(PDF))))
        sentence = complaint("大.pdf", PDF + bytes(20 * MB - len(PDF) + 1))
        assert sentence == "“大.pdf” is larger than 20 MB."

    def test_a_monstrous_index_is_not_read(self):
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9999, 9999, 2**31, 0, 0)
        assert not is_of_kind(io.BytesIO(b"PK\x03\x04" + bytes(200) + end), "zip")

    def test_a_zip_bomb_is_not_unpacked(self):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb", bytes(50 * MB))
        assert len(content.getvalue()) < MB
        assert is_of_kind(content, "zip")

    @settings(max_examples=200, deadline=None)
    @given(st.sampled_from(sorted(GOOD)), st.binary(max_size=300), st.integers(0, 400))
    def test_damaged_files_never_raise(self, kind, noise, place):
        content = GOOD[kind][:place] + noise + GOOD[kind][place:]
        assert is_of_kind(io.BytesIO(content), kind) in (True, False)
        assert is_of_kind(io.BytesIO(GOOD[kind][:place] + noise), kind) in (True, False)


@pytest.fixture
def plan(db):
    return make_plan("2031")


@pytest.fixture
def unit(db):
    return make_unit("示例一局")


@pytest.fixture
def action(plan, unit):
    return make_action(make_priority(plan, number=3), order=2, lead_unit=unit)


@pytest.fixture
def reporter(unit):
    return make_user("reporter", [unit])


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def report(user, action, *files, **words):
    given = {
        "nonce": "7d1f0a3e-0000-4000-8000-000000000001",
        "percent": "20",
        "done": "示例：已按计划推进。",
        "outlook": "on_course",
        "day": "2022-09-30",
        "files": list(files),
    }
    url = reverse("report", args=[action.priority.plan.slug, action.number])
    return signed_in(user).post(url, given | words)


class TestUpload:
    def test_files_and_links_are_kept_with_size_and_hash(self, action, reporter, evidence_folder):
        response = report(
            reporter,
            action,
            SimpleUploadedFile("批复.pdf", PDF),
            SimpleUploadedFile("名单.xlsx", GOOD["xlsx"]),
            links="https://example.org/a\n\nhttp://example.org/b\nhttps://example.org/a",
        )
        assert response.status_code == 302
        kept = Evidence.objects.order_by("pk")
        assert [(e.name, e.size, e.sha256, e.link) for e in kept] == [
            ("批复.pdf", len(PDF), hashlib.sha256(PDF).hexdigest(), ""),
            ("名单.xlsx", len(GOOD["xlsx"]), hashlib.sha256(GOOD["xlsx"]).hexdigest(), ""),
            ("", 0, "", "https://example.org/a"),
            ("", 0, "", "http://example.org/b"),
        ]
        on_disk = sorted(p.read_bytes() for p in evidence_folder.rglob("*") if p.is_file())
        assert on_disk == sorted([PDF, GOOD["xlsx"]])

    def test_a_file_above_the_memory_limit_comes_whole(self, action, reporter, evidence_folder):
        content = PDF + bytes(4 * MB)
        assert report(reporter, action, SimpleUploadedFile("扫描.pdf", content)).status_code == 302
        assert Evidence.objects.get().sha256 == hashlib.sha256(content).hexdigest()

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("报告.pdf", EXE, "“报告.pdf” is damaged or not what its name says"),
            ("空.pdf", b"", "“空.pdf” is empty."),
            ("程序.exe", EXE, "“程序.exe” is not of a kind that is kept here."),
            ("大.pdf", PDF + bytes(20 * MB), "“大.pdf” is larger than 20 MB."),
        ],
    )
    def test_a_bad_file_stores_nothing_and_is_named(
        self, action, reporter, evidence_folder, name, content, sentence
    ):
        good = SimpleUploadedFile("好.pdf", PDF)
        response = report(reporter, action, good, SimpleUploadedFile(name, content))
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in page
        assert "Please choose the files again" in page
        assert "示例：已按计划推进。" in page
        assert_nothing_stored(evidence_folder)

    def test_ten_files_are_the_limit(self, action, reporter, evidence_folder):
        def files(count):
            return [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(count)]

        response = report(reporter, action, *files(11))
        assert response.status_code == 422
        assert "These are 11 files; at most 10." in response.content.decode()
        assert_nothing_stored(evidence_folder)
        assert report(reporter, action, *files(10)).status_code == 302
        assert Evidence.objects.count() == 10

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "网址", "//x"])
    def test_other_links_are_refused(self, action, reporter, link, evidence_folder):
        response = report(reporter, action, links=f"https://example.org/\n{link}")
        assert response.status_code == 422
        assert f"“{link}” is no web address" in response.content.decode()
        assert_nothing_stored(evidence_folder)

    def test_ten_links_are_the_limit(self, action, reporter, evidence_folder):
        links = "\n".join(f"https://example.org/{n}" for n in range(11))
        response = report(reporter, action, links=links)
        assert "These are 11 links; at most 10." in response.content.decode()
        assert_nothing_stored(evidence_folder)

    def test_a_long_chinese_name_is_kept(self, action, reporter):
        name = "关于" + "示例园区" * 60 + ".pdf"
        assert len(name) == 246
        assert report(reporter, action, SimpleUploadedFile(name, PDF)).status_code == 302
        assert Evidence.objects.get().name == name

    def test_a_longer_name_is_shortened_before_its_ending(self, action, reporter):
        name = "园" * 400 + ".pdf"
        assert report(reporter, action, SimpleUploadedFile(name, PDF)).status_code == 302
        assert Evidence.objects.get().name == "园" * 251 + ".pdf"

    def test_nothing_of_a_refused_entry_is_left_on_disk(self, action, reporter, evidence_folder):
        make_entry(action, by=reporter, percent=60)
        response = report(reporter, action, SimpleUploadedFile("批复.pdf", PDF), percent="20")
        assert "It was 60 %: say why it fell." in response.content.decode()
        assert Evidence.objects.count() == 0
        assert not [p for p in evidence_folder.rglob("*") if p.is_file()]


def assert_nothing_stored(folder: Path) -> None:
    assert ProgressEntry.objects.count() == 0
    assert Evidence.objects.count() == 0
    assert not [p for p in folder.rglob("*") if p.is_file()]


BOUNDARY = "------------------------示例".encode("ascii", "ignore").decode() + "x7f"


def raw_body(action, *parts: tuple[bytes, bytes]) -> bytes:
    fields = {
        "nonce": "7d1f0a3e-0000-4000-8000-000000000001",
        "percent": "20",
        "done": "示例：已按计划推进。",
        "outlook": "on_course",
        "day": "2022-09-30",
    }
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for header, content in parts:
        head = b'Content-Disposition: form-data; name="files"; ' + header
        lines.append(f"--{BOUNDARY}\r\n".encode() + head + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()


def send_raw(user, action, *parts):
    return signed_in(user).generic(
        "POST",
        reverse("report", args=[action.priority.plan.slug, action.number]),
        raw_body(action, *parts),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )


class TestLostFiles:
    """Django drops these parts without a word; the form must not report success."""

    def test_a_gbk_name_is_answered_with_a_sentence(self, action, reporter, evidence_folder):
        header = b'filename="' + "批复文件.pdf".encode("gbk") + b'"'
        response = send_raw(reporter, action, (header, PDF))
        page = response.content.decode()
        assert response.status_code == 422
        assert "perhaps because of its name: 批复文件.pdf." in page
        assert "示例：已按计划推进。" in page
        assert_nothing_stored(evidence_folder)

    @pytest.mark.parametrize("name", [b".", b"..", b"a/..", b"c:\\x\\."])
    def test_a_name_that_is_no_name(self, action, reporter, evidence_folder, name):
        response = send_raw(reporter, action, (b'filename="' + name + b'"', PDF))
        assert response.status_code == 422
        assert "perhaps because of its name" in response.content.decode()
        assert_nothing_stored(evidence_folder)

    def test_one_lost_file_among_good_ones(self, action, reporter, evidence_folder):
        bad = b'filename="' + "名单.pdf".encode("gbk") + b'"'
        parts = [(b'filename="1.pdf"', PDF), (bad, PDF), (b'filename="2.pdf"', PDF)]
        response = send_raw(reporter, action, *parts)
        assert response.status_code == 422
        assert "because of its name: 名单.pdf." in response.content.decode()
        assert_nothing_stored(evidence_folder)

    def test_a_large_lost_file_makes_the_form_unreadable(self, action, reporter, evidence_folder):
        bad = b'filename="' + "名单.pdf".encode("gbk") + b'"'
        response = send_raw(reporter, action, (bad, PDF + bytes(3 * MB)))
        assert response.status_code == 400
        assert "holds something unreadable" in response.content.decode()
        assert_nothing_stored(evidence_folder)

    def test_no_file_chosen_is_no_lost_file(self, action, reporter):
        assert send_raw(reporter, action, (b'filename=""', b"")).status_code == 302
        assert Evidence.objects.count() == 0

    def test_a_good_name_is_found_at_every_place_of_a_chunk(self, action, reporter):
        for size in (64 * 1024 - 300, 64 * 1024 - 100, 64 * 1024 - 20, 64 * 1024):
            parts = [(b'filename="1.pdf"', PDF + bytes(size)), (b'filename="2.pdf"', PDF)]
            response = send_raw(reporter, action, *parts)
            assert response.status_code == 302


D = b"Content-Disposition: form-data; "
SHAPES = {
    "an empty name, with content": D + b'name="files"; filename=""\r\n\r\n%PDF-1.4 demo',
    "no name of the field": D + b'filename="a.pdf"\r\n\r\n%PDF-1.4 demo',
    "an empty name of the field": D + b'name=""; filename="a.pdf"\r\n\r\n%PDF-1.4 demo',
    "an empty extended name": D + b"name=\"files\"; filename*=UTF-8''\r\n\r\n%PDF-1.4 demo",
    "two names": D + b'name="files"; filename="a.pdf"; filename=""\r\n\r\n%PDF-1.4 demo',
    "no file name": D + b'name="files"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 demo',
    "parts in a part": D + b'name="files"\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n'
    b'--C\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\n%PDF-1.4\r\n--C--',
    "another field": D + b'name="file1"; filename="a.pdf"\r\n\r\n%PDF-1.4 demo',
    "single quotes": D + b"name='files'; filename='a.pdf'\r\n\r\n%PDF-1.4 demo",
    "lines that end otherwise": D + b'name="files"; filename="a.pdf"\n\n%PDF-1.4 demo',
    "a folded head": D + b'name="files";\r\n filename="a.pdf"\r\n\r\n%PDF-1.4 demo',
    "a blank before the colon": D.replace(b":", b" :")
    + b'name="files"; filename="a.pdf"\r\n\r\n%PDF',
    "a folder": D + b'name="files"; filename="a/"\r\n\r\n%PDF-1.4 demo',
    "letters as numbers": D + b'name="files"; filename="&#46;"\r\n\r\n%PDF-1.4 demo',
    "no disposition": b"Content-Type: application/pdf\r\n\r\n%PDF-1.4 demo",
    "a base that is none": D + b'name="files"; filename="a.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n%%%%",
    "another encoding": D + b'name="files"; filename="a.pdf"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=25PDF-1.4",
}


class TestShapes:
    """A form that names a file and brings none says so, however it was made by hand."""

    def send(self, user, url: str, shape: bytes, fields: bytes):
        mark = f"--{BOUNDARY}".encode()
        body = fields.removesuffix(mark + b"--\r\n") + mark + b"\r\n" + shape
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return signed_in(user).generic("POST", url, body + b"\r\n" + mark + b"--\r\n", kind)

    @pytest.mark.parametrize("name", SHAPES)
    def test_a_report_with_a_file_that_did_not_arrive(
        self, action, reporter, evidence_folder, name
    ):
        url = reverse("report", args=[action.priority.plan.slug, action.number])
        response = self.send(reporter, url, SHAPES[name], raw_body(action))
        page = response.content.decode()
        assert response.status_code in (400, 422)
        assert response.status_code == 400 or "示例：已按计划推进。" in page
        assert_nothing_stored(evidence_folder)

    @pytest.mark.parametrize("name", SHAPES)
    def test_a_ledger_that_did_not_arrive(self, plan, reporter, name):
        shape = SHAPES[name].replace(b'"files"', b'"file"').replace(b"a.pdf", b"a.xlsx")
        step = b'Content-Disposition: form-data; name="step"\r\n\r\ndry-run\r\n'
        fields = f"--{BOUNDARY}\r\n".encode() + step + f"--{BOUNDARY}--\r\n".encode()
        url = reverse("import_ledger", args=[plan.slug])
        assert self.send(reporter, url, shape, fields).status_code in (400, 422)

    @pytest.mark.parametrize("kind", ["plain", "multipart"])
    def test_a_name_that_was_sent_as_text(self, action, reporter, evidence_folder, kind):
        """As a form does whose kind was forgotten."""
        url = reverse("report", args=[action.priority.plan.slug, action.number])
        fields = {"percent": "20", "done": "示例：已推进。", "outlook": "on_course"}
        fields |= {"day": "2022-09-30", "nonce": str(uuid.uuid4()), "files": "批复.pdf"}
        plain = {"content_type": "application/x-www-form-urlencoded"}
        body = urlencode(fields) if kind == "plain" else fields
        response = signed_in(reporter).post(url, body, **plain if kind == "plain" else {})
        assert response.status_code == 422
        assert "because of its name: 批复.pdf." in response.content.decode()
        assert_nothing_stored(evidence_folder)

    def test_what_arrives_by_an_unusual_road_is_taken(self, action, reporter):
        pdf = b"%PDF-1.4 demo"
        for place, shape in enumerate(
            (
                D + b"name=\"files\"; filename*=UTF-8''%E6%89%B9.pdf\r\n\r\n" + pdf,
                D + b"name=files; filename=a.pdf\r\n\r\n" + pdf,
                D + b'name="files"; filename="c:\\x\\b.pdf"\r\n\r\n' + pdf,
                D + b'name="files"; filename="c.pdf"\r\n'
                b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQgeA==",
            ),
            start=1,
        ):
            url = reverse("report", args=[action.priority.plan.slug, action.number])
            fields = raw_body(action).replace(b"000000001", b"%09d" % place)
            assert self.send(reporter, url, shape, fields).status_code == 302
            assert Evidence.objects.count() == place


class TestDownload:
    @pytest.fixture
    def stored(self, action, reporter):
        report(reporter, action, SimpleUploadedFile("关于“批复”的函 v1.pdf", PDF))
        return Evidence.objects.get()

    def url(self, stored, slug="2031"):
        return reverse("evidence", args=[slug, stored.pk])

    def test_a_file_is_not_compressed_again(self, stored, reporter):
        encodings = {"Accept-Encoding": "gzip, deflate, br"}
        response = signed_in(reporter).get(self.url(stored), headers=encodings)
        assert response.status_code == 200
        assert "Content-Encoding" not in response

    @pytest.mark.parametrize("role", ["viewer", "reporter", "supervisor", "administrator"])
    def test_everybody_signed_in_gets_it_as_an_attachment(self, stored, role):
        response = signed_in(make_user(role)).get(self.url(stored))
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == PDF
        headers = response.headers
        assert headers["Content-Disposition"] == (
            "attachment; filename*=utf-8''%E5%85%B3%E4%BA%8E%E2%80%9C%E6%89%B9%E5%A4%8D"
            "%E2%80%9D%E7%9A%84%E5%87%BD%20v1.pdf"
        )
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Content-Length"] == str(len(PDF))

    @pytest.mark.parametrize(
        ("name", "content", "shown_as"),
        [("现场.jpeg", JPG, "image/jpeg"), ("截图.PNG", PNG, "image/png"), ("函.pdf", PDF, None)],
    )
    def test_a_picture_can_be_looked_at(self, action, reporter, name, content, shown_as):
        report(reporter, action, SimpleUploadedFile(name, content))
        address = self.url(Evidence.objects.get())
        client = signed_in(make_user("viewer"))
        response = client.get(f"{address}?look=1")
        assert b"".join(response.streaming_content) == content
        headers = response.headers
        assert headers["Content-Type"] == (shown_as or "application/octet-stream")
        assert headers["Content-Disposition"].split(";")[0] == (
            "inline" if shown_as else "attachment"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        page = uncut(client.get(f"/2031/actions/{action.number}/").content.decode())
        assert (f'href="{address}?look=1"' in page, f'href="{address}" download' in page) == (
            shown_as is not None,
            True,
        )

    def test_what_only_its_name_calls_a_picture_is_saved(self, action, reporter):
        """Nothing else is taken in; were the file in the store another one, it would not show."""
        report(reporter, action, SimpleUploadedFile("现场.png", PNG))
        stored = Evidence.objects.get()
        Path(stored.file.path).write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        response = signed_in(reporter).get(f"{self.url(stored)}?look=1")
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Type"] == "application/octet-stream"

    def test_nobody_else_does(self, stored):
        response = Client().get(self.url(stored))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/")

    def test_another_plans_address_does_not_show_it(self, stored):
        make_plan("2032", start=date(2023, 1, 1), end=date(2023, 12, 31), status_date=None)
        client = signed_in(make_user("viewer"))
        assert client.get(self.url(stored, "2032")).status_code == 404

    def test_a_missing_file_is_said_in_a_sentence(self, stored):
        Path(stored.file.path).unlink()
        response = signed_in(make_user("viewer")).get(self.url(stored))
        assert response.status_code == 404
        assert "is missing in the store" in response.content.decode()

    def test_a_link_is_no_file(self, action, reporter):
        report(reporter, action, links="https://example.org/")
        link = Evidence.objects.get()
        assert signed_in(reporter).get(self.url(link)).status_code == 404

    def test_it_lies_outside_every_folder_that_is_served(self, stored, settings):
        path = Path(stored.file.path)
        for folder in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
            assert not path.is_relative_to(folder)
        assert signed_in(make_user("viewer")).get(f"/{stored.file.name}").status_code == 404

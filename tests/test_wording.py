"""One word for each notion, and no sentence of a library in another language than the page's."""

import re
from pathlib import Path

import django
import polib
import pytest
from django.contrib.auth.password_validation import get_default_password_validators
from django.db import transaction
from django.test import Client
from django.utils import translation

from .address_book import ADDRESSES
from .dom import Node, page_of
from .factories import PASSWORD, make_user

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "priorities/locale/zh_Hans/LC_MESSAGES/django.po"

FORBIDDEN = {
    "撤回": "撤销|撤消|收回",
    "账号": "帐号|帐户|账户",
    "原因": "理由|缘由",
    "承接方": "继任者|接替者",
    "个百分点": r"(?:[0-9]|%d|\)d|}) ?点(?!击)|个点",
    "登录": "登陆|登入",
    "退回": "驳回|打回",
    "采纳": "审核通过|批准进展",
    "您": "你",
    "逾期": "超期",
    "延期": "展期",
    "（no name of a command）": r"manage\.py|\.venv",
}
"""The word that is meant → what is written nowhere in its place."""

ENGLISH = re.compile(r"[A-Za-z][a-z]+(?: [A-Za-z][a-z]*)+")
"""Two English words in a row: single ones are names of kinds and keys."""

ATTRIBUTES = ("placeholder", "title", "aria-label", "alt", "data-retry", "data-failed")


def wrong_words(text: str) -> list[str]:
    return [found[0] for rule in FORBIDDEN.values() for found in re.finditer(rule, text)]


def test_the_catalogue_has_one_word_for_each_notion():
    wrong = {}
    for entry in polib.pofile(str(CATALOGUE)):
        for words in (entry.msgstr, *entry.msgstr_plural.values()):
            if found := wrong_words(words):
                wrong[words] = found
    assert wrong == {}


@pytest.mark.parametrize("meant", FORBIDDEN)
def test_the_table_finds_what_it_forbids(meant):
    samples = {"个百分点": "落后37点", "（no name of a command）": "运行 manage.py verify"}
    other = samples.get(meant) or FORBIDDEN[meant].split("|")[0]
    assert wrong_words(f"示例{other}。")
    assert not wrong_words(f"示例{meant}。")


# Django's own


def borrowed() -> list[polib.POEntry]:
    """The sentences of Django's that pages may show: those of two words or more."""
    folder = Path(django.__file__).parent
    files = [folder / part / "locale/en/LC_MESSAGES/django.po" for part in PARTS]
    entries = [entry for file in files for entry in polib.pofile(str(file))]
    return [entry for entry in entries if ENGLISH.search(re.sub(r"%\(\w+\)\w", "", entry.msgid))]


PARTS = ("contrib/admin", "contrib/auth", "conf")


def test_django_says_nothing_in_english_to_chinese_readers():
    with translation.override("zh-hans"):
        left = [
            entry.msgid
            for entry in borrowed()
            if in_chinese(entry) in (entry.msgid, entry.msgid_plural)
        ]
    assert [msgid for msgid in left if msgid not in NEVER_SHOWN] == []


def in_chinese(entry: polib.POEntry) -> str:
    if entry.msgid_plural:
        return translation.ngettext(entry.msgid, entry.msgid_plural, 5)
    if entry.msgctxt:
        return translation.pgettext(entry.msgctxt, entry.msgid)
    return translation.gettext(entry.msgid)


NEVER_SHOWN = {"Forgotten your login credentials?", "In case you’ve forgotten, you are:"}
"""Django's own pages of signing in and of e-mail, which are not ours."""


WEAK = ["short", "1234567890", "password123", "zhangsan2022", ""]


@pytest.mark.parametrize("weak", WEAK)
def test_a_weak_password_is_refused_in_chinese(client, db, weak):
    client.force_login(make_user(username="zhangsan2022"))
    values = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
    page = page_of(client.post("/password/", values, HTTP_ACCEPT_LANGUAGE="zh-CN"))
    errors = " ".join(node.text for node in page.all("ul", css="errors"))
    assert errors
    assert not ENGLISH.search(errors)
    assert not wrong_words(errors)


def test_the_advice_on_passwords_is_chinese():
    with translation.override("zh-hans"):
        advice = " ".join(str(v.get_help_text()) for v in get_default_password_validators())
    assert not ENGLISH.search(advice)
    assert not wrong_words(advice)


# Every page, and every form that is sent empty


SILENT = ("script", "style", "template", "code", "kbd", "option")


def seen_words(node: Node):
    """What a reader sees or hears, except what is marked as another language, and code."""
    for child in node.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in SILENT and child.attrs.get("lang") != "en":
            yield from (child.attrs[name] for name in ATTRIBUTES if name in child.attrs)
            yield from seen_words(child)


@pytest.mark.parametrize("role", ["administrator", "reporter"])
def test_no_page_says_it_otherwise(role, district):
    client, wrong, pages = Client(HTTP_ACCEPT_LANGUAGE="zh-CN"), {}, 0
    client.force_login(district.people[role])
    for address in ADDRESSES:
        if address.name == "sign_out":
            continue
        url, place = address.url(district), transaction.savepoint()
        for answer in (client.get(url), client.post(url, {})):
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                words = " ".join(seen_words(page_of(answer)))
                pages += 1
                if found := [*ENGLISH.findall(words), *wrong_words(words)]:
                    wrong[address.name] = found
        transaction.savepoint_rollback(place)
    assert wrong == {}
    assert pages > 60

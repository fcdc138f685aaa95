#!/usr/bin/env bash
# pypinyin 0.55: heteronym=True gives every reading of a character, but only one where its dictionary
# of phrases knows the words around it. So 长 is found by z in 长林局 and not in 长乐局; a search by
# initials has to ask for each character by itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypinyin==0.55.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from pypinyin import Style, pinyin


def letters(words):
    return ["".join(sorted(set(found))) for found in pinyin(words, style=Style.FIRST_LETTER, heteronym=True)]


print("pypinyin", version("pypinyin"))
expected = {"长林局": "cz", "长乐局": "c", "仇示": "cjq", "仇恨": "c"}
seen = {words: letters(words)[0] for words in expected}
for words, found in seen.items():
    print(f"first character of {words}: letters {found}")
by_itself = {words: letters(words[0])[0] for words in expected}
print("each first character by itself:", by_itself)
quoted = [found[0] for found in pinyin("“长”", style=Style.FIRST_LETTER)]
print("a quotation mark counts as a reading:", quoted)
assert seen == expected, seen
assert by_itself == {words: {"长": "cz", "仇": "cjq"}[words[0]] for words in expected}
assert quoted[0] == "“"
PY

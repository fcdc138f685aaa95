"""A document that was printed to a PDF out of a browser, as people keep web pages."""

from priorities.plans.files.opening import text_of

DOCUMENT = """<html lang="zh"><h1>示例区民生实事</h1><p>今年，区政府将办好2件民生实事：</p>
<ol><li>新建公园5个，改造停车位800个。</li><li>首次长跑赛在车站举行。</li></ol>
<table border="1" style="border-collapse: collapse"><tr><th>序号</th><th>任务</th><th>单位</th></tr>
<tr><td>1</td><td>新建公园</td><td>区园林局</td></tr></table></html>"""


def test_the_characters_and_the_table_of_a_printed_page(page):
    """Its font names some characters by the radical that looks the same (⻓, ⻋, ⺠)."""
    page.set_content(DOCUMENT)
    found = text_of(page.pdf())
    assert (found.kind, found.pages) == ("pdf", 1)
    assert [line.strip() for line in found.text.split("\n")] == [
        "示例区民生实事",
        "今年，区政府将办好2件民生实事：",
        "1.新建公园5个，改造停车位800个。",
        "2.首次长跑赛在车站举行。",
        "序号 | 任务 | 单位",
        "1 | 新建公园 | 区园林局",
    ]

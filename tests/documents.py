"""Documents as offices have them, made part by part: Word files, national layout files."""

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFD = "http://www.ofdspec.org/2016"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:m="urn:m" xmlns:mc="urn:mc" xmlns:v="urn:v" '
    'xmlns:a="urn:a" xmlns:wps="urn:wps"'
)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(body: str, *, numbering: str = "", styles: str = "", **parts: str) -> bytes:
    """A Word file with that XML as its body; other parts by ``name__xml``."""
    kinds = {"numbering": numbering, "styles": styles}
    related = "".join(
        f'<Relationship Id="{kind}" Type="{R}/{kind}" Target="{kind}.xml"/>'
        for kind, xml in kinds.items()
        if xml
    )
    main = f'<Relationship Id="m" Type="{R}/officeDocument" Target="word/document.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="urn:types"/>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{main}</Relationships>',
            "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{related}</Relationships>",
            **{
                f"word/{kind}.xml": f"<w:{kind} {SPACES}>{xml}</w:{kind}>"
                for kind, xml in kinds.items()
                if xml
            },
            **{name.replace("__", "."): xml for name, xml in parts.items()},
        }
    )


def run(words: str, properties: str = "") -> str:
    style = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def paragraph(words: str = "", properties: str = "", *, inner: str = "") -> str:
    style = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{style}{run(words) if words else ''}{inner}</w:p>"


def numbered(words: str, key: int = 1, level: int = 0) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'
    return paragraph(words, properties)


def level(number: int, form: str, words: str, inner: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{inner}'
        f'<w:lvlText w:val="{words}"/></w:lvl>'
    )


def lists(*levels: str, key: int = 1) -> str:
    """One numbering with these levels, and a second that goes on in it."""
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="7"/></w:num>'
    )


def table(*rows: list[str]) -> str:
    """Rows of cells that are XML, or words."""
    cells = [
        "".join(f"<w:tc>{c if c.startswith('<') else paragraph(c)}</w:tc>" for c in row)
        for row in rows
    ]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def ofd(*pages: str, entry: str = "", **parts: str | bytes) -> bytes:
    """A national layout document with that XML on its pages (GB/T 33190-2016, 7)."""
    places = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    space = f'xmlns:ofd="{OFD}"'
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {space} DocType='OFD' Version='1.0'>{entry}<ofd:DocBody>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData>"
            '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
            f"<ofd:Pages>{places}</ofd:Pages></ofd:Document>",
            "Doc_0/Tpls/Tpl_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>"
            f"{placed('示例区人民政府文件', 60, 10)}</ofd:Layer></ofd:Content></ofd:Page>",
            **{
                f"Doc_0/Pages/Page_{n}/Content.xml": f"<ofd:Page {space}>{page}</ofd:Page>"
                for n, page in enumerate(pages)
            },
            **{name.replace("__", "."): content for name, content in parts.items()},
        }
    )


def layer(*objects: str) -> str:
    return f"<ofd:Content><ofd:Layer>{''.join(objects)}</ofd:Layer></ofd:Content>"


def placed(words: str, x: float, y: float, size: float = 5) -> str:
    """A line of text in millimetres from the upper left corner, letter after letter."""
    step = f'DeltaX="g {len(words) - 1} {size}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject Boundary="{x} {y} {len(words) * size} {size}" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{0.85 * size}" {step}>{escape(words)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def drawn(x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f'<ofd:PathObject Boundary="{x} {y} {to_x - x} {to_y - y}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {to_x - x} {to_y - y}</ofd:AbbreviatedData></ofd:PathObject>"
    )

"""What control words of RTF mean: characters, character sets, and places whose text is left out."""

import codecs

#: destinations whose text is not shown, or not part of the document
SKIPPED = frozenset(
    b"annotation atnauthor atndate atnid atnref bkmkend bkmkstart colortbl fchars filetbl footer "
    b"footerf footerl footerr formfield ftnsep ftnsepc header headerf headerl headerr lchars "
    b"listoverridetable listtable nonesttables nonshppict objdata pict pntxta pntxtb rsidtbl "
    b"shprslt sp tc template xe".split()
)
#: marked as unimportant (\*), but text of the document
STARRED_TEXT = frozenset((b"shpinst", b"shptxt"))
#: control words that stand for a character
CHARACTERS = {
    b"tab": "\t",
    b"line": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"emspace": " ",
    b"enspace": " ",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"nestcell": " ",
    b"nestrow": " ",
    b"~": "\u00a0",
    b"_": "-",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
}
#: Windows character sets of fonts by \fcharset; others are Western
CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    238: "cp1250",
}
#: language numbers of German and its countries
GERMAN = frozenset((1031, 2055, 3079, 4103, 5127))


def code_page(number: int | None) -> str:
    """The encoding of a Windows code page; the Western one when there is no such."""
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return "cp1252"

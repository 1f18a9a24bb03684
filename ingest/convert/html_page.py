"""A web page's content: which part of it is the document, and what in it is only page furniture.

Navigation, cookie banners, share buttons and hidden parts go; tabs and accordions stay, although
pages hide them, and so does a side box that names a contact.
"""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment, Tag

from ingest.convert.html_banners import drop_banners


def words(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


_NO_CONTENT = words(
    "script style noscript template svg canvas iframe object embed audio video input select "
    "textarea nav dialog head title map datalist progress meter"
)
_NO_CONTENT_ROLES = words(
    "navigation banner contentinfo search dialog alertdialog menu menubar toolbar tablist checkbox "
    "button"
)
_BANNER_WORDS = words("cookie cookies cookiebanner consent cookieconsent ccm")
_FURNITURE_WORDS = words(
    "breadcrumb breadcrumbs skip skiplink skiplinks share sharing sharebuttons shariff socialmedia "
    "pagination pager backtotop totop printlink merkzettel"
)
_FOR_SCREEN_READERS = words(
    "sr-only visually-hidden visuallyhidden screen-reader-text aural hidden-visually"
)
_DISCLOSURE = re.compile(r"tab|accordion|akkordeon|collaps|panel|toggle|ausklapp", re.IGNORECASE)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTROL_CLASS = re.compile(r"btn|button|opener|toggle", re.IGNORECASE)
_CONTROL_TEXT = re.compile(
    r"(?:(?:seite )?(?:drucken|teilen|merken)|nach oben|zum seitenanfang|zum inhalt(?: springen)?"
    r"|zur navigation|zurück(?: zur übersicht)?|top)$",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w|\b(?:tel|telefon|fon)\b[.:\s]", re.IGNORECASE)
_MAX_DEPTH = 150
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def content_root(soup: BeautifulSoup) -> Tag:
    """The element that holds the document, freed from page furniture (changes the soup)."""
    controlled = _controlled_ids(soup)
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    drop_banners(soup)
    _unwrap_forms(soup)
    _label_panels(soup)
    for tag in list(soup.find_all(True)):
        if not tag.decomposed and _is_furniture(tag, controlled):
            tag.decompose()
    return _main_part(soup)


def is_disclosure(tag: Tag, controlled: frozenset[str] = frozenset()) -> bool:
    """A tab's or accordion's content: hidden until clicked, but part of the document."""
    if tag.get("role") == "tabpanel" or str(tag.get("id", "")) in controlled:
        return True
    return bool(_DISCLOSURE.search(" ".join([*classes(tag), str(tag.get("id", ""))])))


def classes(tag: Tag) -> list[str]:
    """The element's class names."""
    value = tag.get("class")
    return [value] if isinstance(value, str) else list(value or ())


def _controlled_ids(soup: BeautifulSoup) -> frozenset[str]:
    return frozenset(
        name
        for tag in soup.select("[aria-controls]")
        for name in str(tag.get("aria-controls", "")).split()
    )


def _label_panels(soup: BeautifulSoup) -> None:
    """Give each tab's content its label as a heading: the row of tabs itself is a control."""
    for panel in soup.select("[role=tabpanel][aria-labelledby]"):
        label = soup.find(id=str(panel["aria-labelledby"]))
        if label is None or label.name in HEADINGS or label.find_parent(HEADINGS) is not None:
            continue
        heading = soup.new_tag("summary")
        heading.string = label.get_text(" ", strip=True)
        panel.insert(0, heading)


def _unwrap_forms(soup: BeautifulSoup) -> None:
    """Some systems wrap the whole page in one form; any other form is furniture."""
    whole = max(len(soup.get_text()), 1)
    for form in soup.find_all("form"):
        if form.decomposed:
            continue
        if form.find(("h1", "main", "article")) or len(form.get_text()) > 0.5 * whole:
            form.unwrap()
        else:
            form.decompose()


def is_too_deep(soup: BeautifulSoup) -> bool:
    """Elements nested deeper than any real page; walking them would take forever."""
    depths: dict[int, int] = {id(soup): 0}
    for tag in soup.find_all(True):
        depth = depths[id(tag)] = depths.get(id(tag.parent), 0) + 1
        if depth > _MAX_DEPTH:
            return True
    return False


def _is_furniture(tag: Tag, controlled: frozenset[str]) -> bool:
    if tag.name in ("html", "body", "main"):
        return False
    if tag.name in HEADINGS:
        return _is_hidden(tag, controlled)
    if tag.name in ("header", "footer", "aside"):
        contact = tag.name != "aside" or _CONTACT.search(tag.get_text(" "))
        return not (contact and _is_inside_content(tag))
    if tag.name == "a":
        return _is_control(tag)
    is_control = tag.name == "button" or tag.get("role") in _NO_CONTENT_ROLES
    if is_control or tag.name in _NO_CONTENT:
        return not _is_label(tag, controlled)
    return _is_hidden(tag, controlled) or any(_furniture_by_name(tag))


def _is_inside_content(tag: Tag) -> bool:
    return tag.find_parent(("main", "article", "section")) is not None


def _is_label(tag: Tag, controlled: frozenset[str]) -> bool:
    """A button that opens a part of the document carries that part's heading."""
    opens = set(str(tag.get("aria-controls", "")).split()) & controlled
    return (bool(opens) and bool(tag.get_text(strip=True)) and tag.name == "button") or (
        tag.find_parent(HEADINGS) is not None and tag.name in ("button", "a", "span", "div")
    )


def _is_control(tag: Tag) -> bool:
    href = str(tag.get("href", ""))
    if href.startswith("javascript:"):
        return True
    if tag.find_parent(HEADINGS) is not None:
        return False
    if not href and not tag.get("id") and not tag.get("name"):
        return any(_CONTROL_CLASS.search(name) for name in classes(tag))
    text = tag.get_text(" ", strip=True)
    return bool(_CONTROL_TEXT.match(text)) and (href.startswith("#") or len(text) < 10)


def _is_hidden(tag: Tag, controlled: frozenset[str]) -> bool:
    hidden = (
        tag.get("hidden") is not None
        or tag.get("aria-hidden") == "true"
        or bool(_INVISIBLE.search(str(tag.get("style", ""))))
    )
    if hidden:
        return not is_disclosure(tag, controlled) and tag.find_parent("details") is None
    return tag.name not in HEADINGS and bool(_FOR_SCREEN_READERS.intersection(classes(tag)))


def _furniture_by_name(tag: Tag) -> Iterator[bool]:
    named = {
        word
        for name in [*classes(tag), str(tag.get("id", ""))]
        for word in re.split(r"[^a-z]+", name.lower())
    }
    if banner := named & _BANNER_WORDS or named & _FURNITURE_WORDS:
        limit = 8000 if banner & _BANNER_WORDS else 600
        yield len(tag.get_text()) < limit and tag.find(("h1", "main", "article")) is None
    yield "breadcrumb" in str(tag.get("aria-label", "")).lower()


def _main_part(soup: BeautifulSoup) -> Tag:
    body = soup.body or soup
    whole = len(body.get_text(strip=True))
    articles = soup.find_all("article")
    candidates: list[Tag] = [
        *sorted(soup.find_all("main"), key=lambda tag: -len(tag.get_text())),
        *soup.select("[role=main]"),
        *(articles if len(articles) == 1 else ()),
        *soup.find_all(id=re.compile(r"^(?:main|content|inhalt|main-?content)$", re.IGNORECASE)),
    ]
    for candidate in candidates:
        if len(candidate.get_text(strip=True)) >= min(100, 0.2 * whole):
            return candidate
    return body

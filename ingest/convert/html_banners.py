"""Parts of a web page that are recognised by what they say or hold, not by how they are marked:
questions for consent to cookies, lists of links that only lead elsewhere, „Sie sind hier“.
"""

import re

from bs4 import BeautifulSoup, Tag

_CONSENT_MAKERS = re.compile(
    r"cookiebot|onetrust|usercentrics|borlabs|klaro|cmplz|didomi|tarteaucitron|iubenda|cookiefirst"
    r"|consentmanager|truendo|cookie-?law|gdpr|dsgvo-?(?:banner|hinweis)",
    re.IGNORECASE,
)
_CONSENT_ANSWER = re.compile(
    r"(?:alle |alles |ich |nur )?(?:cookies? )?(?:akzeptieren|annehmen|zulassen|ablehnen|zustimmen"
    r"|stimme zu|einverstanden|accept|agree)\b.{0,40}$"
    r"|nur (?:notwendige|erforderliche)\b.{0,40}$|(?:notwendige|erforderliche) cookies\b"
    r"|(?:ok(?:ay)?|verstanden)!?$",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"cookie|tracking", re.IGNORECASE)
_NAVIGATION = re.compile(
    r"(?:^|[-_ ])(?:nav|navi|navigation|navbar|menu|menue|mainnav|subnav|metanav|rootline|klickpfad"
    r"|clickpath|footer)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HERE = re.compile(r"sie (?:sind|befinden sich) hier\b", re.IGNORECASE)
_MAX_CONSENT = 2_500
_MAX_NAVIGATION = 3_000
_MAX_HERE = 300
_DOCUMENT_PARTS = ("h1", "main", "article")


def drop_banners(soup: BeautifulSoup) -> None:
    """Take them out of the page."""
    for tag in soup.find_all(("div", "section", "aside", "ul", "ol", "p", "span")):
        if not tag.decomposed and (_is_consent_tool(tag) or _is_link_list(tag) or _is_path(tag)):
            tag.decompose()
    for answer in soup.find_all(("button", "a")):
        if not answer.decomposed and _CONSENT_ANSWER.match(answer.get_text(" ", strip=True)[:80]):
            banner = _banner_around(answer)
            if banner is not None:
                banner.decompose()


def _names(tag: Tag) -> str:
    value = tag.get("class")
    classes = value if isinstance(value, list) else [str(value or "")]
    return " ".join((*classes, str(tag.get("id") or "")))


def _is_consent_tool(tag: Tag) -> bool:
    return (
        bool(_CONSENT_MAKERS.search(_names(tag)))
        and tag.find(_DOCUMENT_PARTS) is None
        and bool(_COOKIE.search(tag.get_text(" ")))
    )


def _is_link_list(tag: Tag) -> bool:
    """A part named like a navigation that is hardly more than links."""
    if (
        not _NAVIGATION.search(_names(tag))
        or tag.find((*_DOCUMENT_PARTS, "table", "dl")) is not None
    ):
        return False
    whole = len(tag.get_text(strip=True))
    links = tag.find_all("a")
    linked = sum(len(link.get_text(strip=True)) for link in links)
    return len(links) > 1 and whole < _MAX_NAVIGATION and linked > 0.8 * whole


def _is_path(tag: Tag) -> bool:
    """The way from the start page to this one."""
    text = tag.get_text(" ", strip=True) if tag.find(_DOCUMENT_PARTS) is None else ""
    return len(text) < _MAX_HERE and bool(_HERE.match(text))


def _banner_around(answer: Tag) -> Tag | None:
    """The largest part around a button that is about cookies and holds nothing of the document."""
    found = None
    for parent in answer.parents:
        if parent.name in ("body", "html", "main", "article", "[document]"):
            break
        text = parent.get_text(" ")
        if len(text) > _MAX_CONSENT or parent.find(_DOCUMENT_PARTS) is not None:
            break
        if _COOKIE.search(text):
            found = parent
    return found

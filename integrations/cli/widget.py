"""`auskunft widget`: the lines that put the widget into another website, ready to be copied."""

import re

from integrations.settings import Settings
from integrations.web.widget.script import NAME, widget_script
from kb.errors import InputError

_ADDRESS = re.compile(r"https?://[^/?#@\s]+")


def embedding(settings: Settings, url: str = "") -> str:
    """What to copy into the page, and into its policy; `url` is where visitors reach the service.

    Raises InputError for an address with a path, or without a scheme.
    """
    home = url.rstrip("/") or settings.local_address
    if not _ADDRESS.fullmatch(home):
        raise InputError(
            f"--url {url!r} ist keine Adresse wie „https://auskunft.kammer.example“ (ohne Pfad)."
        )
    script = widget_script()
    return "\n".join(
        [
            "Für die Website, vor </body>:",
            f'  <script src="{home}/widget/v1/{NAME}" data-lang="de" defer></script>',
            "",
            "Dasselbe mit festgehaltenem Inhalt (nach jeder Aktualisierung des Dienstes erneuern):",
            f'  <script src="{home}/widget/v1/{script.pinned_name}" data-lang="de" defer',
            f'    integrity="{script.integrity}" crossorigin="anonymous"></script>',
            "",
            "In der Content-Security-Policy der Website, falls sie eine hat:",
            f"  script-src {home}; connect-src {home}",
            "",
            _permitted(settings),
        ]
    )


def _permitted(settings: Settings) -> str:
    sites = sorted(settings.widget_sites)
    if not sites:
        return (
            "Noch darf keine Website das Widget benutzen: AUSKUNFT_WIDGET_ORIGINS setzen, zum "
            "Beispiel auf „https://www.kammer.example“."
        )
    return "Zugelassene Websites: " + ", ".join(sites)

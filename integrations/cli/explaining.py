"""`auskunft ask --explain`: how an answer came about, for people."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from integrations.cli.output import console
from integrations.explained_words import ASKS, decimal, percent


def show_explanation(found: dict[str, Any]) -> None:
    """What stands below the answer: why it is so, and for each part what was understood and found."""
    console.print("\nWarum so", style="bold")
    for sentence in found["why"]:
        console.print(f"- {sentence}", markup=False)
    for one in found["rejected"]:
        console.print(f"- Gestrichen: „{one['text']}“ ({one['reason']})", markup=False)
    for part in found["parts"]:
        _show_part(part)


def _show_part(part: dict[str, Any]) -> None:
    console.print(f"\n„{part['asked_as']}“", style="bold", markup=False)
    asks = ", ".join(ASKS[kind] for kind in part["asks"]) or "keine bestimmte Art von Angabe"
    console.print(f"Gesucht: {asks}", markup=False)
    for one in part["corrections"]:
        console.print(f"Berichtigt: {one['written']} → {one['meant']}", markup=False)
    for one in part["related"]:
        also = ", ".join(
            f"{other['term']} {percent(other['weight'])}" for other in one["stands_for"]
        )
        console.print(f"Für „{one['term']}“ auch gesucht: {also}", markup=False)
    terms = ", ".join(f"{one['term']} {decimal(one['weight'])}" for one in part["terms"])
    console.print(f"Wortstämme: {terms or 'keine'}", markup=False)
    judged = part["judged"]
    console.print(
        f"Bedeutung {decimal(judged['nearness'], 3)}, Wörter {percent(judged['coverage'])}, "
        f"Sicherheit {percent(judged['certainty'])}, nötig {percent(judged['needed'])}",
        markup=False,
    )
    table = Table("", "Fundstelle", "Bedeutung", "Wörter", "Beides", "Vergleich", "Wertung", "")
    for one in part["passages"]:
        page = f", S. {one['page']}" if one["page"] else ""
        table.add_row(
            str(one["rank"]),
            escape(f"{one['title']} – {one['locator']}{page}"),
            decimal(one["dense"], 3),
            decimal(one["lexical"]),
            decimal(one["fused"]),
            decimal(one["late"], 3),
            decimal(one["score"]),
            "Aussage" if one["taken"] else "",
        )
    console.print(table)

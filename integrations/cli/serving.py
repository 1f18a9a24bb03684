"""Starting the service on the right data folder: the operator's own, or the demo with samples."""

from pathlib import Path

from integrations.cli.context import DEMO_FOLDER, OWN_FOLDER, Context
from integrations.cli.output import console, problems, progress_bar, show_report
from integrations.desk import Desk, open_desk
from integrations.service import address_of, require_free_port, serve
from integrations.settings import Settings
from kb.datafolder import DataFolder

EXAMPLE_QUESTIONS = (
    "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?",
    "Darf ich schon vor der Bewilligung anfangen?",
    "Wer ruft die Fördermittel ab und leitet sie weiter?",
    "Gibt es den Digitalbonus noch?",
)


def serve_folder(settings: Settings, context: Context, samples: Path | None) -> None:
    """Open the folder, ingest the samples into an empty demo folder, serve until interrupted."""
    folder = context.folder
    demo = samples is not None and context.chosen is None and not OWN_FOLDER.exists()
    if demo:
        folder = DEMO_FOLDER
        DataFolder(folder).path.mkdir(parents=True, exist_ok=True)
        DataFolder(folder).mark_as_demo()
    require_free_port(settings.host, settings.port)
    with open_desk(settings, folder, tell=problems.print) as desk:
        if demo and samples is not None and not desk.knowledge.registry.all():
            _first_ingest(desk, samples)
        examples = EXAMPLE_QUESTIONS if desk.folder.demo else ()
        serve(desk, examples, _announcement(desk))


def _first_ingest(desk: Desk, samples: Path) -> None:
    console.print("Erster Start: Die Beispieldokumente werden eingelesen.")
    with progress_bar("Einlesen", shown=True) as bar:
        report = desk.ingestion.run([samples], desk.ingest_options, bar)
    show_report(report.as_dict())


def _announcement(desk: Desk) -> str:
    lines = [f"\n{desk.settings.display_name} läuft: {address_of(desk)}"]
    if desk.folder.demo:
        lines.append("Mit erfundenen Beispieldaten. Zum Ausprobieren fragen Sie zum Beispiel:")
        lines.extend(f"  – {question}" for question in EXAMPLE_QUESTIONS)
        lines.append("Eigene Dokumente: .venv/bin/auskunft ingest ORDNER")
    if desk.building.needed():
        meanwhile = (
            "bis dahin werden Fragen nicht beantwortet"
            if desk.board.lane.mismatch
            else "bis dahin antwortet der bisherige"
        )
        lines.append(f"Der Suchindex wird neu aufgebaut; {meanwhile} („auskunft status“).")
    lines.append("Beenden mit Strg+C.")
    return "\n".join(lines)

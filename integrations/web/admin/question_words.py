"""German words for what questions and the work that comes of them can be."""

from kb.questions import Outcome, Way, WorkKind, WorkState, WrittenState

OUTCOMES = {
    Outcome.ANSWERED.value: "beantwortet",
    Outcome.PARTIAL.value: "teilweise beantwortet",
    Outcome.NOT_FOUND.value: "nichts gefunden",
    Outcome.REFUSED.value: "abgewiesen",
    Outcome.FAILED.value: "Fehler",
    Outcome.BROKEN_OFF.value: "abgebrochen",
}
OUTCOME_BADGES = {"answered": "good", "partial": "warn", "not_found": "bad", "failed": "bad"}
WAYS = {
    Way.WEB.value: "Webseite",
    Way.WIDGET.value: "Widget",
    Way.API.value: "Programm",
    Way.SLACK.value: "Slack",
    Way.CLI.value: "Kommandozeile",
}
WORK_KINDS = {WorkKind.QUESTION.value: "Frage", WorkKind.CALLBACK.value: "Rückruf"}
WORK_STATES = {
    WorkState.OPEN.value: "offen",
    WorkState.IN_WORK.value: "in Arbeit",
    WorkState.ANSWERED.value: "erledigt",
    WorkState.DISMISSED.value: "verworfen",
}
WORK_BADGES = {"open": "bad", "in_work": "soon", "answered": "good", "dismissed": ""}
WRITTEN_STATES = {
    WrittenState.DRAFT.value: "Entwurf",
    WrittenState.APPROVED.value: "freigegeben",
    WrittenState.WITHDRAWN.value: "zurückgezogen",
}
WRITTEN_BADGES = {"draft": "warn", "approved": "good", "withdrawn": ""}

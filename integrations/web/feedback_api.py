"""What visitors may leave: whether an answer helped, and the wish to be called back."""

import re
from typing import Any

from fastapi import APIRouter, Request

from integrations.desk import Desk
from integrations.web.limits import Limits
from integrations.web.schemas import CallbackBody, FeedbackBody
from kb.errors import InputError

_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]{2,}")
_PHONE = re.compile(r"\+?[\d\s()/.–-]{5,}")
_LEAST_DIGITS = 5


def add_feedback(router: APIRouter, desk: Desk, limits: Limits) -> None:
    """Routes for everybody."""

    @router.post("/feedback", tags=["Fragen"], summary="Sagen, ob eine Antwort geholfen hat")
    def feedback(body: FeedbackBody, request: Request) -> dict[str, Any]:
        limits.attempt(request, "feedback")
        desk.remembered.judge(body.answer_id, body.helpful, body.comment.strip())
        return {"answer_id": body.answer_id, "helpful": body.helpful}

    @router.post("/callbacks", tags=["Fragen"], summary="Um Rückruf bitten", status_code=201)
    def call_back(body: CallbackBody, request: Request) -> dict[str, Any]:
        person = person_of(body)
        limits.attempt(request, "callback", desk.settings.limit_callbacks_day)
        desk.remembered.call_back(body.question.strip(), person)
        return {"received": True}


def person_of(body: CallbackBody) -> dict[str, str]:
    """Whom to call and when, checked. Raises InputError."""
    person = {
        name: " ".join(getattr(body, name).split()) for name in ("name", "phone", "email", "when")
    }
    if not body.consent:
        raise InputError(
            "Bitte willigen Sie ein, dass Ihre Angaben für den Rückruf genutzt werden."
        )
    if not person["name"]:
        raise InputError("Bitte geben Sie Ihren Namen an.")
    if not person["phone"] and not person["email"]:
        raise InputError("Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an.")
    if person["phone"] and not _is_phone(person["phone"]):
        raise InputError("Die Telefonnummer ist nicht lesbar. Bitte nur Ziffern angeben.")
    if person["email"] and not (person["email"].isprintable() and _MAIL.fullmatch(person["email"])):
        raise InputError("Die E-Mail-Adresse ist nicht lesbar. Bitte prüfen Sie sie.")
    return person


def _is_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return _PHONE.fullmatch(text) is not None and digits >= _LEAST_DIGITS

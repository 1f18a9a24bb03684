"""What every page needs to know, read from the desk and the request."""

from fastapi import Request

from integrations.desk import Desk
from integrations.web.pages import PageContext
from integrations.web.signin.person import person_of
from integrations.web.visitor.operator_texts import OperatorTexts
from kb.roles import Role

#: where a call-back is asked for
CALLBACKS = "/api/v1/callbacks"


def page_context(desk: Desk, request: Request) -> PageContext:
    """The context of one page; the language travels in the address, there are no cookies."""
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    contact = desk.settings.contacts[0] if desk.settings.contacts else None
    parts = (contact.name, contact.phone, contact.email) if contact else ()
    person = person_of(request)
    return PageContext(
        display_name=desk.settings.display_name,
        demo=desk.folder.demo,
        contact=" · ".join(part for part in parts if part),
        language="en" if request.query_params.get("lang") == "en" else "de",
        address=address,
        rebuilding=desk.board.lane.mismatch is not None,
        office=contact.as_dict() if contact else None,
        callbacks=True,
        originals=desk.settings.originals,
        texts=OperatorTexts.of(desk).available(),
        account=person.account.label if person else "",
        csrf=person.csrf if person else "",
        desk=person is not None and person.account.role.covers(Role.EDITOR),
    )

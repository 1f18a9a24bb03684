"""What people change of the work list, for the API and the admin's desk alike: each change is noted."""

from integrations.desk import Desk
from kb.questions import WorkState
from kb.state.worklist import WorkItem


def change_item(
    desk: Desk,
    who: str,
    item_id: str,
    *,
    state: WorkState | None = None,
    assignee: str | None = None,
    note: str | None = None,
    title: str | None = None,
) -> WorkItem:
    """Change what is given. Raises NotFoundError."""
    worklist = desk.remembered.worklist
    before = worklist.find(item_id)
    wording = desk.remembered.wording(title) if title is not None else None
    after = worklist.change(item_id, state=state, assignee=assignee, note=note, title=wording)
    if before != after:
        desk.remembered.note(who, "worklist.change", item_id, *_difference(before, after))
    return after


def remove_item(desk: Desk, who: str, item_id: str) -> None:
    """Delete an item with all that is in it. Raises NotFoundError."""
    kind = desk.remembered.worklist.find(item_id).kind.value
    desk.remembered.worklist.remove(item_id)
    desk.remembered.note(who, "worklist.remove", item_id, kind)


def _difference(before: WorkItem, after: WorkItem) -> tuple[str, str]:
    """What a change has changed; the audit log keeps no questions, so titles are not repeated."""
    names = [
        name for name in ("state", "assignee") if getattr(before, name) != getattr(after, name)
    ]
    told = [name for name in ("note", "title") if getattr(before, name) != getattr(after, name)]
    old = ", ".join(f"{name}: {getattr(before, name)}" for name in names)
    new = ", ".join([*(f"{name}: {getattr(after, name)}" for name in names), *told])
    return old, new

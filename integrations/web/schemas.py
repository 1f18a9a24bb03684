"""What the API takes in: request bodies, checked by pydantic; messages are German."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.questions import WorkState

#: where a field of that name hides the type
Day = date
_LONGEST = 20_000


class TurnBody(BaseModel):
    """An earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    text: str = Field(max_length=_LONGEST)


class QuestionBody(BaseModel):
    """A question with its circumstances."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"}]
        }
    )

    question: str = Field(max_length=_LONGEST)
    as_of: date | None = None
    place: str | None = Field(default=None, max_length=200)
    language: Literal["de", "en"] | None = None
    style: str | None = Field(default=None, max_length=40)
    history: Annotated[list[TurnBody], Field(max_length=40)] = []
    groups: Annotated[list[str], Field(max_length=20)] = []


class SearchBody(BaseModel):
    """A search for passages."""

    question: str = Field(max_length=_LONGEST)
    limit: int = Field(default=10, ge=1, le=100)
    as_of: date | None = None
    kinds: Annotated[list[str], Field(max_length=5)] = []
    valid_only: bool = False
    groups: Annotated[list[str], Field(max_length=20)] = []


class IngestBody(BaseModel):
    """Paths on the machine of the service."""

    paths: Annotated[list[str], Field(min_length=1, max_length=1_000)]
    public: bool = False
    prune: bool = False


class UploadedBody(BaseModel):
    """What is said of a file that is handed in; what is absent the file says itself."""

    public: bool = False
    kind: str = Field(default="", max_length=20)
    audience: str = Field(default="", max_length=64)
    valid_from: str = Field(default="", max_length=10)
    valid_until: str = Field(default="", max_length=10)


class SlackMappingBody(BaseModel):
    """What a channel, user group or person of Slack is allowed."""

    groups: Annotated[list[str], Field(max_length=20)] = []
    admin: bool = False


class SourceBody(BaseModel):
    """Where documents are to keep coming from: paths of the service's machine, or web addresses."""

    model_config = ConfigDict(extra="forbid")

    places: Annotated[list[str], Field(max_length=1_000)] = []
    sitemaps: Annotated[list[str], Field(max_length=20)] = []
    include: Annotated[list[str], Field(max_length=100)] = []
    exclude: Annotated[list[str], Field(max_length=100)] = []
    hosts: Annotated[list[str], Field(max_length=20)] = []
    public: bool = False
    prune: bool = False
    watch: bool = False
    every_minutes: int = Field(default=0, ge=0, le=525_600)


class CorrectionBody(BaseModel):
    """New values for documents; what is absent stays.

    `review` is when somebody has to look at them again; an empty text clears it.
    """

    model_config = ConfigDict(extra="forbid")

    title: str | None = None
    kind: str | None = None
    audience: str | None = None
    language: str | None = None
    publisher: str | None = None
    date: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    supersedes: str | None = None
    review: Day | Literal[""] | None = None


class FeedbackBody(BaseModel):
    """Whether an answer helped; `answer_id` comes with the answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "answer_id": "Q0l6ZkR1dWtJbm5hY2hz",
                    "helpful": False,
                    "comment": "Die Frist fehlt.",
                }
            ]
        },
    )

    answer_id: str = Field(pattern="^[A-Za-z0-9_-]{1,64}$")
    helpful: bool
    comment: str = Field(default="", max_length=2_000)


class CallbackBody(BaseModel):
    """Somebody wants to be called; a telephone number or a mail address is needed, and consent."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Erika Beispiel",
                    "phone": "0211 123456",
                    "question": "Wer hilft bei der Betriebsübergabe?",
                    "consent": True,
                    "when": "werktags ab 14 Uhr",
                }
            ]
        },
    )

    name: str = Field(max_length=200)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=200)
    question: str = Field(default="", max_length=2_000)
    consent: bool = False
    when: str = Field(default="", max_length=200)


class WorkBody(BaseModel):
    """What is to be changed of an item of the work list; what is absent stays."""

    model_config = ConfigDict(extra="forbid")

    state: WorkState | None = None
    assignee: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=5_000)
    title: str | None = Field(default=None, min_length=1, max_length=500)


class WrittenBody(BaseModel):
    """An answer written by hand; without an audience it is for staff only."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "questions": ["Muss ich meinen Gesellenbrief im Original vorlegen?"],
                    "text": "Eine beglaubigte Kopie des Gesellenbriefs genügt.",
                    "audience": "public",
                    "contact": "Prüfungsabteilung, Telefon 0211 555 0100",
                    "valid_until": "2027-12-31",
                }
            ]
        },
    )

    questions: Annotated[list[str], Field(max_length=20)]
    text: str = Field(max_length=_LONGEST)
    kind: str = Field(default="reference", max_length=20)
    audience: str = Field(default="", max_length=40)
    contact: str = Field(default="", max_length=300)
    valid_from: date | None = None
    valid_until: date | None = None


class NewWrittenBody(WrittenBody):
    """A new answer; `item_id` names the item of the work list that it settles."""

    item_id: str = Field(default="", max_length=16)


class PauseBody(BaseModel):
    """Why nothing is answered for a while; for the operator's people only."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=500)


class AccountBody(BaseModel):
    """What an admin changes of an account; what is left out stays.

    Role and groups can be given to accounts that were made by an invite.
    """

    model_config = ConfigDict(extra="forbid")

    disabled: bool | None = None
    role: str | None = None
    groups: list[str] | None = None


class InviteBody(BaseModel):
    """Whom a one-time link is for; with `account_id` it signs in to an account that exists."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=200)
    role: str = Field(default="viewer", max_length=20)
    groups: Annotated[list[str], Field(max_length=20)] = []
    hours: int = Field(default=24, ge=1, le=8760)
    account_id: str = Field(default="", max_length=20)


class ExpectedSourceBody(BaseModel):
    """A document by its file name, a literal quote of it, or both."""

    model_config = ConfigDict(extra="forbid")

    file: str = Field(default="", max_length=400)
    quote: str = Field(default="", max_length=2_000)


class TestQuestionBody(BaseModel):
    """A test question and what is expected of its answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "Wie hoch ist der Meisterbonus?",
                    "sources": [
                        {"file": "Richtlinie_Meisterbonus.pdf", "quote": "beträgt 1.250 Euro"}
                    ],
                }
            ]
        },
    )

    question: str = Field(min_length=1, max_length=2_000)
    audience: str = Field(default="public", max_length=80)
    not_found: bool = False
    as_of: date | None = None
    sources: Annotated[list[ExpectedSourceBody], Field(max_length=20)] = []
    contains: Annotated[list[str], Field(max_length=20)] = []
    excludes: Annotated[list[str], Field(max_length=20)] = []


class YamlBody(BaseModel):
    """Test questions in the format of the golden sets (`docs/evaluation.md`)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "yaml": "- id: meisterbonus\n  question: Wie hoch ist der Meisterbonus?\n"
                    "  status: answered\n  answer_contains: [1.250 Euro]\n"
                }
            ]
        },
    )

    yaml: str = Field(min_length=1, max_length=1_000_000)

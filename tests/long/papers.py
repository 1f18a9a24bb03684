"""Documents whose every version can be told by its text: notes, mails with attachments, archives."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

SECTIONS = 3
_SAID = re.compile(r"Kennwort(\w+) in Fassung(\d+), Absatz (\d+)")
#: (code and number of the version, audience); both empty where there is no document
State = tuple[str, str]
ABSENT: State = ("", "")


@dataclass(frozen=True, slots=True)
class Paper:
    """One file in one version; `label` stays when it is renamed."""

    label: str
    suffix: str
    version: int = 1

    def next(self) -> "Paper":
        return replace(self, version=self.version + 1)

    def documents(self) -> dict[str, str]:
        """What becomes of it: place inside the file („“ for itself) to what `said` finds there."""
        if self.suffix == ".md":
            return {"": self._says("")}
        if self.suffix == ".eml":
            return {
                "": self._says(""),
                **{f"!/{name}": self._says(name) for name in self._inside()},
            }
        inner = {name: self._says(name) for name in ("brief.eml", "brief.eml!/anlage.txt")}
        return {f"!/{name}": self._says(name) for name in self._inside()} | {
            f"!/{name}": says for name, says in inner.items()
        }

    def write(self, path: Path) -> None:
        """The file itself; a reader sees the former or this version, as programs save today."""
        made = {".md": self._note, ".eml": self._mail, ".zip": self._archive}[self.suffix]()
        temporary = path.with_name(f".{path.name}")
        temporary.write_bytes(made)
        temporary.replace(path)

    def _inside(self) -> list[str]:
        """Attachments, of which another version has more or fewer."""
        return [f"blatt{number}.txt" for number in range(self.version % 3)]

    def _code(self, place: str) -> str:
        number = zlib.crc32(f"{self.label}/{place}".encode())
        return "".join(chr(97 + number // 26**power % 26) for power in range(7))

    def _says(self, place: str) -> str:
        return f"{self._code(place)} {self.version}"

    def _text(self, place: str) -> str:
        return "\n\n".join(
            f"# Teil {number}\n\nDas Kennwort{self._code(place)} in Fassung{self.version}, "
            f"Absatz {number} regelt den Fall {number * 7}.\n\n"
            + " ".join(
                f"Der Betrieb beantragt den Zuschuss {n} im Jahr {n + 2000}." for n in range(12)
            )
            for number in range(SECTIONS)
        )

    def _note(self) -> bytes:
        return self._text("").encode()

    def _mail(self) -> bytes:
        mail = _mail(self.label, self._text(""))
        for name in self._inside():
            mail.add_attachment(self._text(name), filename=name)
        return mail.as_bytes()

    def _archive(self) -> bytes:
        inner = _mail(f"{self.label} innen", self._text("brief.eml"))
        inner.add_attachment(self._text("brief.eml!/anlage.txt"), filename="anlage.txt")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in self._inside():
                archive.writestr(name, self._text(name))
            archive.writestr("brief.eml", inner.as_bytes())
        return stream.getvalue()


def _mail(subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "muster@beispiel.test", "amt@beispiel.test"
    mail["Subject"] = subject
    mail.set_content(text)
    return mail


def said(text: str) -> set[tuple[str, int]]:
    """Versions named in a text (code and number), each with a paragraph's number."""
    return {(f"{code} {version}", int(number)) for code, version, number in _SAID.findall(text)}


@dataclass
class Shelf:
    """A folder and what lies in it."""

    folder: Path
    papers: dict[str, Paper]

    @classmethod
    def filled(cls, folder: Path, notes: int, mails: int, archives: int) -> "Shelf":
        folder.mkdir(parents=True)
        suffixes = [".md"] * notes + [".eml"] * mails + [".zip"] * archives
        shelf = cls(folder, {})
        for number, suffix in enumerate(suffixes):
            shelf.add(f"p{number:02}{suffix}", suffix)
        return shelf

    def add(self, name: str, suffix: str) -> None:
        """A new paper, unlike any other."""
        self.put(name, Paper(f"{self.folder.name}-{name}", suffix))

    def put(self, name: str, paper: Paper) -> None:
        paper.write(self.folder / name)
        self.papers[name] = paper

    def rename(self, name: str, other: str) -> None:
        (self.folder / name).rename(self.folder / other)
        self.papers[other] = self.papers.pop(name)

    def take_away(self, name: str) -> None:
        (self.folder / name).unlink()
        del self.papers[name]

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def documents(self) -> dict[str, str]:
        """Place of every document to what it says."""
        return {
            self.uri(name) + place: says
            for name, paper in self.papers.items()
            for place, says in paper.documents().items()
        }

    def places_of(self, names: list[str]) -> Iterator[str]:
        """The places of files, and the beginnings of those inside them."""
        for name in names:
            yield self.uri(name)

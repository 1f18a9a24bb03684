"""English words of the field in German, so that English questions meet German passages lexically.

Dense vectors cross the languages by themselves; BM25 and sentence choice need the German words.
One translation a word, chosen for what funding guidelines, laws and registers actually say.
"""

import re

_PAIRS = """
    salary=Gehalt wage=Lohn wages=Lohn pay=Zahlung payment=Zahlung income=Einkommen
    minimum=mindestens maximum=höchstens amount=Betrag sum=Summe funding=Förderung fund=Fonds
    funds=Mittel grant=Zuschuss grants=Zuschuss subsidy=Zuschuss loan=Darlehen loans=Darlehen
    guarantee=Bürgschaft budget=Budget rate=Fördersatz share=Anteil percent=Prozent
    percentage=Prozent fee=Gebühr fees=Gebühren cost=Kosten costs=Kosten tax=Steuer
    application=Antrag apply=beantragen applicant=Antragsteller deadline=Frist submit=einreichen
    approval=Bewilligung decision=Entscheidung decide=entscheiden decides=entscheidet
    authority=Behörde body=Stelle office=Stelle agency=Agentur ministry=Ministerium chamber=Kammer
    crafts=Handwerk craft=Handwerk trade=Gewerbe trades=Gewerbe company=Unternehmen
    companies=Unternehmen business=Betrieb businesses=Betriebe firm=Betrieb employer=Arbeitgeber
    employers=Arbeitgeber employee=Arbeitnehmer employees=Beschäftigte worker=Fachkraft
    workers=Fachkräfte skilled=Fachkraft shortage=Mangel occupation=Beruf occupations=Berufe
    profession=Beruf job=Stelle training=Weiterbildung course=Lehrgang courses=Lehrgang
    education=Bildung apprentice=Auszubildende apprenticeship=Ausbildung trainee=Auszubildende
    qualification=Berufsqualifikation qualifications=Qualifikation degree=Abschluss
    graduate=Hochschulabschluss university=Hochschule diploma=Abschluss exam=Prüfung
    examination=Prüfung recognition=Anerkennung recognised=anerkannt recognized=anerkannt
    assess=feststellen assesses=feststellen assessment=Feststellung foreign=ausländisch
    abroad=Ausland residence=Aufenthalt permit=Erlaubnis visa=Visum citizen=Staatsangehöriger
    language=Sprache experience=Berufserfahrung contact=Kontakt phone=Telefon telephone=Telefon
    number=Nummer address=Anschrift email=E-Mail person=Person head=Leiter
    director=Geschäftsführer manager=Leiter chair=Vorsitzende chairman=Vorsitzender
    responsible=zuständig competent=zuständig region=Region regional=regional district=Kreis
    city=Stadt municipality=Gemeinde state=Land federal=Bund plan=Plan strategy=Konzept
    agreement=Vereinbarung meeting=Sitzung minutes=Protokoll partner=Partner partners=Partner
    network=Netzwerk cooperation=Kooperation alliance=Bündnis year=Jahr years=Jahre month=Monat
    months=Monate week=Woche weeks=Wochen day=Tag days=Tage hours=Stunden date=Datum
    period=Zeitraum duration=Dauer valid=gültig expired=abgelaufen start=Beginn begin=Beginn
    end=Ende ends=endet requirement=Voraussetzung requirements=Voraussetzungen
    condition=Voraussetzung conditions=Voraussetzungen eligible=förderfähig
    eligibility=Voraussetzung programme=Programm program=Programm project=Projekt
    projects=Projekte measure=Maßnahme digitalisation=Digitalisierung digitization=Digitalisierung
    research=Forschung development=Entwicklung innovation=Innovation energy=Energie
    consulting=Beratung advice=Beratung startup=Gründung founder=Gründer founding=Gründung
    law=Gesetz regulation=Verordnung guideline=Richtlinie unemployed=arbeitslos
    unemployment=Arbeitslosigkeit benefit=Leistung benefits=Leistungen documents=Unterlagen
    document=Unterlage form=Formular website=Internetseite insurance=Versicherung contract=Vertrag
    dismissal=Kündigung notice=Kündigungsfrist probation=Probezeit disabled=Behinderung
    women=Frauen young=jung youth=Jugend family=Familie small=klein medium=mittlere large=groß
    repay=zurückzahlen repayment=Rückzahlung combine=kombinieren receive=erhalten
    support=Unterstützung
"""
_GERMAN = dict(pair.split("=", 1) for pair in _PAIRS.split())
_WORD = re.compile(r"[A-Za-z]+")


def in_german(text: str) -> str:
    """The text with every known English word replaced; names and unknown words stay."""
    return _WORD.sub(lambda match: _GERMAN.get(match.group().lower(), match.group()), text)

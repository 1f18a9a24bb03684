"""Words about nouns: endings and their gender, what names a topic, what is only a side of one.

Only lists, as the field uses its words; `assistant.nouns` holds the rules.
"""

from assistant.understanding.clauses import words
from kb.lexical import terms_of

MASCULINE, FEMININE, NEUTER, PLURAL = "m", "f", "n", "p"
UNKNOWN = ""

#: A compound has the gender of its last part; the longest ending that fits decides.
ENDINGS = {
    MASCULINE: words(
        """scheck check bonus zuschuss kredit antrag preis fonds plan beitrag satz betrag lotse
        lotsen verbund verein kreis kurs lehrgang aufruf gutschein verband bund träger tag abschluss
        nachweis bescheid vertrag rat pakt service anspruch termin topf leiter chef minister bezirk
        ausweis schein brief lohn zuschlag urlaub unterhalt"""
    ),
    FEMININE: words(
        """ung heit keit schaft tion ität ik enz anz kammer agentur prämie frist stelle hilfe zulage
        steuer pauschale gebühr bank kasse schule initiative linie strategie akademie summe quote
        person nummer adresse anschrift zeit arbeit stätte wehr rolle liste karte pflicht"""
    ),
    NEUTER: words(
        """programm geld gesetz darlehen konzept bündnis zentrum amt ministerium bafög projekt
        netzwerk büro center stipendium verfahren fahrzeug institut material protokoll gespräch
        revier budget papier formular jahr gewerbe meisterstück zeugnis recht portal register handwerk
        praktikum"""
    ),
    PLURAL: words(
        """kurse zuschüsse programme prämien ungen heiten keiten schaften ionen hilfen gelder mittel
        kosten unterlagen fristen gebühren stellen kammern agenturen leute betriebe lehrgänge
        abschlüsse anträge projekte geräte techniker"""
    ),
}
BY_ARTICLE = {
    "das": NEUTER, "zur": FEMININE, "eine": FEMININE, "einer": FEMININE, "unsere": FEMININE,
    "einen": MASCULINE, "unseren": MASCULINE, "keinen": MASCULINE, "keine": UNKNOWN,
}  # fmt: skip
PROGRAMMES = tuple(
    words(
        """scheck check bonus prämie zulage zuschuss förderung geld bafög kredit darlehen programm
        fonds stipendium gutschein lotse lotsen pauschale beihilfe aufruf"""
    )
)
BODIES = tuple(
    words(
        """agentur kammer zentrum bündnis allianz ministerium verbund institut stelle netzwerk konzept
        vereinbarung plan gesetz richtlinie verordnung center verband kreis akademie"""
    )
)
#: Sides of any topic, people and firms that ask, and words of every question: no topics.
SIDES = frozenset(
    terms_of(
        """
        Zuschuss Zuschüsse Förderung Förderungen Förderhöhe Fördersatz Fördersätze Höhe Betrag
        Beträge Summe Höchstbetrag Höchstsatz Obergrenze Grenze Prozent Anteil Quote Geld Gelder
        Fördergelder Euro Mittel Fördermittel Kosten Gebühr Gebühren Eigenanteil Antrag Anträge
        Antragstellung Antragsformular Antragsteller Antragsfrist Frist Fristen Stichtag Stichtage
        Termin Termine Datum Beginn Ende Start Dauer Laufzeit Zeitraum Zeit Jahr Jahre Monat Monate
        Woche Wochen Tag Tage Stunde Stunden Voraussetzung Voraussetzungen Bedingung Bedingungen
        Anforderung Anforderungen Anspruch Unterlage Unterlagen Dokumente Nachweis Nachweise
        Formular Formulare Bescheid Bewilligung Ansprechpartner Ansprechpartnerin Ansprechperson
        Kontakt Kontaktdaten Telefon Telefonnummer Nummer Adresse Anschrift Postadresse Mail E-Mail
        Mailadresse Stelle Zuständigkeit Zuständiger Ausnahme Ausnahmen Unterschied Möglichkeit
        Möglichkeiten Regel Regeln Regelung Frage Fragen Antwort Auskunft Info Infos Information
        Informationen Grund Beispiel Thema Fall Ort Region Land Leiter Leiterin Chef Aufgabe
        Aufgaben Rolle Ziel Ziele Satz Anmeldung Auszahlung Rückzahlung Abrechnung Bearbeitung
        Bearbeitungszeit Prüfung Programm Geschäftsstelle Koordinierungsstelle Anlaufstelle
        Beratungsstelle Bewilligungsstelle Leitung Bewilligungsbehörde Geschäftsführung Vorsitz
        Richtlinie Kurs Kurse Abschluss Partner Skizze Gehalt Lohn Hilfe Beratung Beispiele
        Sachbearbeiter Sachbearbeiterin Zeitpunkt Punkt Seite Seiten Internetseite Website Link
        Bearbeitungsdauer Sprechzeiten Öffnungszeiten Büro Sitz Mal Minimum Maximum amount grant
        grants funding subsidy rate share percentage percent sum limit maximum minimum deadline
        date time period duration year years month months week weeks day days application
        applications form forms document documents requirement requirements condition conditions
        exception exceptions cost costs fee fees money contact person phone telephone number
        address email office head question answer information support help region place programme
        program course courses master masters role
        """
    )
)
ASKERS = frozenset(
    terms_of(
        """
        Betrieb Betriebe Firma Firmen Unternehmen Unternehmer KMU Mitarbeiter Mitarbeiterin
        Mitarbeitende Beschäftigte Beschäftigten Angestellte Azubi Auszubildende Lehrling Meister
        Meisterin Geselle Gesellen Gesellin Teilnehmer Teilnehmende Person Personen Leute Leuten
        Gründer Gründerin Selbstständige Arbeitgeber Arbeitnehmer Träger Kommune Kommunen Gemeinde
        Gemeinden Verein Vereine Verbände Arbeitslose Frauen Studierende Rentner Privatperson
        Privatpersonen Mann Frau Herr Vater Mutter Sohn Tochter Kollege Kollegin Freund Freundin
        Bruder Schwester Nachbar Umschüler Umschülerinnen Geflüchtete Kind Kinder Chef
        Freiberufler Existenzgründer people company companies business businesses firm firms
        employer employers employee employees apprentice apprentices trainee trainees worker
        workers staff students women founders
        """
    )
)
PLACES = words(
    """NRW Nordrhein-Westfalen BW Baden-Württemberg Bayern Berlin Brandenburg Bremen Hamburg Hessen
    Mecklenburg-Vorpommern Niedersachsen Rheinland-Pfalz RLP Saarland Sachsen Sachsen-Anhalt
    Schleswig-Holstein Thüringen Deutschland Germany Bavaria"""
)
MONTHS = words("januar februar märz april mai juni juli august september oktober november dezember")

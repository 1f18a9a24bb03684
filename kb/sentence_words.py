"""The words that decide where a German sentence ends: abbreviations, openers, counted nouns.

Only lists; `kb.sentences` holds the rules. An abbreviation is written as in print, without its last
full stop and without inner spaces: "z. B." and "z.B." are both "z.B". Upper and lower case count.
"""

from enum import IntEnum


class Dot(IntEnum):
    """What the full stop of an abbreviation may mean."""

    NEVER = 0  # "vgl.", "z. B.": always inside a sentence
    NUMBER = 1  # "Art. 3": an abbreviation before a digit, else a word ("dieser Art.")
    OPENER = 2  # "e. V.": ends a sentence when a sentence opener follows
    FORMAL = 3  # like OPENER, but a polite "Sie" may follow inside the sentence: "u. a. Sie"
    ALWAYS = 4  # "usw.": ends a sentence before any capital or digit


def _words(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


ABBREVIATIONS: dict[str, Dot] = {
    **dict.fromkeys(
        _words(
            """z.B z.b d.h D.h Z.B i.V.m i.v.m i.S.d i.S.v i.S.e i.H.v i.H.d i.R.d i.R.v i.Z.m i.A
            i.V i.d.F i.d.F.v m.W.v m.w.N o.g s.o s.u v.a u.v.a z.T z.Zt z.Hd z.H b.z.w bzw ggf ggfs
            gem Gem vgl Vgl ca Ca ev evtl eventl bspw beispielsw Bsp sog insb insbes inkl Inkl exkl
            einschl zzgl abzgl max mind min mtl jährl tägl wöchentl vorauss lt Lt gez geb rd lfd zw
            jew entspr bez bzgl betr Betr hinsichtl diesbzgl i.e e.g Nr Nrn nr Abs Ziff Ziffn Buchst
            lit Rn Rdnr Rz Hs Halbs Unterabs UAbs Kap Abschn Anh Anl Abb Tab Bd Bde Fn Anm Hrsg hrsg
            Dr Prof Priv Doz Dipl Ing Mag Hr Hrn Fr Frl med jur rer nat pol oec phil habil theol ing
            em agr soz vet Tel tel Fax St Skt Bek BGBl GVBl RGBl GMBl BAnz ABl MBl SMBl StAnz
            Abl Urt Beschl Verf Begr Drs BT-Drs Az Aktz Bl Aufl Ausg Reg Stv stv stellv Stellv Vors
            vors wiss techn kaufm gewerbl landw öffentl staatl städt kath evang allg Allg versch
            sonst zust Zust verantw Kto Plz Mr Mrs Ms Jr vs cf approx Fig Figs Eq Sec Vol pp al
            Gov Messrs eds ed spez gesetzl übl ehem Ehem urspr ges Ges zusätzl"""
        ),
        Dot.NEVER,
    ),
    **dict.fromkeys(_words("Art art Alt Var No no Pos"), Dot.NUMBER),
    **dict.fromkeys(
        _words(
            """e.V a.F n.F a.D i.R a.G f.d.R n.Chr v.Chr p.a p.m a.m h.c B.A M.A B.Sc M.Sc B.Eng
            M.Eng LL.M LL.B Ph.D U.S U.K D.C ff f Co Inc Ltd Corp Mio Mrd Tsd Std Stdn Min Sek
            Mon Wo Jh Jhd Jhdt Stck Stk Str str Pl Abt Bez Kr Ldkr Fa Mwst MwSt Ust USt Jan Feb Febr
            Mrz Apr Jun Jul Aug Sep Sept Okt Oct Nov Dez Dec Mo Di Mi Do Sa So Mon Tue Wed Thu Fri
            Sat Sun Nds Rh Westf Bay Thür Schl Holst Vorp Meckl Zt Hbf Bhf Geb Adr Verl
            i.G i.L i.K i.I Kl Jg Jgst Sem Ref Bev GV GV.NRW MBl.NRW SMBl.NRW"""
        ),
        Dot.OPENER,
    ),
    **dict.fromkeys(
        _words("u.a U.a i.d.R I.d.R u.U U.U i.A i.Allg i.e.S i.w.S m.E u.E s.E o.Ä o.ä"),
        Dot.FORMAL,
    ),
    **dict.fromkeys(
        _words("usw etc u.Ä u.ä usf u.v.m u.a.m u.dgl dgl o.dgl u.s.w"),
        Dot.ALWAYS,
    ),
}

MONTHS = _words(
    """Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan
    Feb Febr Mär Mrz Apr Jun Jul Aug Sep Sept Okt Nov Dez"""
)
# Nouns that are counted with an ordinal far more often than they open a sentence.
ORDINAL_NOUNS = MONTHS | _words(
    """Halbjahr Halbjahres Quartal Quartals Jahrhundert Jahrhunderts Lehrjahr Lehrjahres
    Ausbildungsjahr Ausbildungsjahres Förderphase Förderperiode Auflage Lesung Obergeschoss OG
    Etage Stock Klasse Semester Lebensjahr Lebensjahres Weltkrieg Bundesliga Vorsitzende
    Vorsitzender Sitzung Änderung Platz Preis Mal Woche Tag Tages Monat Monats Stufe Runde
    Bauabschnitt"""
)
# Words after which a number counts nothing: "Satz 1." ends a sentence, "die 1." does not.
BEFORE_CARDINAL = _words(
    """§ §§ Abs. Absatz Absatzes Absätze Nr. Nrn. Nummer Nummern Art. Artikel Artikels Satz Satzes
    Sätze Ziff. Ziffer Ziffern S. Seite Seiten Buchst. Kap. Kapitel Kapitels Abschnitt
    Abschnitts Teil Teils Anlage Anhang Tabelle Tab. Abbildung Abb. Punkt TOP Stufe Phase Zone
    Typ Version Klasse Modul Niveau Rn. Rz. Fn. Halbsatz Alternative Alt. Unterabsatz Buch SGB
    Paragraf Paragraph Ziel Zeile Spalte Raum Zimmer Halle Gleis Haus Gruppe Los Schritt Frage
    Variante Priorität auf um mindestens höchstens maximal insgesamt rund etwa ca. circa über
    unter fast genau nur je mal von = Jahr Jahre Jahren Jahres Artikels chapter section page
    number Chapter Section Page"""
)
BEFORE_LETTER = _words("Buchst. Buchstabe Buchstaben lit. Anlage Anhang Variante")
DETERMINERS = _words(
    """der die das den dem des ein eine einen einem einer eines im am zum zur vom beim ins ans ab
    bis seit jede jeder jedes jeden jedem diese dieser dieses diesen diesem ihr ihre ihren ihrem
    ihrer sein seine seinen seinem seiner unser unsere unseren unserem unserer kein keine the"""
)
POLITE = _words("Sie Ihr Ihre Ihren Ihrem Ihrer Ihres Ihnen")
OPENERS = POLITE | _words(
    """Der Die Das Den Dem Des Ein Eine Einen Einem Einer Eines Kein Keine Keinen Keiner Er Es Wir
    Ich Du Man Dies Diese Dieser Dieses Diesen Diesem Jede Jeder Jedes Jeden Alle Alles Allen
    Viele Vielen Einige Einigen Manche Mehrere Beide Beides Andere Solche Sein Seine Seinen
    Unser Unsere Unseren Mein Meine Wer Was Wann Wo Wie Warum Wieso Weshalb Welche Welcher
    Welches Wohin Woher Wem Wen Wessen Wenn Weil Da Dass Ob Obwohl Sofern Soweit Sobald
    Solange Falls Nachdem Bevor Während Damit Indem Sodass Und Oder Aber Denn Doch Sondern
    Sowie In Im Ins An Am Ans Auf Aufs Aus Bei Beim Bis Durch Für Gegen Ohne Um Mit Nach Seit
    Von Vom Vor Zu Zum Zur Zwischen Über Unter Hinter Neben Ab Trotz Wegen Statt Anstelle
    Anhand Aufgrund Innerhalb Außerhalb Gemäß Laut Hinsichtlich Bezüglich Entsprechend
    Einschließlich Dank Als Also Auch Bereits Schon Erst Noch Nur Nun Jetzt Heute Gestern
    Morgen Bisher Bislang Derzeit Zurzeit Aktuell Künftig Zukünftig Dann Danach Davor Dabei
    Dadurch Dafür Dagegen Daher Dahin Damals Daneben Daran Darauf Daraus Darin Darüber Darum
    Darunter Davon Dazu Deshalb Deswegen Demnach Demgegenüber Dennoch Dort Dorthin Hier
    Hierbei Hierdurch Hierfür Hiermit Hierzu Hierunter Hiervon Hierüber Insgesamt Insbesondere
    Insofern Insoweit Jedoch Allerdings Außerdem Zudem Ferner Weiterhin Weiter Weitere
    Weiteren Weiteres Ebenso Ebenfalls Gleichzeitig Zugleich Zunächst Zuerst Zuletzt Zuvor
    Anschließend Schließlich Später Früher Seitdem Seither Trotzdem Vielmehr Stattdessen Somit
    Folglich Mithin Nicht Nichts Niemand Jemand Wird Werden Wurde Ist Sind War Hat Haben Kann
    Können Muss Müssen Soll Sollen Darf Gilt Gibt Bitte Lediglich Ausschließlich Grundsätzlich
    Üblicherweise Regelmäßig Meist Meistens Oft Häufig Gefördert Förderfähig Antragsberechtigt
    Zuwendungsfähig Ausgenommen Ausgeschlossen Maßgeblich Voraussetzung Abweichend
    Erforderlich Möglich So Sonst Ansonsten Andernfalls Dazu Jener Jene Jenes Deren Dessen
    Letztere Erstere Wichtig Ja Nein The This That These Those It He She They We You There
    Here However If When While After Before For On At By With From To But And Its Their Our
    Your His Her As Not All Each Both Such No What Who Why How Then Thus Please"""
)
FINITE_VERBS = (
    "ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|hatte|hatten|kann|können|konnte|konnten"
    "|muss|müssen|musste|mussten|soll|sollen|sollte|sollten|darf|dürfen|gilt|gelten|beträgt|betragen"
    "|erhält|erhalten|folgt|folgen|erfolgt|erfolgen|bleibt|bleiben|melden|meldet|reicht|reichen"
)
# No line ends on purpose with one of these, so what follows is the same sentence.
LINKING = DETERMINERS | _words(
    """und oder sowie für mit von nach bei aus auf an in zu über unter durch gegen ohne um als wie
    dass sich nicht zwischen vor wegen of and for in to with ist sind wird werden"""
)
MARKER_NEEDS_MORE = (
    (DETERMINERS - {"ab"})
    | _words("ab für auf um mit von nach bei an in zu Buchstabe Buchstaben Buchst. lit. Dr. bis")
    | frozenset(word for word in BEFORE_CARDINAL if word[0].isupper() or word[0] == "§")
)
PRONOUNCED = _words("Kfz Lkw Pkw Lkws Pkws GmbH mbH KGaA km kg cm mm qm kWh kW")

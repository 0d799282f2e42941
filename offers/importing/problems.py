"""Why a row is rejected or put in quarantine: stable codes and their German sentences. Pure."""

REJECTIONS = {
    "column_count": "Die Zeile hat mehr oder weniger Spalten als die Kopfzeile.",
    "not_a_feature": "Der Eintrag ist kein GeoJSON-Objekt mit Eigenschaften (properties).",
    "id_missing": "Die Kennung (id) fehlt; ohne sie findet ein zweiter Import das Angebot nicht.",
    "name_missing": "Der Name des Angebots fehlt.",
    "duplicate_row": "Dasselbe Angebot steht schon in Zeile {row}.",
    "formula_in_cell": "Spalte {column} beginnt mit {start} wie eine Formel. Bitte prüfen.",
    "too_long": "Spalte {column} hat {length} Zeichen, möglich sind {limit}.",
    "unknown_code": "Spalte {column}: „{value}“ ist kein bekannter Code.",
    "not_a_number": "Spalte {column}: „{value}“ ist keine Zahl zwischen {low} und {high}.",
    "not_a_date": "Spalte {column}: „{value}“ ist kein Datum (JJJJ-MM-TT oder TT.MM.JJJJ).",
    "date_in_future": "Spalte {column}: {value} liegt in der Zukunft.",
    "not_yes_or_no": "Spalte {column}: „{value}“ ist weder ja noch nein.",
    "age_range_reversed": "Das Alter endet ({high} Monate) vor seinem Beginn ({low} Monate).",
    "city_unknown": "Die Stadt „{city}“ ist nicht angelegt. Zuerst ihre Stadtteile einlesen.",
    "provider_elsewhere": "Das Kürzel „{slug}“ gehört einem Anbieter in einer anderen Stadt.",
}

# In this order: the first that holds is kept with the offer.
QUARANTINE = {
    "markup_in_text": "Ein Text enthielt HTML; es wurde entfernt, bitte den Text prüfen.",
    "provider_missing": "Der Anbieter fehlt.",
    "age_range_missing": "Für welches Alter das Angebot gilt, ist nicht zu erkennen.",
    "summary_missing": "Die Kurzbeschreibung fehlt.",
    "district_unknown": "Der Stadtteil ist nicht angegeben, unbekannt oder mehrdeutig: {place}.",
    "needs_missing": "Wobei das Angebot hilft, ist nicht angegeben.",
}


class RowRejectedError(Exception):
    """A row cannot be taken over; the code is one of REJECTIONS."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = REJECTIONS[code].format(**parameters)

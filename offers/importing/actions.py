"""Take a file of offers into the catalogue. Run by whoever operates the installation."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lotsen.accounts.models import Organisation
from lotsen.importing import Ended, RowEnd, slug
from lotsen.places.models import District, Municipality
from offers.importing import rules
from offers.importing.entry import Entry, Freshness, ProviderMention
from offers.importing.places import DistrictBook
from offers.importing.problems import QUARANTINE, RowRejectedError
from offers.models import Offer, OfferStatus, Provider


class OfferImport:
    """One import of one file.

    Args:
        source: which file or authority the offers come from; with a row's id it finds an offer
            again at the next import.
        city: the catalogue they go to; None: each row names its own.
        at: the moment of the import.
    """

    def __init__(self, *, source: str, city: Municipality | None, at: datetime) -> None:
        self.source, self.city, self.at = source, city, at
        self._books: dict[str, DistrictBook] = {}
        self._providers: dict[str, Provider] = {}
        self._rows: dict[str, int] = {}

    @transaction.atomic
    def run(self, entries: Iterable[Entry]) -> list[RowEnd]:
        """Every entry ends imported, updated, unchanged, quarantined or rejected."""
        return [self._end(entry) for entry in entries]

    def _end(self, entry: Entry) -> RowEnd:
        try:
            return self._take(entry)
        except RowRejectedError as problem:
            return RowEnd(entry.number, Ended.REJECTED, problem.code, problem.message)

    def _take(self, entry: Entry) -> RowEnd:
        if entry.source_id in self._rows:
            raise RowRejectedError("duplicate_row", row=self._rows[entry.source_id])
        self._rows[entry.source_id] = entry.number
        city = self._city(entry)
        districts = self._book(city).find(entry.place)
        doubts = rules.doubts(entry, place_found=entry.place.whole_city or bool(districts))
        offer = Offer.objects.filter(source=self.source, source_id=entry.source_id).first()
        if offer and doubts and offer.status == OfferStatus.PUBLISHED:
            return _kept_as_it_is(entry, doubts)
        recipient, hints = self._recipient(entry, city)
        values = {
            **entry.values,
            **_freshness(entry.freshness, offer),
            "provider": self._provider(entry.provider, city),
            "municipality": city,
            "open_to_all_districts": entry.place.whole_city,
            "recipient": recipient,
            "status": _status(offer, doubts),
            "quarantine_reason": doubts[0] if doubts else "",
        }
        values["age_from_months"], values["age_to_months"] = entry.ages or rules.ANY_AGE
        status = self._save(offer, entry, values, [] if entry.place.whole_city else districts or [])
        return _row_end(entry, status, doubts, hints)

    def _city(self, entry: Entry) -> Municipality:
        if self.city:
            return self.city
        city = Municipality.objects.filter(slug=slug(entry.city)).first()
        if city is None:
            raise RowRejectedError("city_unknown", city=entry.city[:40])
        return city

    def _book(self, city: Municipality) -> DistrictBook:
        if city.slug not in self._books:
            self._books[city.slug] = DistrictBook(city)
        return self._books[city.slug]

    def _recipient(self, entry: Entry, city: Municipality) -> tuple[Organisation | None, list[str]]:
        if not entry.recipient:
            return None, list(entry.hints)
        house = Organisation.objects.filter(slug=entry.recipient, municipality=city).first()
        missing = (
            f"Die Stelle „{entry.recipient}“ für Übergaben ist nicht angelegt; bis zum nächsten"
            " Import ist keine Übergabe an dieses Angebot möglich."
        )
        return house, [*entry.hints, *([] if house else [missing])]

    def _provider(self, mention: ProviderMention, city: Municipality) -> Provider:
        """The provider by its slug; what the first row of a file says about it counts."""
        name = mention.name or "Anbieter nicht angegeben"
        key = mention.slug or f"{slug(name)}-{city.slug}"[:120]
        if key not in self._providers:
            self._providers[key] = self._saved_provider(key, name, mention, city)
        return self._providers[key]

    def _saved_provider(
        self, key: str, name: str, mention: ProviderMention, city: Municipality
    ) -> Provider:
        house = Organisation.objects.filter(slug=key, municipality=city).first()
        said = {"name": name, "carrier": mention.carrier, "website": mention.website}
        provider, created = Provider.objects.get_or_create(
            slug=key, defaults={"municipality": city, "organisation": house, **said}
        )
        if provider.municipality_id != city.slug:
            raise RowRejectedError("provider_elsewhere", slug=key)
        if not created:
            known = {field: value for field, value in said.items() if value}
            _set(provider, known | ({"organisation": house} if house else {}))
        return provider

    def _save(
        self,
        offer: Offer | None,
        entry: Entry,
        values: dict[str, object],
        districts: list[District],
    ) -> Ended:
        if offer is None:
            offer = Offer.objects.create(source=self.source, source_id=entry.source_id, **values)
            offer.districts.set(districts)
            quarantined = offer.status == OfferStatus.QUARANTINED
            return Ended.QUARANTINED if quarantined else Ended.IMPORTED
        was_quarantined = offer.status == OfferStatus.QUARANTINED
        changed = _set(offer, values)
        if set(offer.districts.all()) != set(districts):
            offer.districts.set(districts)
            changed = True
        if changed and was_quarantined and offer.status == OfferStatus.QUARANTINED:
            return Ended.QUARANTINED
        return Ended.UPDATED if changed else Ended.UNCHANGED


def _set(row: Offer | Provider, values: dict[str, object]) -> bool:
    """Write what differs; a row that stays the same is not touched."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        also = ["updated_at"] if isinstance(row, Offer) else []
        row.save(update_fields=[*changed, *also])
    return bool(changed)


def _status(offer: Offer | None, doubts: list[str]) -> OfferStatus:
    """What a person withdrew stays withdrawn."""
    if offer and offer.status == OfferStatus.WITHDRAWN:
        return OfferStatus.WITHDRAWN
    return OfferStatus.QUARANTINED if doubts else OfferStatus.PUBLISHED


def _freshness(said: Freshness, offer: Offer | None) -> dict[str, object]:
    """Places and checks: people keep them up to date, so only newer information replaces them."""
    places = {
        "capacity": said.capacity.value,
        "waiting_weeks": said.waiting_weeks,
        "capacity_as_of": said.capacity_as_of,
    }
    if offer is None:
        return {**places, "checked_on": said.checked_on, "valid_until": said.valid_until}
    news: dict[str, object] = {}
    if _is_newer(said, "capacity_as_of", offer):
        news |= places
    if _is_newer(said, "checked_on", offer):
        news["checked_on"] = said.checked_on
    if "valid_until" not in said.relative:
        news["valid_until"] = said.valid_until
    return news


def _is_newer(said: Freshness, name: str, offer: Offer) -> bool:
    if name in said.relative:
        return False
    day, known = getattr(said, name), getattr(offer, name)
    return known is None or (day is not None and day > known)


def _kept_as_it_is(entry: Entry, doubts: list[str]) -> RowEnd:
    why = QUARANTINE[doubts[0]].format(place=entry.place)
    kept = "Das Angebot im Katalog ist vollständiger als diese Zeile und bleibt, wie es ist."
    return RowEnd(entry.number, Ended.REJECTED, doubts[0], f"{why} {kept}")


def _row_end(entry: Entry, status: Ended, doubts: list[str], hints: list[str]) -> RowEnd:
    sentences = [QUARANTINE[code].format(place=entry.place) for code in doubts] + hints
    code = doubts[0] if doubts else "hint" if hints else ""
    return RowEnd(entry.number, status, code, " ".join(sentences))

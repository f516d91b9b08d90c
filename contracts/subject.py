"""One item, and the requests that a trial makes of it; it is followed where its id changes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import unquote

from contracts.answers import Reading, listed
from contracts.exchange import GONE, Answer, Json
from contracts.identifiers import COMMON, Identifier, found_in, step
from contracts.payload import Encoding, Payload, Unencodable, encode
from contracts.resource import Resource
from contracts.target import Client
from contracts.transport.gate import CHANGES
from contracts.transport.routes import split
from contracts.verdict import Broken, Inconclusive, NotApplicable


class Subject:
    """One item of a resource, and the requests that a trial makes of it."""

    def __init__(
        self,
        path: str,
        owner: Client,
        created: Answer | None = None,
        identifier: Identifier | None = None,
        resource: Resource | None = None,
    ) -> None:
        self.path = path
        self.owner = owner
        self.created = created
        self.former: list[str] = []
        """The paths that it had before its id changed."""
        self.changed: Json = {}
        """What was last accepted of it."""
        self.written: Json = {}
        """What was ever accepted of it, field by field."""
        self._identifier = identifier
        self._resource = resource
        self._untold = False
        """Whether the answer to the last change did not tell by which id the item is found now."""

    @property
    def id(self) -> Identifier:
        """Its id as answers have it; as its path has it where none was seen."""
        if self._identifier is not None:
            return self._identifier
        last = unquote(self.path.rstrip("/").rpartition("/")[2])
        return int(last) if last.isdecimal() else last

    @property
    def collection(self) -> str:
        """The path of the collection that it is in."""
        like = self._resource.collection if self._resource else self.path
        slash = "/" if like.endswith("/") else ""
        return self.path.rstrip("/").rpartition("/")[0] + slash

    def read(self, by: Client | None = None, **query: object) -> Answer:
        """GET it; an item that is not there any more, after a change whose answer told no id, is looked for."""
        answer = (by or self.owner).get(self.path, **query)
        if answer.status not in GONE or not self._untold:
            return answer
        if self.found_again():
            return (by or self.owner).get(self.path, **query)
        if self._resource and self.owner.target.is_made_of_others(self._resource):
            raise Inconclusive(f"{answer.request.line} finds it no more: PATCH told no new id, and no list shows which")
        return answer

    def state(self, by: Client | None = None) -> Json:
        """The item as a GET shows it, which must succeed."""
        return self.shown(self.read(by))

    def shown(self, answer: Answer) -> Json:
        """The item in an accepted answer, whatever it is wrapped in."""
        return self._reading.item(answer)

    @property
    def _reading(self) -> Reading:
        return self.owner.target.reading(self._resource) if self._resource else Reading(COMMON)

    def patch(
        self,
        fields: Mapping[str, object],
        encoding: Encoding | None = None,
        by: Client | None = None,
        **query: object,
    ) -> Answer:
        """PATCH it with some fields; where there is no PATCH, PUT it as it is but for these."""
        return self.prepared(fields, encoding)(by, **query)

    def prepared(
        self,
        fields: Mapping[str, object],
        encoding: Encoding | None = None,
        condition: Mapping[str, str] | None = None,
    ) -> Callable[..., Answer]:
        """A PATCH that goes out when it is called, by somebody and with a query, and has no other request before it.

        ``condition`` is the header that says of which version it is: of the present one, unless said.
        """
        method, whole = ("PUT", {**self.as_it_is(encoding), **fields}) if self._is_replaced else ("PATCH", fields)
        payload = self._encoded("patch", whole, encoding)
        of_version = self._condition(method) if condition is None else condition

        def send(by: Client | None = None, **query: object) -> Answer:
            answer = self.send(method, payload, by, of_version, **query)
            if answer.ok:
                self.changed = dict(fields)
                self.written |= fields
            return answer

        return send

    @property
    def _is_replaced(self) -> bool:
        return self._resource is not None and self._resource.is_replaced

    def as_it_is(self, encoding: Encoding | None = None) -> Json:
        """What a PUT has to hold so that nothing changes: what is shown, and of the rest what was last written."""
        seen, held = self.read(), dict(self.written)
        state = self.shown(seen) if seen.ok else {}
        has_null = encoding is None or encoding.is_json
        for field in self._resource.fields if self._resource else ():
            if field.write is None:
                held.pop(field.name, None)
            elif field.is_shown_as_written and field.name in state:
                held[field.name] = state[field.name]
            if held.get(field.name, "") is None and not (field.nullable and has_null):
                del held[field.name]
        return held

    def put(
        self,
        fields: Mapping[str, object],
        encoding: Encoding | None = None,
        by: Client | None = None,
        condition: Mapping[str, str] | None = None,
    ) -> Answer:
        """PUT it."""
        return self.send("PUT", self._encoded("replace", fields, encoding), by, condition)

    def delete(self, by: Client | None = None, condition: Mapping[str, str] | None = None) -> Answer:
        """DELETE it."""
        return self.send("DELETE", None, by, condition)

    def _condition(self, method: str) -> dict[str, str]:
        """The version of which a change is, where the target asks for it: as the owner reads it, who sees it."""
        return self.owner.target.condition(method, self.path, self.owner)

    def send(
        self,
        method: str,
        payload: Payload | None,
        by: Client | None = None,
        condition: Mapping[str, str] | None = None,
        **query: object,
    ) -> Answer:
        """Send any request to its path; where the answer shows another id, it has another path from then on.

        ``condition`` is the header that says of which version a change is: of the present one, unless said.
        """
        path, headers = self.path, self._condition(method) if condition is None else condition
        answer = (by or self.owner).send(method, path, payload, query, headers)
        if method in CHANGES and answer.ok:
            self._follow(path, answer)
        if method == "DELETE" and answer.ok:
            self._untold = False
        return answer

    def _follow(self, path: str, answer: Answer) -> None:
        moved = self.owner.target.gate.moved_to(path)
        self._untold = self._resource is not None and not answer.headers.get("Location") and not answer.content
        if moved is not None:
            self._move(path, moved.to)
            self.owner.target.tape.capture(moved.to.rstrip("/"), answer, moved.steps)

    def _move(self, path: str, to: str) -> None:
        self.former += [each for each in dict.fromkeys((path, self.path)) if each not in self.former]
        self.path, self._identifier = to, None

    def settle(self) -> None:
        """Find out which of its paths is the last one, after changes that were sent at the same moment."""
        for path in dict.fromkeys((self.path, *reversed(self.former))):
            if self.owner.get(path).ok:
                self.path, self._identifier = path, None
                return

    def found_again(self) -> bool:
        """Whether a list shows an item that has what was last written to this one, which is then where that is."""
        self._untold = False
        gate = self.owner.target.gate
        item = gate.guard.items.item(split(self.path))
        if item is None or self._resource is None or "list" not in self._resource.operations:
            return False
        with suppress(Broken, Inconclusive, NotApplicable):
            for row in listed(self.owner, self.collection, self._reading.listing):
                found = found_in(row, self._reading.keys)
                if found is None or step(found[1]) == step(self.id) or not item.mark.shows_sent(row):
                    continue
                to = gate.guard.item_path(self.collection, step(found[1]))
                if gate.proofs.has_moved(item, to):
                    gate.moved(self.path, to)
                    self._move(self.path, to)
                    return True
        return False

    def _encoded(self, verb: str, fields: Mapping[str, object], encoding: Encoding | None) -> Payload:
        known = self._resource
        media = encoding or (known.encoding(verb) if known else Encoding.JSON)
        try:
            return encode(known.wrapped(verb, fields, media) if known else fields, media)
        except Unencodable as error:
            raise Inconclusive(str(error)) from error

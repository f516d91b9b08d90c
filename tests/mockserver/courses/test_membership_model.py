"""Random lives of one course against a model that is written from the table of memberships, not from the code."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import COURSES, PEOPLE, Mock, mock_of

OTHERS = ("joined", "member", "staff")
"""Everybody but the creator; their names say nothing here, as all start outside, and few of them live through more."""

STATES: dict[str, set[str | None]] = {
    # privacy → who sees the course, by state; all are seen by those who lead them
    "": {"manager", "creator"},
    "open": {None, "requested", "invited", "joined", "manager", "creator"},
    "private": {None, "requested", "invited", "joined", "manager", "creator"},
    "secret": {"invited", "joined", "manager", "creator"},
}
INSIDE: set[str | None] = {"joined", "manager", "creator"}

LISTS = ("managers", "joined", "unjoined")

# Much happens in private courses, in which one can ask to be let in; little comes of what people without a role
# attempt, and of lists that name everybody. So mostly the creator does something about one of the others.
privacies = st.sampled_from(("private", "private", "open", "secret", ""))
anybody = st.sampled_from((*OTHERS, *OTHERS, "creator"))
actors = st.sampled_from((*["creator"] * len(OTHERS), *OTHERS))
one = anybody.map(lambda person: {person})
some = one | st.sets(anybody, min_size=1)
roles = st.fixed_dictionaries({}, optional=dict.fromkeys(LISTS, st.sets(anybody)))

DEEDS = st.one_of(
    st.tuples(st.just("publish"), privacies),
    st.tuples(st.just("join"), anybody),
    st.tuples(st.just("leave"), anybody),
    st.tuples(st.just("take_out"), actors, anybody),
    st.tuples(st.just("invite"), actors, some),
    st.tuples(st.just("take_back"), actors, some),
    *(st.tuples(st.just("change_roles"), actors, st.fixed_dictionaries({name: one})) for name in LISTS),
    st.tuples(st.just("change_roles"), actors, roles),
    st.tuples(st.just("look")),
)
"""What happens next. Were each a rule, Hypothesis would leave half of them out of each life, and few would meet."""


class Memberships(RuleBasedStateMachine):
    """People join, leave, are invited, promoted and put out, while the course changes its privacy."""

    def __init__(self) -> None:
        super().__init__()
        self.mock: Mock = mock_of()
        self.ties: dict[str, str | None] = {**dict.fromkeys(OTHERS), "creator": "creator"}
        self.since: dict[str, str] = {}
        self.privacy = ""

    @initialize(privacy=privacies)
    def create(self, privacy: str) -> None:
        """A course begins with its creator alone."""
        self.privacy = privacy
        new = {"name": "Of the machine", "type": "self-paced", "privacy": privacy}
        made = self.mock.as_("creator").post(COURSES, json=new)
        self.path = f"{COURSES}{made.json()['id']}/"
        self.since["creator"] = made.json()["created_at"]

    # --- what happens ---

    @rule(deed=DEEDS)
    def live(self, deed: tuple[Any, ...]) -> None:
        """Somebody does something."""
        name, *rest = deed
        getattr(self, name)(*rest)

    def publish(self, privacy: str) -> None:
        """A published course never becomes a draft again."""
        answer = self.mock.as_("creator").patch(self.path, json={"privacy": privacy})
        if self.privacy and not privacy:
            assert answer.status_code == 400
        else:
            assert answer.status_code == 200
            self.privacy = privacy

    def join(self, person: str) -> None:
        """Who joins is let in, waits, or is told that there is no such course."""
        before = self.ties[person]
        if self.hides(person):
            expected, after = 404, before
        elif before in INSIDE:
            expected, after = 200, before
        elif before == "invited" or self.privacy == "open":
            expected, after = 200, "joined"
        else:
            expected, after = 200, "requested"
        answer = self.mock.as_(person).post(f"{self.path}join/")
        assert answer.status_code == expected
        if expected == 200:
            assert answer.json()["join_status"] == after
        self.become(person, after)

    def leave(self, person: str) -> None:
        """Everybody but the creator may leave what he is in, as long as he sees it."""
        before = self.ties[person]
        if self.hides(person) or before is None:
            expected, after = 404, before
        elif before == "creator":
            expected, after = 403, before
        else:
            expected, after = 204, None
        assert self.mock.as_(person).delete(f"{self.path}join/").status_code == expected
        self.become(person, after)

    def take_out(self, actor: str, person: str) -> None:
        """Leads take out everybody but the creator."""
        if actor == person:
            return
        refusal = self.refusal(actor)
        before = self.ties[person]
        answer = self.mock.as_(actor).delete(f"{self.path}join/", params={"user": PEOPLE[person]})
        if refusal is not None:
            assert answer.status_code == refusal
        elif before in {None, "creator"}:
            assert answer.status_code == (404 if before is None else 403)
        else:
            assert answer.status_code == 204
            self.become(person, None)

    def invite(self, actor: str, invited: set[str]) -> None:
        """Who is invited is invited, unless he had asked or is inside."""
        refusal = self.refusal(actor)
        answer = self.send(actor, "POST", "invite/", users=invited)
        assert answer == (refusal or 204)
        if refusal is None:
            for person in invited:
                after = {None: "invited", "requested": "joined"}.get(self.ties[person], self.ties[person])
                self.become(person, after)

    def take_back(self, actor: str, invited: set[str]) -> None:
        """Who is no more than invited is nothing again."""
        refusal = self.refusal(actor)
        assert self.send(actor, "DELETE", "invite/", users=invited) == (refusal or 204)
        if refusal is None:
            for person in invited:
                self.become(person, None if self.ties[person] == "invited" else self.ties[person])

    def change_roles(self, actor: str, lists: dict[str, set[str]]) -> None:
        """Each list makes of its people what it says; where one names the creator, or two somebody, nothing happens."""
        refusal = self.refusal(actor)
        named = [person for people in lists.values() for person in people]
        if refusal is None and (not lists or "creator" in named or len(named) > len(set(named))):
            refusal = 400
        assert self.send(actor, "POST", "role/", **lists) == (refusal or 204)
        if refusal is None:
            for name, after in (("managers", "manager"), ("joined", "joined"), ("unjoined", None)):
                for person in lists.get(name, ()):
                    self.become(person, after)

    # --- the model ---

    def hides(self, person: str) -> bool:
        """Whether the course does not exist for somebody."""
        return self.ties.get(person) not in STATES[self.privacy]

    def refusal(self, actor: str) -> int | None:
        """What somebody is told who does what leads may do; None where he may."""
        if self.hides(actor):
            return 404
        return None if self.ties[actor] in {"manager", "creator"} else 403

    def become(self, person: str, after: str | None) -> None:
        """Note what somebody is now; who comes in is stamped, who goes out loses the stamp."""
        before = self.ties[person]
        self.ties[person] = after
        if after in INSIDE and before not in INSIDE:
            self.since[person] = self.mock.clock.now.isoformat().replace("+00:00", "Z")
        elif after not in INSIDE:
            self.since.pop(person, None)

    def send(self, actor: str, method: str, tail: str, **lists: set[str]) -> int:
        body: dict[str, Any] = {name: sorted(PEOPLE[person] for person in people) for name, people in lists.items()}
        return self.mock.as_(actor).request(method, self.path + tail, json=body).status_code

    # --- what always holds ---

    @precondition(lambda self: hasattr(self, "path"))
    @invariant()
    def everybody_is_what_the_model_says(self) -> None:
        """Each one's own view agrees with the model, and so do the lists of the leads."""
        for person in ("creator", *OTHERS):
            answer = self.mock.as_(person).get(f"{self.path}status/")
            if self.hides(person):
                assert answer.status_code == 404
            else:
                assert answer.json() == {"status": self.ties[person]}
        creator = self.mock.as_("creator")
        for status, tail in (("invited", "invite/"), ("requested", "request_join/")):
            listed = {row["username"] for row in creator.get(self.path + tail).json()["results"]}
            assert listed == {person for person, tie in self.ties.items() if tie == status}

    def look(self) -> None:
        """The course is there in full, behind its lock screen, or not at all; leads alone see it as it is edited."""
        for person in ("creator", *OTHERS, "anon"):
            tie = self.ties.get(person)
            answer = self.mock.as_(person).get(self.path)
            if self.hides(person):
                assert answer.status_code == 404
                continue
            locked = self.privacy == "private" and tie in {None, "requested"}
            assert list(answer.json()) == (schema_keys.MINIMAL if locked else schema_keys.USER_DETAIL)
            assert answer.json()["join_status"] == tie
            edited = self.mock.as_(person).get(self.path, params={"view": "edit"}).status_code
            assert edited == (200 if tie in {"manager", "creator"} else 403)

    @precondition(lambda self: hasattr(self, "path"))
    @invariant()
    def whoever_is_inside_has_a_stamp(self) -> None:
        """The dashboard holds those who are inside, each with the moment of coming in; a minute later it goes on."""
        query = {"statuses": "creator,manager,joined"}
        rows = self.mock.as_("creator").get(f"{self.path}users/", params=query).json()["results"]
        assert {row["username"]: row["joined_at"] for row in rows} == self.since
        self.mock.clock.advance(minutes=1)


TestMemberships = pytest.mark.rule("JOIN-04", "ROLE-06", "VIS-03", "VIS-09", "VIEW-04")(Memberships.TestCase)
TestMemberships.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)

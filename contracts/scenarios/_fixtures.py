"""Fresh courses with people and content in them, as stories need them; what cannot be set up is not judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.bodies import Encoding, encode
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier
from contracts.results.verdict import Broken, NotApplicable

FUTURE, PAST = "2900-01-01T00:00:00Z", "2001-01-01T00:00:00Z"
EVERY_TIE = {"manager": "manager", "joined": "joined", "invited": "invited", "requested": "requested"}
"""Of every tie but that of the creator one, to the person of that name."""


def send(person: Client, method: str, path: str, body: Json | None = None, **query: object) -> Answer:
    """One request with a JSON body, or with none."""
    return person.send(method, path, None if body is None else encode(body, Encoding.JSON), query=query)


def assume_ok(answer: Answer) -> Answer:
    """What must be so before a story can judge."""
    assume(answer.ok, f"{answer.request.line} was refused: {answer.summary}")
    return answer


# --- people ---


def bind(context: Context, course: Item, **people: str) -> Item:
    """Make people something in a course that is theirs to enter: name → join status."""
    for name, status in people.items():
        _bind(context, course, context.person(name), status)
    return course


def _bind(context: Context, course: Item, person: Client, status: str) -> None:
    if status in ("joined", "manager"):
        roles = {"managers" if status == "manager" else "joined": [person.id]}
        assume_ok(send(context.owner, "POST", f"{course.path}role/", roles))
    elif status == "invited":
        assume_ok(send(context.owner, "POST", f"{course.path}invite/", {"users": [person.id]}))
    elif status == "requested":
        assume_ok(send(person, "POST", f"{course.path}join/"))


def course_with(context: Context, privacy: str = "open", fields: Json | None = None, **people: str) -> Item:
    """A fresh course in which people are something: name → join status."""
    return course_of(context, privacy, people, **(fields or {}))


def course_of(context: Context, privacy: str, people: Mapping[str, str], **fields: object) -> Item:
    """The same; who shall be waiting to be let in asks for it while the course is private."""
    asking = "requested" in people.values() and privacy != "private"
    course = context.fresh(None, privacy="private" if asking else privacy, **fields)
    bind(context, course, **people)
    if asking:
        assume_ok(course.patch({"privacy": privacy}))
    return course


def mixed_course(context: Context, privacy: str = "open", **fields: object) -> Item:
    """A fresh course with a manager, one who has joined and one who is invited, each of that name."""
    return course_of(context, privacy, {"manager": "manager", "joined": "joined", "invited": "invited"}, **fields)


def status_of(context: Context, course: Item, name: str) -> object:
    """What somebody is in a course, as its creator sees it."""
    return assume_ok(course.read(user=context.person(name).id))["join_status"]


# --- content ---


def create(context: Context, collection: str, by: Client | None = None, **fields: object) -> Item:
    """A new item of a collection."""
    maker = by or context.owner
    answer = assume_ok(send(maker, "POST", collection, fields))
    context.target.tape.capture(f"{collection}{answer['id']}", answer)
    return Item(f"{collection}{answer['id']}/", maker, answer)


def add_section(context: Context, course: Item, **fields: object) -> Item:
    """A new section of a course."""
    return create(context, f"{course.path}section/", None, **{"name": context.unique("section"), **fields})


def add_lesson(context: Context, inside: Item, **fields: object) -> Item:
    """A new lesson of a section, published unless said otherwise."""
    body = {"name": context.unique("lesson"), "type": "lesson", "status": "published", **fields}
    return create(context, f"{inside.path}lesson/", None, **body)


def add_lessons(context: Context, inside: Item, number: int) -> list[Item]:
    """Some new lessons of a section."""
    return [add_lesson(context, inside) for _ in range(number)]


def question_body(right: int = 1, wrong: int = 1) -> Json:
    """The body of a question with so many right and wrong answers."""
    answers = [{"text": f"right {n}", "correct": True} for n in range(right)]
    answers += [{"text": f"wrong {n}", "correct": False} for n in range(wrong)]
    kind = "single_choice" if right == 1 else "multi_choice"
    return {"type": kind, "text": "What is right?", "answers": answers}


def add_question(context: Context, quiz: Item, right: int = 1, wrong: int = 1) -> Item:
    """A new question of a quiz."""
    return create(context, f"{quiz.path}question/", **question_body(right, wrong))


def add_quiz(context: Context, inside: Item, number: int = 1, **fields: object) -> tuple[Item, list[Item]]:
    """A new quiz of a section with some questions of single choice, and the questions."""
    made_quiz = add_lesson(context, inside, type="quiz", **fields)
    return made_quiz, [add_question(context, made_quiz) for _ in range(number)]


def answer_ids(asked: Item, correct: bool) -> list[Identifier]:
    """The ids of the right, or of the wrong, answers to a question, as its author was told them."""
    known: Answer | None = asked.created
    return [each["id"] for each in (known["answers"] if known else ()) if bool(each.get("correct")) is correct]


def response(asked: Item, right: bool = True) -> Json:
    """A right, or a wrong, response to a question."""
    selected = answer_ids(asked, correct=True) if right else answer_ids(asked, correct=False)[:1]
    return {"question_id": asked.id, "selected_options": selected}


def attempt(person: Client, of: Item, responses: Iterable[Json]) -> Answer:
    """An attempt at a quiz."""
    return send(person, "POST", f"{of.path}attempt/", {"responses": list(responses)})


def try_quiz(person: Client, of: Item, questions: Sequence[Item], right: int) -> Answer:
    """An attempt in which the first questions are answered rightly, so many of them."""
    return attempt(person, of, [response(each, number < right) for number, each in enumerate(questions)])


def complete(person: Client, of: Item) -> Answer:
    """Tick a lesson off."""
    return send(person, "POST", f"{of.path}complete/")


def incomplete(person: Client, of: Item) -> Answer:
    """Take that back."""
    return send(person, "POST", f"{of.path}incomplete/")


def add_comment(context: Context, on: Item, by: Client | None = None, **fields: object) -> Item:
    """A new comment on a lesson."""
    return create(context, f"{on.path}comment/", by, **{"text": context.unique("comment"), **fields})


def existing_media(context: Context) -> list[Identifier]:
    """The ids of media that stand there already."""
    told = (each.notes("medias").references for each in context.profile.resources.values())
    known = next((each for each in told if isinstance(each, list)), None)
    if not known:
        raise NotApplicable("the profile names no media")
    return list(known)


# --- what is seen of it ---


def overview(course: Item, by: Client | None = None) -> dict[Identifier, Json]:
    """Lesson id → lesson, as a person sees it in a course."""
    return {one["id"]: one for each in course.state(by)["sections"] for one in each["lessons"]}


def dashboard_row(context: Context, course: Item, name: str) -> Json:
    """The progress of somebody in a course, as its creator sees it."""
    person = context.person(name).id
    rows = context.require_accepted(context.owner.get(f"{course.path}users/", limit=100))["results"]
    found: Json | None = next((row for row in rows if row["id"] == person), None)
    if found is None:
        raise Broken(f"{name} is among the people of {course.path}users/", f"ids {[row['id'] for row in rows]}")
    return found


def moment(text: object) -> datetime:
    """A moment that an answer tells."""
    if not isinstance(text, str):
        raise Broken("a moment", repr(text))
    return datetime.fromisoformat(text)


def require_just_now(text: object, course: Item, of: str) -> None:
    """Insist that something happened after a fresh course was made, by the clock of the target."""
    born = moment(assume_ok(course.read())["created_at"])
    if not born <= moment(text) <= born + timedelta(minutes=10):
        raise Broken(f"{of}: a moment just after {born.isoformat()}", repr(text))


def require_fields(context: Context, document: Json, component: str, of: str, *absent: str) -> None:
    """Insist on the keys of a documented schema: those it requires, of the others none that must be absent."""
    needed, known, got = context.model.required(component), context.model.keys(component), set(document)
    if not needed <= got <= known - set(absent):
        missing, extra = sorted(needed - got), sorted(got - (known - set(absent)))
        raise Broken(f"{of}: the keys of {component}", f"missing {missing}, besides {extra}")


def list_page(context: Context, person: Client, path: str, component: str, **query: object) -> list[Json]:
    """The results of a page that must be readable; each has the keys of a documented schema."""
    answer = context.require_accepted(person.get(path, **{"limit": 100, **query}))
    if set(answer.document) != {"count", "next", "previous", "results"}:
        raise Broken(f"{answer.request.line}: the keys of a page", str(sorted(answer.document)))
    results: list[Json] = answer["results"]
    for each in results:
        require_fields(context, each, component, answer.request.line)
    return results


def ids(rows: Iterable[Json]) -> list[Identifier]:
    """The ids of rows."""
    return [row["id"] for row in rows]


def require_rejected_for(
    context: Context, people: Iterable[str], status: int, method: str, path: str, body: Json | None = None
) -> None:
    """Insist that some people are refused."""
    for name in people:
        context.require_rejected(send(context.person(name), method, path, body), status)


def learner_requests(context: Context, person: Client, of: Item, asked: Sequence[Item] = ()) -> Iterator[Answer]:
    """Everything that a learner can do with a lesson, and with a quiz that has these questions."""
    yield of.read(by=person)
    yield incomplete(person, of)
    yield person.get(f"{of.path}comment/")
    yield send(person, "POST", f"{of.path}comment/", {"text": context.unique("said")})
    if asked:
        yield person.get(f"{of.path}question/")
        yield asked[0].read(by=person)
        yield try_quiz(person, of, asked, right=0)
    else:
        yield complete(person, of)

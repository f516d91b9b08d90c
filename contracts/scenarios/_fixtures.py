"""Fresh courses with members and content, as scenarios need them; a scenario that cannot be set up judges nothing."""

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


def send(person: Client, method: str, path: str, body: Json | None = None, **query: object) -> Answer:
    """Send a request with a JSON body, or without one."""
    return person.send(method, path, None if body is None else encode(body, Encoding.JSON), query=query)


def assume_ok(answer: Answer) -> Answer:
    """Require that a request succeeded without which the scenario cannot judge."""
    assume(answer.ok, f"{answer.request.line} was rejected: {answer.summary}")
    return answer


# --- members ---


def bind(context: Context, course: Item, **people: str) -> Item:
    """Give users a status in a course: name → join status. Requests to join need a private course."""
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
    """Create a course in which users have a status: name → join status."""
    return course_of(context, privacy, people, **(fields or {}))


def course_of(context: Context, privacy: str, people: Mapping[str, str], **fields: object) -> Item:
    """Create the same course from a mapping; requests to join are made while the course is private."""
    starts_private = "requested" in people.values() and privacy != "private"
    course = context.fresh(None, privacy="private" if starts_private else privacy, **fields)
    bind(context, course, **people)
    if starts_private:
        assume_ok(course.patch({"privacy": privacy}))
    return course


def mixed_course(context: Context, privacy: str = "open", **fields: object) -> Item:
    """Create a course with a manager, a participant and an invited user, who have these names."""
    return course_of(context, privacy, {"manager": "manager", "joined": "joined", "invited": "invited"}, **fields)


def status_of(context: Context, course: Item, name: str) -> object:
    """Return the status of a user in a course, as its creator sees it."""
    return assume_ok(course.read(user=context.person(name).id))["join_status"]


# --- content ---


def create(context: Context, collection: str, by: Client | None = None, **fields: object) -> Item:
    """Create an item of a collection."""
    maker = by or context.owner
    answer = assume_ok(send(maker, "POST", collection, fields))
    context.target.tape.capture(f"{collection}{answer['id']}", answer)
    return Item(f"{collection}{answer['id']}/", maker, answer)


def add_section(context: Context, course: Item, **fields: object) -> Item:
    """Create a section of a course."""
    return create(context, f"{course.path}section/", None, **{"name": context.unique("section"), **fields})


def add_lesson(context: Context, inside: Item, **fields: object) -> Item:
    """Create a lesson of a section, which is published by default."""
    body = {"name": context.unique("lesson"), "type": "lesson", "status": "published", **fields}
    return create(context, f"{inside.path}lesson/", None, **body)


def add_lessons(context: Context, inside: Item, number: int) -> list[Item]:
    """Create some lessons of a section."""
    return [add_lesson(context, inside) for _ in range(number)]


def question_body(right: int = 1, wrong: int = 1) -> Json:
    """Return the body of a question with these numbers of right and wrong answers."""
    answers = [{"text": f"right {n}", "correct": True} for n in range(right)]
    answers += [{"text": f"wrong {n}", "correct": False} for n in range(wrong)]
    kind = "single_choice" if right == 1 else "multi_choice"
    return {"type": kind, "text": "What is right?", "answers": answers}


def add_question(context: Context, quiz: Item, right: int = 1, wrong: int = 1) -> Item:
    """Create a question of a quiz."""
    return create(context, f"{quiz.path}question/", **question_body(right, wrong))


def add_quiz(context: Context, inside: Item, number: int = 1, **fields: object) -> tuple[Item, list[Item]]:
    """Create a quiz of a section, and return it with its single-choice questions."""
    quiz = add_lesson(context, inside, type="quiz", **fields)
    return quiz, [add_question(context, quiz) for _ in range(number)]


def answer_ids(question: Item, correct: bool) -> list[Identifier]:
    """Return the ids of the right, or of the wrong, answers to a question, as its author saw them."""
    answers = question.created["answers"] if question.created else ()
    return [answer["id"] for answer in answers if bool(answer.get("correct")) is correct]


def response(question: Item, right: bool = True) -> Json:
    """Return a right, or a wrong, response to a question."""
    selected = answer_ids(question, correct=True) if right else answer_ids(question, correct=False)[:1]
    return {"question_id": question.id, "selected_options": selected}


def attempt(person: Client, of: Item, responses: Iterable[Json]) -> Answer:
    """Make an attempt at a quiz."""
    return send(person, "POST", f"{of.path}attempt/", {"responses": list(responses)})


def try_quiz(person: Client, of: Item, questions: Sequence[Item], right: int) -> Answer:
    """Make an attempt at a quiz, with right responses to the first ``right`` questions."""
    responses = [response(question, number < right) for number, question in enumerate(questions)]
    return attempt(person, of, responses)


def complete(person: Client, of: Item) -> Answer:
    """Mark a lesson as completed."""
    return send(person, "POST", f"{of.path}complete/")


def incomplete(person: Client, of: Item) -> Answer:
    """Mark a lesson as not completed."""
    return send(person, "POST", f"{of.path}incomplete/")


def add_comment(context: Context, on: Item, by: Client | None = None, **fields: object) -> Item:
    """Create a comment on a lesson."""
    return create(context, f"{on.path}comment/", by, **{"text": context.unique("comment"), **fields})


def existing_media(context: Context) -> list[Identifier]:
    """Return the ids of media that exist already, as the profile names them."""
    for notes in context.profile.resources.values():
        references = notes.notes("medias").references
        if isinstance(references, list) and references:
            return list(references)
    raise NotApplicable("the profile names no media: add references: to the field medias")


# --- progress ---


def overview(course: Item, by: Client | None = None) -> dict[Identifier, Json]:
    """Return the lessons of a course as a user sees them, by id."""
    return {lesson["id"]: lesson for section in course.state(by)["sections"] for lesson in section["lessons"]}


def dashboard_row(context: Context, course: Item, name: str) -> Json:
    """Return the progress of a user in a course, as its creator sees it."""
    person = context.person(name).id
    rows: list[Json] = context.require_accepted(context.owner.get(f"{course.path}users/", limit=100))["results"]
    for row in rows:
        if row["id"] == person:
            return row
    raise Broken(f"{name} is in the list {course.path}users/", f"ids {ids(rows)}")


def moment(text: object) -> datetime:
    """Parse a moment in a response."""
    if not isinstance(text, str):
        raise Broken("a moment", repr(text))
    return datetime.fromisoformat(text)


def require_just_now(text: object, course: Item, of: str) -> None:
    """Require that something happened after a fresh course was created, by the clock of the target."""
    born = moment(assume_ok(course.read())["created_at"])
    if not born <= moment(text) <= born + timedelta(minutes=10):
        raise Broken(f"{of}: a moment just after {born.isoformat()}", repr(text))


def require_fields(context: Context, document: Json, component: str, of: str, *absent: str) -> None:
    """Require the keys of a documented schema: all required ones, and none that must be absent."""
    required, keys = context.model.required(component), set(document)
    allowed = context.model.keys(component) - set(absent)
    if not required <= keys <= allowed:
        missing, extra = sorted(required - keys), sorted(keys - allowed)
        raise Broken(f"{of}: the keys of {component}", f"missing {missing}, additional {extra}")


def list_page(context: Context, person: Client, path: str, component: str, **query: object) -> list[Json]:
    """Return the results of a page, which must be readable; require the keys of a documented schema in each."""
    answer = context.require_accepted(person.get(path, **{"limit": 100, **query}))
    if set(answer.document) != {"count", "next", "previous", "results"}:
        raise Broken(f"{answer.request.line}: the keys of a page", str(sorted(answer.document)))
    results: list[Json] = answer["results"]
    for row in results:
        require_fields(context, row, component, answer.request.line)
    return results


def ids(rows: Iterable[Json]) -> list[Identifier]:
    """Return the ids of rows."""
    return [row["id"] for row in rows]


def require_rejected_for(
    context: Context, people: Iterable[str], status: int, method: str, path: str, body: Json | None = None
) -> None:
    """Require that the request of each of these users is rejected."""
    for name in people:
        context.require_rejected(send(context.person(name), method, path, body), status)


def learner_requests(context: Context, person: Client, of: Item, questions: Sequence[Item] = ()) -> Iterator[Answer]:
    """Send every request that a participant can make of a lesson, or of a quiz with these questions."""
    yield of.read(by=person)
    yield incomplete(person, of)
    yield person.get(f"{of.path}comment/")
    yield send(person, "POST", f"{of.path}comment/", {"text": context.unique("comment")})
    if questions:
        yield person.get(f"{of.path}question/")
        yield questions[0].read(by=person)
        yield try_quiz(person, of, questions, right=0)
    else:
        yield complete(person, of)

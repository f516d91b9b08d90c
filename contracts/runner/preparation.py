"""Prepare a run: load the document, load and merge the profile, and select the checks. Sends nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.checks.registration import Check
from contracts.checks.selection import Selection, names, select
from contracts.checks.selection import load as load_checks
from contracts.client.options import Conduct
from contracts.client.safety import Safety
from contracts.errors import CannotRun
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.profile.models import BUILT_IN, Profile, load
from contracts.profile.subset import absent_operations, catalogue, select_operations
from contracts.profile.validation import check_profile
from specdouble import OPENAPI

DEFAULT_SEED = 20260701
DEFAULT_EXAMPLES = 6


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What to check a target against, how thoroughly, and how to treat it."""

    spec: Path | None = None
    """The OpenAPI document; by default the built-in one."""
    ref_root: Path | None = None
    """The folder that its references must not leave; by default its Git repository, else its own folder."""
    profile: Path | Profile | None = None
    """The profile; by default the built-in one, if the document is the one that it describes."""
    only: Sequence[str] = ()
    """Parts, codes or rules; by default everything."""
    seed: int | None = None
    """The seed of all drawn values; `check` has a fixed default, `fuzz` draws a new one."""
    max_examples: int = DEFAULT_EXAMPLES
    """Values to draw for each field and media type."""
    allow_writes: bool = False
    conduct: Conduct = field(default_factory=Conduct)

    @property
    def effort(self) -> Effort:
        """How many values to draw, and from which seed."""
        return Effort(DEFAULT_SEED if self.seed is None else self.seed, self.max_examples)

    def safety_for(self, url: str) -> Safety:
        """Return how far a run may go at a URL."""
        return self.conduct.safety_for(url, self.allow_writes)


@dataclass(frozen=True)
class Prepared:
    """The contract, as far as the target serves it, with its profile and the selected checks."""

    spec: Path
    document: Mapping[str, Any]
    profile: Profile
    selection: Selection
    texts: Mapping[str, str]
    """Documented rule → its sentence; empty where the profile leaves out the scenarios."""
    absent: Sequence[tuple[str, str]]
    """Method and path of the operations that the target does not serve."""
    only: Sequence[str] = ()

    @cached_property
    def model(self) -> Model:
        """The resources and operations of the document."""
        return Model(self.document)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The selected laws, then the selected scenarios."""
        return (*self.selection.laws, *self.selection.scenarios)


def prepare(options: RunOptions) -> Prepared:
    """Load the document and the profile, and select the checks.

    Raises:
        CannotRun: One of them is invalid; the text names the file, the line and the remedy.
    """
    spec = options.spec or OPENAPI
    document = read_document(spec, options.ref_root)
    model = Model(document)
    if not model.operations:
        raise CannotRun(f"{spec}: the document has no operations. Add its paths, or name another document.")
    profile = load_profile(options.profile, model)
    absent = absent_operations(document, profile)
    served, profile = select_operations(document, profile)
    texts = texts_for(profile)
    return Prepared(spec, served, profile, select(options.only, profile, texts), texts, absent, tuple(options.only))


def load_profile(profile: Path | Profile | None, model: Model) -> Profile:
    """Return a profile, which is checked against the document if it comes from a file.

    Without one, return the built-in profile if the document is the one that it describes, else an empty profile.
    """
    if isinstance(profile, Profile):
        return profile
    if profile is None:
        return _default_profile(model)
    loaded = load(profile)
    load_checks()
    check_profile(loaded, model, profile, names(loaded, texts_for(loaded)))
    return loaded


def _default_profile(model: Model) -> Profile:
    built_in = load(BUILT_IN)
    described = {resource.item for resource in model.resources}
    is_about_it = bool(described & {notes.item for notes in built_in.resources.values()})
    return built_in if is_about_it else Profile(name="none")


def read_document(spec: Path | None, ref_root: Path | None = None) -> dict[str, Any]:
    """Return the bundled OpenAPI document; CannotRun names the place of an error."""
    from specdouble.document import Options, SpecError, read

    try:
        return read(spec or OPENAPI, Options(ref_root=ref_root)).as_3_0()
    except SpecError as error:
        raise CannotRun(str(error)) from error


def texts_for(profile: Profile) -> dict[str, str]:
    """Return the sentences of the documented rules, if the profile includes their scenarios."""
    return rule_texts() if profile.scenarios else {}


def rule_texts() -> dict[str, str]:
    """Return the sentence of each documented rule."""
    return {rule.id: rule.text for rule in catalogue().values()}

"""A comparison that is being put together: what there is to choose, and what was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.comparisons import ComparisonSpec, Estimate, ModelInfo, Run
from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.names import reference
from prompt_workbench.domain.prompts import VersionSummary
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.services.last_comparison import last_comparison, remember_comparison
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed

if TYPE_CHECKING:
    from prompt_workbench.domain.datasets import DatasetVersion
    from prompt_workbench.services.base import Done
    from prompt_workbench.services.datasets import DatasetListing
    from prompt_workbench.services.prompts import PromptListing
    from prompt_workbench.services.workbench import Workbench

_PAUSE_MS = 250
_DEFAULT_EVALUATOR = EvaluatorSpec(type="label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is to choose from."""

    prompts: tuple[PromptListing, ...] = ()
    models: tuple[ModelInfo, ...] = ()
    datasets: tuple[DatasetListing, ...] = ()

    def model(self, name: str) -> ModelInfo | None:
        """Return what is known of a model, if it is one of them."""
        return next((info for info in self.models if str(info.ref) == name), None)

    def dataset(self, ref: str) -> DatasetListing | None:
        """Return the dataset of ``NAME`` or ``NAME@NUMBER``, if it is one of them."""
        name = reference(ref).name
        return next((each for each in self.datasets if each.dataset.name == name), None)


NOTHING = ComparisonSpec(prompts=(), models=(), dataset="")


class SetupPresenter(QObject):
    """Holds the choices, remembers them per project, and estimates what they would take."""

    offered = Signal()
    """There is something else to choose from."""
    chosen = Signal()
    """The choices are others now."""
    estimated = Signal()
    made = Signal(object)
    """The run that the choices became; it is ready to start."""

    def __init__(
        self,
        workbench: Workbench,
        *,
        tasks: TaskScope,
        failed: Callable[[Exception], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._tasks, self._failed = tasks, failed
        self.offer = Offer()
        self.spec = NOTHING
        self.estimate: Estimate | None = None
        self.problem: WorkbenchError | None = None
        """Why the choices cannot be run as they are."""
        self.mistake = ""
        """Why something that is typed is no choice at all; empty when everything is."""
        self._loading, self._estimating = Latest(tasks), Latest(tasks)
        self._dataset_versions = Latest(tasks)
        self._making = False
        self._estimate_soon = delayed(self, _PAUSE_MS, self._estimate)

    # What there is

    def load(self) -> None:
        """Find out what there is to choose from; the first time, recall what was chosen last."""
        self._loading.start(self._listed(), done=self._show_offer)

    def on_changes(self, changes: ChangeSet) -> None:
        """Offer what is there now."""
        if changes.touches(Kind.PROMPT, Kind.DRAFT, Kind.DATASET, Kind.MODEL):
            self.load()

    def versions(
        self, prompt_id: str, done: Callable[[tuple[VersionSummary, ...]], object]
    ) -> None:
        """Fetch the versions of a prompt, newest first."""
        self._tasks.start(self._workbench.prompts.versions(prompt_id), done=done)

    def dataset_versions(self, done: Callable[[Sequence[DatasetVersion]], object]) -> None:
        """Fetch the versions of the chosen dataset, newest first."""
        listing = self.offer.dataset(self.spec.dataset)
        if listing is not None:
            versions = self._workbench.datasets.versions(listing.dataset.id)
            self._dataset_versions.start(versions, done=done)

    @property
    def case_count(self) -> int | None:
        """How many cases the newest version of the chosen dataset has."""
        listing = self.offer.dataset(self.spec.dataset)
        return None if listing is None or listing.latest is None else listing.latest.case_count

    # What is chosen

    def choose(self, **changes: Any) -> None:
        """Change fields of the comparison."""
        self.use(replace(self.spec, **changes))

    def add_prompt(self, ref: str) -> None:
        """Compare a further state of a prompt."""
        if ref not in self.spec.prompts:
            self.choose(prompts=(*self.spec.prompts, ref))

    def drop_prompt(self, ref: str) -> None:
        """Leave out a state of a prompt."""
        self.choose(prompts=_without(self.spec.prompts, ref))

    def add_model(self, name: str) -> None:
        """Compare a further model."""
        if name not in self.spec.models:
            self.choose(models=(*self.spec.models, name))

    def drop_model(self, name: str) -> None:
        """Leave out a model."""
        self.choose(models=_without(self.spec.models, name))

    def limit(self, **changes: Any) -> None:
        """Change limits of the comparison."""
        self.use(replace(self.spec, limits=replace(self.spec.limits, **changes)))

    def refuse(self, mistake: str) -> None:
        """Run nothing until a mistake is corrected; empty when it is."""
        self.mistake = mistake
        self.estimated.emit()

    def use(self, spec: ComparisonSpec) -> None:
        """Take over a whole comparison."""
        if spec != self.spec:
            self.spec = spec
            self.chosen.emit()
            self._estimate_soon.start()

    def use_run(self, run: Run) -> None:
        """Choose what a run was made of."""
        refs = [
            f"{variant.prompt_name}@{variant.version_number or 'draft'}" for variant in run.variants
        ]
        settings = tuple(dict.fromkeys(variant.overrides for variant in run.variants))
        self.use(
            ComparisonSpec(
                prompts=tuple(dict.fromkeys(refs)),
                models=tuple(dict.fromkeys(str(variant.model) for variant in run.variants)),
                settings=settings,
                dataset=run.dataset_name,
                case_limit=run.case_count,
                evaluators=run.evaluators,
                limits=run.limits,
            )
        )

    def use_prompt(self, prompt_id: str, refs: str = "") -> None:
        """Choose a prompt, in its newest version or in those named ``NAME@REF,NAME@REF``."""
        self._tasks.start(self._with_prompt(prompt_id, refs), done=self.use)

    def use_dataset(self, ref: str) -> None:
        """Choose the dataset version ``NAME@NUMBER`` with all its cases."""
        self._tasks.start(self._on_dataset(ref), done=self.use)

    def remember(self) -> None:
        """Keep the choices for the next start."""
        if self.spec != NOTHING:
            remember_comparison(self._workbench, self.spec)

    # What it takes, and doing it

    @property
    def can_make(self) -> bool:
        """Whether there is enough chosen to run."""
        spec = self.spec
        whole = bool(spec.prompts and spec.models and spec.dataset)
        return whole and self.problem is None and not self.mistake and not self._making

    def make(self) -> None:
        """Store the comparison as a run; `made` tells when it is there."""
        if self.can_make:
            self.remember()
            self._making = True
            self.estimated.emit()
            self._tasks.start(
                self._workbench.comparisons.create(self.spec),
                done=self._made,
                failed=self._not_made,
            )

    def _made(self, done: Done[Run]) -> None:
        self._making = False
        self.estimated.emit()
        self.made.emit(done.value)

    def _not_made(self, error: Exception) -> None:
        self._making = False
        self._refused(error)

    async def _listed(self) -> Offer:
        async with asyncio.TaskGroup() as group:
            prompts = group.create_task(self._workbench.prompts.list())
            models = group.create_task(self._workbench.models.list())
            datasets = group.create_task(self._workbench.datasets.list())
        return Offer(prompts=prompts.result(), models=models.result(), datasets=datasets.result())

    def _show_offer(self, offer: Offer) -> None:
        self.offer = offer
        self.offered.emit()
        if self.spec == NOTHING:
            self._tasks.start(self._first_choice(offer), done=self._begin_with)
        else:
            self._estimate_soon.start()

    def _begin_with(self, spec: ComparisonSpec) -> None:
        if self.spec == NOTHING:  # nothing was chosen in the meantime
            self.use(spec)

    async def _first_choice(self, offer: Offer) -> ComparisonSpec:
        return last_comparison(self._workbench) or await self._suggested(offer)

    async def _suggested(self, offer: Offer) -> ComparisonSpec:
        """Return a first choice: the newest two versions of a prompt on the first dataset."""
        usable = [str(info.ref) for info in offer.models if info.available]
        refs: tuple[str, ...] = ()
        for listing in [each for each in offer.prompts if each.latest is not None][:1]:
            versions = await self._workbench.prompts.versions(listing.prompt.id)
            newest = sorted(version.number for version in versions[:2])
            refs = tuple(f"{listing.prompt.name}@{number}" for number in newest)
        datasets = [each.dataset.name for each in offer.datasets if each.latest is not None]
        return ComparisonSpec(
            prompts=refs,
            models=tuple(usable[:1]),
            dataset=next(iter(datasets), ""),
            evaluators=(_DEFAULT_EVALUATOR,) if datasets else (),
        )

    async def _with_prompt(self, prompt_id: str, refs: str) -> ComparisonSpec:
        prompt = await self._workbench.prompts.get(prompt_id)
        base = await self._base()
        start = f"{prompt.name}@"
        named = refs.removeprefix(start).split(f",{start}") if refs else []
        return replace(base, prompts=tuple(start + ref for ref in named) or (prompt.name,))

    async def _on_dataset(self, ref: str) -> ComparisonSpec:
        return replace(await self._base(), dataset=ref, case_limit=None)

    async def _base(self) -> ComparisonSpec:
        """Return the present choices, or the first ones where nothing is chosen yet."""
        if self.spec != NOTHING:
            return self.spec
        return await self._first_choice(await self._listed())

    def _estimate(self) -> None:
        spec = self.spec
        if not (spec.prompts and spec.models and spec.dataset):
            self._estimating.cancel()
            self.estimate, self.problem = None, None
            self.estimated.emit()
            return
        self.remember()
        self._estimating.start(
            self._workbench.comparisons.estimate(spec),
            done=self._show_estimate,
            failed=self._refused,
        )

    def _show_estimate(self, estimate: Estimate) -> None:
        self.estimate, self.problem = estimate, None
        self.estimated.emit()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, WorkbenchError):
            self.estimate, self.problem = None, error
            self.estimated.emit()
        else:
            self._failed(error)


def _without(chosen: Sequence[str], key: str) -> tuple[str, ...]:
    return tuple(each for each in chosen if each != key)

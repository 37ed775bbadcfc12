"""``pwb compare``: run prompts side by side over a dataset."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from prompt_workbench.cli.arguments import (
    amount_from_text,
    evaluator_from_text,
    settings_from_text,
)
from prompt_workbench.cli.following import Followed, follow
from prompt_workbench.cli.output import dollars, print_json, print_text, seconds
from prompt_workbench.cli.records import estimate_record
from prompt_workbench.cli.session import JsonOption, ProjectOption, session
from prompt_workbench.domain.comparisons import ComparisonSpec, Estimate, RunLimits
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.services.workbench import Workbench

PromptOption: TypeAlias = Annotated[
    list[str],
    typer.Option(metavar="NAME[@REF]", help="A version, label, branch or draft; repeat."),
]
ModelOption: TypeAlias = Annotated[
    list[str], typer.Option("--model", "-m", metavar="PROVIDER/MODEL", help="Repeat for several.")
]
DatasetOption: TypeAlias = Annotated[
    str, typer.Option("--dataset", "-d", metavar="NAME[@NUMBER]", help="What to run it over.")
]
EvaluatorOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--evaluator",
        "-e",
        metavar="TYPE[:OPTION=VALUE,…]",
        help="How answers are judged; repeat for several. The first decides the pass rate.",
    ),
]
SettingsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE,…",
        help="Model settings over those of the prompt; repeat to compare several.",
    ),
]
RepeatOption: TypeAlias = Annotated[int, typer.Option(min=1, help="How often each cell is called.")]
CasesOption: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="Take only so many cases from the start.")
]
MaxCostOption: TypeAlias = Annotated[
    str | None, typer.Option(metavar="USD", help="Stop before more than this is spent.")
]
UnknownCostOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--allow-unknown-cost", help="Run what has no price or no max_tokens outside the cap."
    ),
]
ConcurrencyOption: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="Calls at once per model; without it, that adapts.")
]
NoCacheOption: TypeAlias = Annotated[
    bool, typer.Option("--no-cache", help="Ask the model even where its answer is known.")
]
CacheRepetitionsOption: TypeAlias = Annotated[
    bool, typer.Option("--cache-repetitions", help="Use the cache for repetitions, too.")
]
WaitOption: TypeAlias = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        min=0,
        help="End the run if its servers fail for so long; pwb runs resume goes on.",
    ),
]
SERVER_WAIT_S = 60.0
BatchOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--batch",
        help="Send the calls as a batch: cheaper, answered within 24 hours. Ctrl-C leaves it "
        "to the provider; pwb runs resume collects it.",
    ),
]
EstimateOption: TypeAlias = Annotated[
    bool, typer.Option("--estimate", help="Say what it will take, and run nothing.")
]


def compare(
    context: typer.Context,
    prompt: PromptOption,
    model: ModelOption,
    dataset: DatasetOption,
    evaluator: EvaluatorOption = None,
    settings: SettingsOption = None,
    repeat: RepeatOption = 1,
    cases: CasesOption = None,
    max_cost: MaxCostOption = None,
    allow_unknown_cost: UnknownCostOption = False,
    concurrency: ConcurrencyOption = None,
    no_cache: NoCacheOption = False,
    cache_repetitions: CacheRepetitionsOption = False,
    batch: BatchOption = False,
    wait_for_server: WaitOption = SERVER_WAIT_S,
    estimate: EstimateOption = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare prompt versions, models and settings over the cases of a dataset."""
    spec = ComparisonSpec(
        prompts=tuple(prompt),
        models=tuple(model),
        settings=tuple(map(settings_from_text, settings or ())) or (ModelSettings(),),
        dataset=dataset,
        case_limit=cases,
        evaluators=tuple(map(evaluator_from_text, evaluator or ())),
        limits=RunLimits(
            repetitions=repeat,
            max_cost_usd=amount_from_text(max_cost, what="a spend cap"),
            allow_unknown_cost=allow_unknown_cost,
            concurrency=concurrency,
            use_cache=not no_cache,
            cache_repetitions=cache_repetitions,
            as_batch=batch,
        ),
    )
    asked = session(context)
    if estimate:
        found = asked.ask(project, lambda workbench: workbench.comparisons.estimate(spec))
        _show_estimate(found, as_json=as_json, as_batch=batch)
        return
    followed = asked.ask(
        project, lambda workbench: run_comparison(workbench, spec, patience_s=wait_for_server)
    )
    followed.show(as_json=as_json)
    raise typer.Exit(followed.exit_code)


async def run_comparison(
    workbench: Workbench, spec: ComparisonSpec, *, patience_s: float = SERVER_WAIT_S
) -> Followed:
    """Create, start and follow a comparison; nobody is there to stop one that waits in vain."""
    comparisons = workbench.comparisons
    run = (await comparisons.create(spec)).value
    return await follow(workbench, run, lambda: comparisons.start(run.id, patience_s=patience_s))


def _show_estimate(estimate: Estimate, *, as_json: bool, as_batch: bool) -> None:
    if as_json:
        print_json(estimate_record(estimate))
        return
    low, high = estimate.cost_low_usd, estimate.cost_high_usd
    cost = dollars(low) if low == high else f"{dollars(low)} to {dollars(high)}"
    parts = [f"{estimate.calls} calls", cost]
    if estimate.cached_calls:
        parts.append(f"{estimate.cached_calls} answered from the cache")
    if estimate.duration_low_s is not None:
        span = f"{seconds(estimate.duration_low_s)} to {seconds(estimate.duration_high_s)}"
        parts.append(f"about {span}")
    if as_batch:
        parts.append("as a batch, answered within 24 hours")
    print_text(" · ".join(parts))
    if estimate.unknown_cost_models:
        print_text(f"Without a known price: {', '.join(estimate.unknown_cost_models)}")
    for words in estimate.unreadable:
        print_text(f"{words}: it will refuse the prompt or not see what is in it.")
    if estimate.unbounded_variants:
        print_text(f"Without max_tokens: {', '.join(estimate.unbounded_variants)}")

"""What is known of providers, keys and models, in words."""

from __future__ import annotations

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.usage import Price
from prompt_workbench.services.keys import KeyPlace, KeyState
from prompt_workbench.services.providers import Connection, Provider, TryPlan, TryResult
from prompt_workbench.ui.kit import formats


def key_words(provider: Provider) -> str:
    """Return where the key of a provider is, and how to get one where it is missing."""
    key = provider.key
    match key.place:
        case KeyPlace.KEYRING:
            return f"In the keyring of this computer{_ending(key)}."
        case KeyPlace.SESSION:
            return f"Kept until this program ends{_ending(key)}."
        case KeyPlace.ENVIRONMENT:
            return f"From the environment variable {key.variable}{_ending(key)}."
        case KeyPlace.UNKNOWN:
            return "Whether there is one is not known, because the keyring does not tell."
    if not provider.needs_key:
        return "There is none; a server of your own usually needs none."
    place = f" Get one at {provider.key_page}" if provider.key_page else ""
    return f"There is none yet.{place}"


def short_key_words(provider: Provider) -> str:
    """Return what is wrong with the key of a provider, in two words; mostly nothing."""
    is_missing = provider.needs_key and provider.key.place is KeyPlace.NONE
    return "no key" if is_missing else ""


def model_cells(model: ModelInfo) -> list[str]:
    """Return name, context, prices and abilities of a model."""
    price = model.price
    can = ", ".join(each.words for each in Capability if each in (model.capabilities or ()))
    return [
        model.ref.model,
        f"{model.context_size:,}" if model.context_size else "",
        formats.price(None if price is None else price.input),
        formats.price(None if price is None else price.output),
        can if model.available else "not available",
    ]


def model_words(model: ModelInfo) -> str:
    """Return what to know of a model, every figure of its price, and where it is from."""
    lines = [model.note] if model.note else []
    if model.price is None:
        return "\n".join([*lines, "Its price is not known: it runs, and what it costs is unknown."])
    lines.append(f"Per million tokens: {_figures(model.price)}")
    lines += [
        f"In requests of more than {step.more_than:,} tokens: {_figures(step.price)}"
        for step in model.price.steps
    ]
    lines.append(f"Source of the price: {model.price_source}")
    if model.max_output_tokens:
        lines.append(f"It answers with at most {model.max_output_tokens:,} tokens.")
    return "\n".join(lines)


def connection_words(connection: Connection) -> str:
    """Return how calls reach a server, and how fast, in one line."""
    limits = (
        (connection.at_once, "at once"),
        (connection.requests_per_minute, "requests a minute"),
        (connection.tokens_per_minute, "tokens a minute"),
    )
    words = [f"{most:,} {what}" for most, what in limits if most]
    told = [f"At most {', '.join(words)}" if words else "As fast as the server takes them"]
    told.append(f"through {connection.proxy}" if connection.proxy else "straight to the server")
    if connection.ca_file:
        told.append(f"trusting {connection.ca_file} too")
    return f"{', '.join(told)}."


def plan_words(plan: TryPlan) -> str:
    """Return what trying out a provider will send, and what it can cost at most."""
    if plan.most_usd is None:
        cost = "Its price is not known; it is a few tokens, which count in no project."
    elif not plan.most_usd:
        cost = "It costs nothing."
    else:
        cost = f"It costs at most {formats.money(plan.most_usd)}, and counts in no project."
    return f"{plan.model.ref} is asked to say one word. {cost}"


def result_words(result: TryResult) -> str:
    """Return what came of trying out a provider."""
    said = " ".join(result.text.split())[:80]
    text = f"“{said}”" if said else "without any text, which a model that thinks may do"
    usd = result.cost.usd
    cost = "what it cost is unknown" if usd is None else f"for {formats.cost(result.cost)}"
    return (
        f"It works. {result.model} answered {text} in {formats.seconds(result.duration_s)}, {cost}."
    )


def problem_words(error: WorkbenchError) -> str:
    """Return what went wrong, and below it what to do."""
    return "\n".join(filter(None, (error.message, error.hint)))


def _figures(price: Price) -> str:
    figures = (
        ("input", price.input),
        ("output", price.output),
        ("read from the cache", price.cache_read),
        ("written to the cache", price.cache_creation),
        ("reasoning", price.reasoning),
    )
    return ", ".join(
        f"{name} {formats.price(amount)}" for name, amount in figures if amount is not None
    )


def _ending(key: KeyState) -> str:
    return f", ending in {key.ending}" if key.ending else ""

"""The columns of the list of calls."""

from __future__ import annotations

from prompt_workbench.domain.calls import CallRow, version_label
from prompt_workbench.domain.usage import Cost
from prompt_workbench.ui.kit.formats import cost, count, seconds, when
from prompt_workbench.ui.kit.paged_model import Column


def _prompt(row: CallRow) -> str:
    return f"{row.prompt_name} {version_label(row.version_number)}"


def _state(row: CallRow) -> str:
    return f"{row.state.value}, from cache" if row.from_cache else row.state.value


def _cost(row: CallRow) -> str:
    return cost(Cost(usd=row.cost_usd, source=row.cost_source))


def _answer(row: CallRow) -> str:
    return (row.error or row.preview).replace("\n", " ")


CALL_COLUMNS: tuple[Column[CallRow], ...] = (
    Column(key="time", title="Time", text=lambda row: when(row.started_at), width=96),
    Column(
        key="run",
        title="Run",
        text=lambda row: str(row.run_number),
        numeric=True,
        width=44,
        gives_way=4,
    ),
    Column(key="prompt", title="Prompt", text=_prompt, width=140, tells_apart=True),
    Column(
        key="model",
        title="Model",
        text=lambda row: row.model,
        width=170,
        tells_apart=True,
        gives_way=3,
    ),
    Column(key="state", title="State", text=_state, width=84, gives_way=1),
    Column(key="answer", title="Answer", text=_answer),
    Column(
        key="input_tokens",
        title="Input",
        text=lambda row: count(row.input_tokens),
        numeric=True,
        width=76,
        gives_way=8,
        tooltip=lambda _row: "Input tokens, cached ones included",
    ),
    Column(
        key="output_tokens",
        title="Output",
        text=lambda row: count(row.output_tokens),
        numeric=True,
        width=76,
        gives_way=7,
        tooltip=lambda _row: "Output tokens, reasoning included",
    ),
    Column(key="cost", title="Cost", text=_cost, numeric=True, width=92, gives_way=2),
    Column(
        key="duration",
        title="Latency",
        text=lambda row: seconds(row.duration_s),
        numeric=True,
        width=76,
        gives_way=5,
    ),
    Column(
        key="first_chunk",
        title="First chunk",
        text=lambda row: seconds(row.time_to_first_chunk_s),
        numeric=True,
        width=88,
        gives_way=9,
    ),
)

"""What a person can do with prompts: organise, write, version, label and compare them."""

from prompt_workbench.services.prompts.attachments import PromptAttachments
from prompt_workbench.services.prompts.drafts import PromptDrafts
from prompt_workbench.services.prompts.forecasts import (
    CallForecast,
    Forecast,
    PromptForecasts,
    RenderedMessage,
)
from prompt_workbench.services.prompts.history import PromptHistory
from prompt_workbench.services.prompts.library import PromptLibrary, PromptListing
from prompt_workbench.services.prompts.pointers import PromptPointers

__all__ = ["CallForecast", "Forecast", "PromptListing", "Prompts", "RenderedMessage"]


class Prompts(
    PromptLibrary,
    PromptHistory,
    PromptPointers,
    PromptDrafts,
    PromptAttachments,
    PromptForecasts,
):
    """Organise, write, version, label and compare prompts."""

"""What the fake model server says, in the words of whichever interface it is asked through."""

from __future__ import annotations

import re

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_anthropic import AnthropicForm
from prompt_workbench.providers.fake_forms import Form, Speech
from prompt_workbench.providers.fake_gemini import GeminiForm
from prompt_workbench.providers.fake_openai import ChatForm, ResponsesForm
from prompt_workbench.providers.fake_replies import FakeRequest, Reply

FORMS: dict[Interface, Form] = {
    Interface.OPENAI_CHAT: ChatForm(),
    Interface.OPENAI_RESPONSES: ResponsesForm(),
    Interface.ANTHROPIC_MESSAGES: AnthropicForm(),
    Interface.GEMINI: GeminiForm(),
}

_WORDS = re.compile(r"\S+\s*|\s+")


def form_of(path: str) -> Form | None:
    """Return the form of the interface that a path belongs to."""
    return next((form for form in FORMS.values() if form.path.search(path)), None)


def echo(request: FakeRequest) -> Reply:
    """Answer with the last message, streamed word by word if a stream is asked for."""
    form = form_of(request.path) or FORMS[Interface.OPENAI_CHAT]
    return answer_to(request, form.last_text(request.json))


def answer_to(request: FakeRequest, text: str, *, gap_s: float = 0) -> Reply:
    """Answer a request with a text, word by word if a stream is asked for."""
    form = form_of(request.path) or FORMS[Interface.OPENAI_CHAT]
    words = _WORDS.findall(text)
    usage = Usage(input_tokens=max(1, len(request.body) // 4), output_tokens=max(1, len(words)))
    model: Json = request.json.get("model", "fake")
    speech = Speech(texts=tuple(words), usage=usage, model=str(model))
    if form.wants_stream(request):
        return form.stream(speech, gap_s=gap_s)
    return form.whole(speech)

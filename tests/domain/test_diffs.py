"""What a person sees as changed between two versions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.diffs import Change, Segment, diff_contents, diff_words
from prompt_workbench.domain.messages import BlobPart, Message, Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent, PromptInput, text_prompt


def shown(segments: tuple[Segment, ...]) -> str:
    marks = {Change.EQUAL: "{}", Change.DELETED: "[-{}-]", Change.INSERTED: "[+{}+]"}
    return "".join(marks[segment.change].format(segment.text) for segment in segments)


def test_a_changed_word_is_shown_whole() -> None:
    assert shown(diff_words("the cat sat", "the car sat")) == "the [-cat-][+car+] sat"


def test_a_rewritten_phrase_is_one_change() -> None:
    found = diff_words("Say if the review is good.", "Tell whether this review is good.")
    assert shown(found) == "[-Say if the-][+Tell whether this+] review is good."


def test_in_a_script_without_spaces_each_character_counts() -> None:
    assert shown(diff_words("今日は良い天気です。", "今日は悪い天気です。")) == (
        "今日は[-良-][+悪+]い天気です。"
    )
    assert shown(diff_words("das große Haus", "das größte Haus")) == "das [-große-][+größte+] Haus"


def test_equal_texts_have_no_change() -> None:
    assert diff_words("same", "same") == (Segment(change=Change.EQUAL, text="same"),)
    assert diff_words("", "") == ()


texts = st.text(alphabet="ab c.\n\u00e9\u65e5\u3042\U0001f600", max_size=40) | st.text(max_size=20)


@given(texts, texts)
def test_both_texts_can_be_read_back_from_a_diff(left: str, right: str) -> None:
    segments = diff_words(left, right)
    assert "".join(s.text for s in segments if s.change is not Change.INSERTED) == left
    assert "".join(s.text for s in segments if s.change is not Change.DELETED) == right


def test_another_file_is_seen_without_its_bytes() -> None:
    before, after = (
        PromptContent(messages=(Message(role=Role.USER, parts=(file,)),))
        for file in (
            BlobPart(mime_type="image/png", content="QUJD", name="a.png"),
            BlobPart(mime_type="image/png", content="REVG", name="a.png"),
        )
    )
    (message,) = diff_contents(before, after).messages
    assert message.changed
    assert all(len(segment.text) < 60 for segment in message.segments)
    assert not diff_contents(before, before).changed


def test_an_added_system_message_does_not_touch_the_other_messages() -> None:
    diff = diff_contents(text_prompt("Hello"), text_prompt("Hello", system="Be brief"))
    assert [(m.left_role, m.right_role, m.changed) for m in diff.messages] == [
        (None, Role.SYSTEM, True),
        (Role.USER, Role.USER, False),
    ]


def test_a_message_with_another_role_is_another_message() -> None:
    before = PromptContent(messages=(text_message(Role.USER, "Hello"),))
    after = PromptContent(messages=(text_message(Role.ASSISTANT, "Hello"),))
    diff = diff_contents(before, after)
    assert [(m.left_role, m.right_role) for m in diff.messages] == [
        (Role.USER, None),
        (None, Role.ASSISTANT),
    ]


def test_settings_inputs_tools_and_schema_are_told_field_by_field() -> None:
    before = PromptContent(
        messages=(),
        settings=ModelSettings(temperature=0.5, seed=1),
        inputs=(PromptInput(name="review"),),
        tools=({"name": "search", "description": "Search"},),
    )
    after = PromptContent(
        messages=(),
        settings=ModelSettings(temperature=0, seed=1),
        inputs=(PromptInput(name="review", default="x"),),
        tools=({"name": "search", "description": "Find"},),
        response_schema={"type": "object"},
    )
    found = {c.path: (c.before, c.after) for c in diff_contents(before, after).fields}
    assert found == {
        "settings.temperature": (0.5, 0),
        "inputs.review.default": (None, "x"),
        "tools.search.description": ("Search", "Find"),
        "response_schema": (None, {"type": "object"}),
    }


def test_equal_contents_have_no_difference() -> None:
    assert not diff_contents(text_prompt("Hello"), text_prompt("Hello")).changed

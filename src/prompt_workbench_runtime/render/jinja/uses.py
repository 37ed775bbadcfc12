"""The variables that a Jinja2 template uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeVisitor

from prompt_workbench_runtime.render.base import Lines, Need, UseKind, VariableUse
from prompt_workbench_runtime.render.jinja.override import override
from prompt_workbench_runtime.render.jinja.syntax import offset_of, unified

_GLOBALS = frozenset({"range"})
_MACRO_NAMES = frozenset({"caller", "varargs", "kwargs"})


@dataclass(frozen=True, slots=True)
class _Place:
    """What is known around a node: the names set so far, and how it is used."""

    names: set[str]
    kind: UseKind = "value"
    need: Need = "always"


def uses_of(tree: nodes.Template, text: str) -> tuple[VariableUse, ...]:
    """Return each place of a parsed template that reads a variable, in order of the text."""
    finder = _Finder(text)
    finder.visit(tree, _Place(set(_GLOBALS)))
    return tuple(
        replace(use, need="never") if use.name in finder.guarded else use
        for use in sorted(finder.uses, key=lambda use: use.start)
    )


class _Finder(NodeVisitor):
    """Walks a tree as it would run, with the names that are bound at each place."""

    def __init__(self, text: str) -> None:
        self.uses: list[VariableUse] = []
        self.guarded: set[str] = set()
        """Inputs that the template itself asks about, so that they may be missing."""
        self._text = text
        self._unified = Lines(unified(text))
        self._lines = Lines(text)

    @override
    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> None:
        (place,) = args
        for child in node.iter_child_nodes():
            self.visit(child, replace(place, kind="value"))

    def visit_Name(self, node: nodes.Name, place: _Place) -> None:
        if node.ctx == "load":
            self._use(node, node.name, place)
        else:
            place.names.add(node.name)

    def visit_Getattr(self, node: nodes.Getattr, place: _Place) -> None:
        path = node.attr
        inner: nodes.Node = node.node
        while isinstance(inner, nodes.Getattr):
            path, inner = f"{inner.attr}.{path}", inner.node
        if isinstance(inner, nodes.Name):
            self._use(inner, f"{inner.name}.{path}", place)
        else:
            self.visit(inner, place)

    def visit_For(self, node: nodes.For, place: _Place) -> None:
        self.visit(node.iter, replace(place, kind="loop"))
        inside = replace(place, names={*place.names, "loop"}, need="sometimes")
        self.visit(node.target, inside)
        if node.test:
            self.visit(node.test, replace(inside, kind="condition"))
        self._visit_all(node.body, inside)
        self._visit_all(node.else_, replace(inside, names=set(place.names)))

    def visit_If(self, node: nodes.If, place: _Place) -> None:
        self.visit(node.test, replace(place, kind="condition"))
        self._visit_all([*node.body, *node.elif_, *node.else_], replace(place, need="sometimes"))

    def visit_CondExpr(self, node: nodes.CondExpr, place: _Place) -> None:
        self.visit(node.test, replace(place, kind="condition"))
        branches = [node.expr1, node.expr2] if node.expr2 else [node.expr1]
        self._visit_all(branches, replace(place, need="sometimes"))

    def visit_And(self, node: nodes.And, place: _Place) -> None:
        self.visit(node.left, place)
        self.visit(node.right, replace(place, need="sometimes"))

    def visit_Or(self, node: nodes.Or, place: _Place) -> None:
        self.visit(node.left, place)
        self.visit(node.right, replace(place, need="sometimes"))

    def visit_Assign(self, node: nodes.Assign, place: _Place) -> None:
        self.visit(node.node, place)
        self.visit(node.target, place)

    def visit_AssignBlock(self, node: nodes.AssignBlock, place: _Place) -> None:
        self._visit_all(node.body, replace(place, names=set(place.names)))
        self.visit(node.target, place)

    def visit_With(self, node: nodes.With, place: _Place) -> None:
        self._visit_all(node.values, place)
        inside = replace(place, names=set(place.names))
        self._visit_all([*node.targets, *node.body], inside)

    def visit_Macro(self, node: nodes.Macro, place: _Place) -> None:
        place.names.add(node.name)
        self._macro(node, place)

    def visit_CallBlock(self, node: nodes.CallBlock, place: _Place) -> None:
        self.visit(node.call, place)
        self._macro(node, place)

    def visit_Filter(self, node: nodes.Filter, place: _Place) -> None:
        if node.name in {"default", "d"}:
            self._guard(node.node)
        self.generic_visit(node, place)

    def visit_Test(self, node: nodes.Test, place: _Place) -> None:
        if node.name in {"defined", "undefined"}:
            self._guard(node.node)
        self.generic_visit(node, place)

    def _macro(self, node: nodes.Macro | nodes.CallBlock, place: _Place) -> None:
        self._visit_all(node.defaults, place)
        inside = replace(place, names=place.names | _MACRO_NAMES, need="sometimes")
        self._visit_all([*node.args, *node.body], inside)

    def _visit_all(self, children: list[Any], place: _Place) -> None:
        for child in children:
            self.visit(child, place)

    def _guard(self, node: nodes.Node | None) -> None:
        if isinstance(node, nodes.Name):
            self.guarded.add(node.name)

    def _use(self, node: nodes.Name, path: str, place: _Place) -> None:
        line, column = self._unified.position(offset_of(node))
        start = self._lines.offset(line, column)
        local = node.name in place.names
        if local and node.name in _GLOBALS:
            return
        self.uses.append(
            VariableUse(
                name=node.name,
                path=path,
                start=start,
                end=start + len(node.name),
                line=line,
                column=column,
                kind=place.kind,
                local=local,
                need="never" if local else place.need,
            )
        )

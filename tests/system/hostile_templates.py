"""Templates that try to get out, or to use up the machine, in each language."""

from __future__ import annotations

from prompt_workbench_runtime.render import Language

INPUTS: dict[str, object] = {
    "x": "abc",
    "n": 7,
    "xs": [1, 2, 3],
    "o": {"a": 1},
    "long": "b" * 100_000,
    "many": list(range(2000)),
}

_TWIN_LISTS = "{% set a = [1] %}{% set b = [1] %}" + "{% set a = [a, a] %}{% set b = [b, b] %}" * 40
"""Two trees of 2^40 leaves that share their parts: small in memory, endless to compare."""

ESCAPES: dict[Language, dict[str, str]] = {
    Language.MUSTACHE: {
        "class": "{{x.__class__}}",
        "bases": "{{x.__class__.__mro__}}",
        "method": "{{x.upper}}",
        "format": "{{x.format}}",
        "mapping method": "{{o.items}}",
        "mapping internals": "{{o.__dict__}}",
        "list method": "{{xs.append}}",
        "builtins": "{{__builtins__}}",
        "import": "{{__import__}}",
        "self": "{{self.__init__.__globals__}}",
        "file as snippet": "{{> /etc/passwd}}",
        "relative file as snippet": "{{> ../../../../etc/passwd}}",
    },
    Language.FSTRING: {
        "class": "{x.__class__}",
        "bases": "{x.__class__.__mro__[1]}",
        "globals": "{x.__init__.__globals__}",
        "item": "{o[a]}",
        "index": "{xs[0]}",
        "conversion": "{x!r}",
        "call": "{x.upper()}",
        "expression": "{1+1}",
        "import": "{__import__('os')}",
        "nested name": "{{x}.__class__}",
        "name in a format": "{x:{x.__class__}}",
        "position": "{0.__class__}",
    },
    Language.JINJA: {
        "class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "attr filter": "{{ ''|attr('__class__') }}",
        "format method": "{{ '{0.__class__}'.format(1) }}",
        "format map": "{{ '{a.__class__}'.format_map(o) }}",
        "format by attr": "{{ ('{0.__class__}'|attr('format'))(1) }}",
        "stored format": "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
        "cycler": "{{ cycler.__init__.__globals__ }}",
        "self": "{{ self._TemplateReference__context }}",
        "include": "{% include '/etc/passwd' %}",
        "import": "{% import 'os' as os %}{{ os.system('true') }}",
        "mutation": "{{ xs.append(1) }}",
        "attribute through map": "{{ xs|map(attribute='__class__')|list }}",
        "bytes": "{{ (1).to_bytes(9, 'big') }}",
        "macro internals": "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    },
}

BOMBS: dict[Language, dict[str, str]] = {
    Language.MUSTACHE: {
        "nested loops": "{{#many}}" * 4 + "x" + "{{/many}}" * 4,
        "long text in a loop": "{{#many}}{{long}}{{/many}}",
        "long list in a loop": "{{#many}}{{many}}{{/many}}",
        "deep sections": "{{#x}}" * 50_000,
        "open tags": "{{" * 500_000,
        "open triple tags": "{{{" * 300_000,
        "comments": "{{!" * 300_000 + "}}",
        "blanks": "{{#x}}" + " " * 1_000_000 + "{{/x}}",
        "delimiters": "{{=| |=}}|={{ }}=|" * 50_000,
        "long name": "{{" + "a." * 500_000 + "a}}",
        "long line of tags": "{{x}} " * 200_000,
        "many snippets": "{{> me}}" * 100_000,
    },
    Language.FSTRING: {
        "width": "{x:>1000000000}",
        "zeros": "{n:01000000000d}",
        "precision": "{n:.1000000000f}",
        "digits of a width": "{n:" + "9" * 100_000 + "}",
        "nested width": "{x:{n}}",
        "fill": "{x:a^1000000000}",
        "many widths": "{x:>1000}" * 10_000,
        "long text": "{long}" * 1000,
        "open braces": "{" * 999_999,
        "closing braces": "}" * 999_999,
        "long name": "{" + "a" * 1_000_000 + "}",
        "mixed braces": "{}}{" * 200_000,
    },
    Language.JINJA: {
        "nested loops": (
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"
        ),
        "long text by *": "{{ x * 1000000000 }}",
        "long list by *": "{{ xs * 100000000 }}",
        "center": "{{ x|center(1000000000) }}",
        "percent": "{{ '%01000000000d' % n }}",
        "format": "{{ '{:>1000000000}'.format(n) }}",
        "power": "{{ 9 ** 9 ** 8 }}",
        "doubling text": "{% set a = long %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "doubling block": "{% set a = x %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40,
        "join": "{{ long|join(long) }}",
        "macros that call each other": (
            "{% macro a(n) %}{{ b(n) }}{{ b(n) }}{% endmacro %}"
            "{% macro b(n) %}{{ a(n - 1) if n else '' }}{% endmacro %}{{ a(40) }}"
        ),
        "lipsum": "{{ lipsum(n=5000) }}",
        "deep expression": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
        "deep tree shown": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
        "replace": "{% set a = long.replace('b', long) %}{{ a.replace('b', a) }}",
        "endless comparison": _TWIN_LISTS + "{{ a == b }}",
        "sorting in a loop": (
            "{% for a in range(9999) %}{{ long|unique|first }}{{ many|sort|first }}{% endfor %}"
        ),
    },
}

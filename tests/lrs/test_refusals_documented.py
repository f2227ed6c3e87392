"""docs/xapi.md lists every code that an error can have, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What Django REST Framework itself refuses (lrs/api/rest/framework.py makes our codes of its own).
OF_THE_FRAMEWORK = {"method-not-allowed", "unsupported-media-type"}


def codes_in(tree: ast.AST) -> Iterator[str]:
    """The texts that stand where a code stands: in ApiError(status, code), _refused(code), or a pair (status, code)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            place = {"ApiError": 1, "_refused": 0}.get(name, len(node.args))
            found = node.args[place : place + 1]
        elif isinstance(node, ast.Tuple) and len(node.elts) > 1:
            status = node.elts[0]
            is_status = isinstance(status, ast.Constant) and status.value in range(400, 600)
            found = node.elts[1:2] if is_status else []
        else:
            continue
        yield from (
            one.value
            for one in found
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def test_every_code_of_an_error_is_in_the_documentation_and_no_other():
    raised = {
        code
        for part in ("lrs", "keiko")
        for file in (ROOT / part).rglob("*.py")
        for code in codes_in(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert len(raised) > 25, "the codes are written in another way now: mend this test"
    text = (ROOT / "docs" / "xapi.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [45]\d\d \| ([^|]+) \|", text, re.MULTILINE)
    listed = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}
    assert listed == raised | OF_THE_FRAMEWORK

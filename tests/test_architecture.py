"""The house's own rules, read from its source: sizes, names, gates, templates."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent

LONGEST_FILE = 500
LONGEST_FUNCTION = 40
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "base", "shared", "manager2"}

# The rooms of the ground floor that no view may pass by: whoever needs rows asks `visible_to`.
MANAGERS = {"objects", "_base_manager", "_default_manager"}
VIEW_ROOMS = re.compile(r"(^|/)(views|web)(/|\.py$)|(^|/)(tables|exporting)\.py$")

# Reviewed: `mark_safe` and its kin are nowhere; these templates are drawn by a program that runs no script.
PRINTED = ("templates/documents/",)


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file of the repository, also those not yet added, but nothing that git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return tuple(ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files(*, tests: bool = True) -> list[Path]:
    return [
        path
        for path in kept_files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (tests or not named(path).startswith("tests/"))
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def templates() -> list[Path]:
    return [path for path in kept_files() if path.suffix in {".html", ".svg"} and "templates" in path.parts]


def scripts() -> list[Path]:
    return [path for path in kept_files() if path.suffix == ".js"]


# Sizes and names


def test_no_file_is_longer_than_500_lines() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {
        f"{named(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files()
        for node in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_every_room_has_a_name_of_the_domain() -> None:
    parts = {part for path in python_files() for part in Path(named(path)).with_suffix("").parts}
    assert parts & FORBIDDEN_NAMES == set()


def test_every_module_says_what_it_is() -> None:
    """Views need no words of their own: what they do stands in the patterns and services that they name."""
    silent = [
        named(path)
        for path in python_files(tests=False)
        if path.read_text(encoding="utf-8").strip()
        and "views" not in path.parts
        and ast.get_docstring(tree_of(path)) is None
    ]
    assert silent == []


def test_nothing_is_put_off() -> None:
    marks = re.compile(
        r"\b(TODO|FIXME|XXX|HACK)\b|pytest\.mark\.(skip|xfail)\b|# noqa\s*$|# type: ignore\s*$", re.M
    )
    found = [
        f"{named(path)}: {hit.group()}"
        for path in python_files() + templates() + scripts()
        if path != Path(__file__).resolve()
        for hit in marks.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Services: keyword-only, ending with `by`, without a request


def service_files() -> list[Path]:
    return [
        path
        for path in python_files(tests=False)
        if path.stem == "services" or "services" in path.relative_to(ROOT).parts[:-1]
    ]


def test_a_service_takes_everything_by_name_and_ends_with_by() -> None:
    wrong = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in service_files()
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and any(argument.arg == "by" for argument in node.args.args + node.args.kwonlyargs)
        and not node.name.startswith("_")
        and (node.args.args or (node.args.kwonlyargs[-1].arg not in {"by", "at"}))
    ]
    assert wrong == []


def test_no_service_sees_a_request_or_opens_a_write_of_its_own() -> None:
    wrong = [
        f"{named(path)}: {name}"
        for path in service_files()
        for name in imported(path)
        if name.startswith(("django.http", "django.shortcuts", "houqin.web"))
        or name == "houqin.writing.write"
    ]
    assert wrong == []


def imported(path: Path) -> list[str]:
    """Every name that the file imports, in full."""
    names: list[str] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


# Gates


def view_files() -> list[Path]:
    return [path for path in python_files(tests=False) if VIEW_ROOMS.search(named(path))]


def bare_managers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each use of a manager that is not asked `visible_to` at once."""
    gated = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "visible_to"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in gated:
            yield node.lineno, ast.unparse(node)


def test_views_reach_rows_only_through_the_gate() -> None:
    found = [
        f"{named(path)}:{line} {text}" for path in view_files() for line, text in bare_managers(tree_of(path))
    ]
    assert found == []


def test_a_bare_manager_in_a_view_is_found() -> None:
    planted = ast.parse(
        "Plan.objects.get(pk=1)\nPlan.objects.visible_to(user)\nget_object_or_404(Plan._base_manager)"
    )
    assert sorted(bare_managers(planted)) == [(1, "Plan.objects"), (3, "Plan._base_manager")]


def test_views_take_no_object_from_anywhere_else() -> None:
    shortcuts = {
        "django.shortcuts.get_object_or_404",
        "django.shortcuts.get_list_or_404",
        "django.db.connection",
    }
    found = [
        f"{named(path)}: {name}" for path in view_files() for name in imported(path) if name in shortcuts
    ]
    assert found == []


def test_views_write_only_through_the_boundary() -> None:
    writes = {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    found = [
        f"{named(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in view_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writes
        and ast.unparse(node.func.value) not in {"self", "request.session", "super()"}
    ]
    assert found == []


def test_no_sql_is_put_together_from_texts() -> None:
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python_files(tests=False)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"execute", "raw", "extra"}
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args)
    ]
    assert found == []


def test_forms_name_their_fields() -> None:
    found = [
        named(path)
        for path in python_files(tests=False)
        if '__all__"\n' in path.read_text(encoding="utf-8")
        or re.search(r"fields\s*=\s*[\"']__all__", path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Templates and scripts: U1 and the content security policy, by reading


def hits(pattern: str, files: list[Path]) -> list[str]:
    found = re.compile(pattern, re.IGNORECASE)
    return [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line)
    ]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline style", r"\sstyle\s*="),
        ("inline style sheet", r"<style[\s>]"),
        ("inline handler", r"\son[a-z]+\s*="),
        ("htmx handler", r"hx-on|hx-vars|js:"),
        ("javascript address", r"javascript:"),
        ("unescaped variable", r"\|\s*safe(seq)?\b"),
        ("unescaped block", r"autoescape\s+off"),
        ("foreign address", r"(src|href|action)\s*=\s*[\"']?(https?:)?//"),
    ],
)
def test_u1_templates_have_no(what: str, pattern: str) -> None:
    pages = [path for path in templates() if not named(path).startswith(PRINTED)]
    assert hits(pattern, pages) == []


def test_u1_printed_templates_are_escaped_too() -> None:
    printed = [path for path in templates() if named(path).startswith(PRINTED)]
    assert hits(r"\|\s*safe(seq)?\b|autoescape\s+off|<script", printed) == []


def test_u1_scripts_stand_in_files_of_their_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
    # JSON that a script reads is data: `json_script` writes it with its type.
    assert [named(path) for path in templates() if inline.search(path.read_text(encoding="utf-8"))] == []


def test_u1_no_program_text_is_marked_as_safe() -> None:
    """`SafeString` may be named as a type; nobody makes one by hand: `format_html` and templates escape."""
    marks = {"mark_safe", "SafeString", "SafeText", "html_safe"}
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python_files(tests=False)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in marks
    ]
    assert found == []


def test_u1_scripts_build_no_html_from_text() -> None:
    pattern = (
        r"\.(inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write"
        r"|\beval\(|new Function\(|setTimeout\(\s*[\"']"
    )
    assert hits(pattern, scripts()) == []


# What may not lie in the repository, promise C1

SECRETS = [
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    r"\bAKIA[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36,}\b",
    r"\bgithub_pat_[A-Za-z0-9_]{40,}\b",
    r"\bglpat-[A-Za-z0-9_-]{20,}\b",
    r"\bxox[abprs]-[A-Za-z0-9-]{20,}\b",
    r"\bsk-[A-Za-z0-9_-]{32,}\b",
    r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.",
    r"://[^\s/:@\"'{}$<>]+:[^\s/:@\"'{}$<>]{8,}@[^\s\"']+",
    r"(?i)\b(secret_key|api_key|access_token|client_secret)\b\s*[:=]\s*[\"'][^\"'\s{}$]{16,}[\"']",
]


def secrets_in(text: str) -> list[str]:
    return [pattern for pattern in SECRETS if re.search(pattern, text)]


def test_c1_no_secret_is_kept_in_the_repository() -> None:
    found = {}
    for path in kept_files():
        if path != Path(__file__).resolve() and path.stat().st_size < 2_000_000:
            text = path.read_bytes().decode("utf-8", errors="ignore")
            if secrets_in(text):
                found[named(path)] = secrets_in(text)
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "postgres://houqin:" + "verysecret1@db.school.cn/houqin",
        'SECRET_KEY = "' + 'django-insecure-abcdefghijklmnop"',
        "ghp_" + "a" * 36,
    ],
)
def test_c1_a_planted_secret_is_found(planted: str) -> None:
    assert len(secrets_in(planted)) == 1


def test_c1_no_file_of_the_school_is_kept_in_the_repository() -> None:
    data = {".env", ".pem", ".key", ".p12", ".sqlite3", ".dump", ".sql"}
    assert [named(path) for path in kept_files() if path.suffix in data or path.name == ".env"] == []


# Templates

NAMES_A_TEMPLATE = re.compile(r"\{% (?:include|extends) [\"']([\w/.-]+)[\"']")


def template_names() -> Iterator[tuple[str, str]]:
    """Each file and each template that it names, in Python or in a template."""
    for path in python_files(tests=False):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[\w/-]+\.html", str(node.value)):
                yield named(path), str(node.value)
    for path in templates():
        for name in NAMES_A_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            yield named(path), name


def is_there(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


def test_every_template_that_is_named_is_there() -> None:
    """Some are only drawn when something fails, and nobody would miss them before."""
    assert [pair for pair in template_names() if not is_there(pair[1])] == []


# Floors


def test_the_floors_hold() -> None:
    """import-linter's contracts of pyproject.toml: a wrong import is red here as in `make lint`."""
    checked = subprocess.run(
        [str(ROOT / ".venv/bin/lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, re.findall(r".*BROKEN.*", checked.stdout)) == (0, []), checked.stdout


# The signal table of the README


def signals_declared() -> set[str]:
    """Every `Signal()` that the code declares, as app.signals.name."""
    return {
        f"{named(path)[:-3].replace('/', '.')}.{target.id}"
        for path in python_files(tests=False)
        for node in tree_of(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in {"Signal", "django.dispatch.Signal", "dispatch.Signal"}
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def test_the_readmes_table_of_signals_is_the_codes() -> None:
    readme = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("README.md"))
    told = set(re.findall(r"^\|\s*`([a-z_]+(?:\.[a-z_]+)+)`\s*\|", readme, re.MULTILINE))
    assert told == signals_declared()

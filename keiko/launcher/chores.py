"""The developer's smaller commands: `make bench`, `make requirements`, `make messages`."""

import subprocess
import sys

from keiko.launcher.errors import LauncherError
from keiko.launcher.places import ROOT

_LOCALES = ROOT / "keiko" / "locale"
_LANGUAGES = ("es",)


def bench() -> int:
    """Every benchmark under bench/, one after the other; the first that fails ends it."""
    found = sorted(path for path in (ROOT / "bench").glob("*.py") if not path.name.startswith("_"))
    if not found:
        raise LauncherError("there is no benchmark under bench/.")
    for path in found:
        print(f"== bench/{path.name}", flush=True)
        _run([sys.executable, "-m", f"bench.{path.stem}"])
    return 0


def requirements() -> int:
    """Resolve requirements*.in anew, without the name of any registry in the result."""
    for name in ("requirements", "requirements-dev", "requirements-build"):
        _run(
            [sys.executable, "-m", "piptools", "compile", "--quiet", "--strip-extras",
             "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host",
             "--no-emit-options", "--annotation-style=line",
             f"--output-file={name}.txt", f"{name}.in"]
        )  # fmt: skip
    return 0


def messages() -> int:
    """Collect the words to translate, and compile what is translated."""
    template = _LOCALES / "django.pot"
    _LOCALES.mkdir(exist_ok=True)
    _run(
        [sys.executable, "-m", "babel.messages.frontend", "extract", "--mapping=babel.cfg",
         "--sort-by-file", "--no-location", "--omit-header",
         "--keyword=gettext_lazy", "--keyword=ngettext_lazy:1,2", "--keyword=pgettext_lazy:1c,2",
         f"--output-file={template}", "."]
    )  # fmt: skip
    for language in _LANGUAGES:
        catalogue = _LOCALES / language / "LC_MESSAGES" / "django.po"
        action = "update" if catalogue.exists() else "init"
        catalogue.parent.mkdir(parents=True, exist_ok=True)
        _run(
            [sys.executable, "-m", "babel.messages.frontend", action, f"--locale={language}",
             f"--input-file={template}", f"--output-file={catalogue}"]
        )  # fmt: skip
        _run(
            [sys.executable, "-m", "babel.messages.frontend", "compile", f"--locale={language}",
             f"--input-file={catalogue}", f"--output-file={catalogue.with_suffix('.mo')}"]
        )  # fmt: skip
    template.unlink()
    return 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise LauncherError(f"{' '.join(command[1:4])} ended with code {done.returncode}")

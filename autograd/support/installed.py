"""Is the package `autograd` that Python finds this one, and whole? ImportError, with the remedy, if it is not.

HIPS's distribution `autograd` installs a package of the same name. pip lets the later of the two overwrite files of the
earlier, and removes files of both with either, without a word. So whatever is built on the engine loads this file
first. It needs nothing of the package around it: `nn` runs it by its path where another package stands in front.
"""
import os
from importlib.util import find_spec

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
THEIRS = os.path.join("numpy", "numpy_vjps.py")
"""A file that HIPS's distribution has, and this one never will."""


def fault() -> str | None:
    """What is wrong with the installation and how to mend it, in one sentence; None if all is well."""
    spec = find_spec("autograd")
    found = spec.origin if spec is not None else "nothing"
    if found is None:
        return (f"{HERE} has lost its __init__.py, as it does when HIPS's autograd is removed from the environment: "
                f"run `{_reinstall()}`")
    folder = os.path.dirname(found)
    if os.path.exists(os.path.join(folder, THEIRS)):
        return _clash(folder)
    if not _same(folder, HERE):
        return f"`import autograd` finds {found}, and retrograd's package is in {HERE}: rename or remove the former"
    return None


def _clash(folder: str) -> str:
    mixed = _same(folder, HERE)
    does, then = ("is mixed with", f", then `{_reinstall()}`") if mixed else ("hides", "")
    return (f"HIPS's autograd, in {folder}, {does} retrograd's package of the same name: run `pip uninstall autograd`"
            f"{then}, and use one environment for each")


def _same(a: str, b: str) -> bool:
    return a == b or os.path.realpath(a) == os.path.realpath(b)


def _reinstall() -> str:
    """The command that installs this distribution again, from where pip had it. Slow: metadata are read."""
    import json
    from importlib import metadata
    try:
        text = metadata.distribution("retrograd").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        text = None
    source: dict = json.loads(text) if text else {"url": "retrograd"}
    tool = source.get("vcs_info", {}).get("vcs")
    return f"pip install --force-reinstall --no-deps {tool + '+' if tool else ''}{source['url']}"


if (sentence := fault()) is not None:
    raise ImportError(sentence)

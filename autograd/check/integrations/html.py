"""Reports as one self-contained HTML page, with a heat map of the errors of every entry."""
from html import escape

import numpy as np

from ..report import Report

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
pre{background:#8881;padding:.8rem;overflow:auto}.ok{color:#2a7d2a}.bad{color:#b3261e}
table{border-collapse:collapse;margin:.5rem 0}td{width:1.5rem;height:1.5rem;border:1px solid #8884}
:root{color-scheme:light dark}"""


def page(groups: dict[str, list[Report]]) -> str:
    """A page with the reports under each test's name."""
    sections = "".join(f"<h2>{escape(name)}</h2>{''.join(map(_section, group))}" for name, group in groups.items())
    return (f"<!doctype html><meta charset=utf-8><title>Gradient checks</title><style>{STYLE}</style>"
            f"<h1>Gradient checks</h1>{sections}\n")


def _section(report: Report) -> str:
    kind = "ok" if report else "bad"
    maps = "".join(_heat_map(i, np.asarray(errors)) for i, errors in report.errors.items())
    title = f"<p class={kind}><b>{report.verdict.name}</b> {escape(report.name)}</p>"
    return f"{title}<pre>{escape(str(report))}</pre>{maps}"


def _heat_map(i: int, errors: np.ndarray) -> str:
    """The relative errors of one input: white below 1e-12, full red at 1 and more."""
    table = errors.reshape(-1, errors.shape[-1]) if errors.ndim else errors.reshape(1, 1)
    rows = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in table[:64, :64])
    return f"<p>input {i}, relative error per entry</p><table>{rows}</table>"


def _cell(error: float) -> str:
    strength = float(np.clip(1 + np.log10(max(error, 1e-12)) / 12, 0, 1)) if np.isfinite(error) else 1.0
    return f'<td style="background:rgba(200,30,30,{strength:.2f})" title="{error:.1e}"></td>'

"""pytest plugin, loaded by its entry point: the fixture `gradcheck`, the mark `gradients`, a summary, JSON and HTML.

    @pytest.mark.gradients("my_package.ops")
    def test_ops(op, gradcheck):
        gradcheck(op)

runs once per differentiable op declared in that module. `--gradients-json FILE` and `--gradients-html FILE` keep the
reports, with the error of every entry. Draws the same examples every time.
"""
import json

import pytest

from ...support.files import check_writable, write_file

REPORTS = pytest.StashKey[dict]()


def pytest_addoption(parser):
    group = parser.getgroup("gradients", "gradient checks")
    group.addoption("--gradients-json", metavar="FILE", help="write the reports of the gradcheck fixture as JSON")
    group.addoption("--gradients-html", metavar="FILE", help="write them as a page with a heat map of the errors")


def pytest_configure(config):
    config.addinivalue_line("markers", "gradients(module, ...): parametrise `op` over the ops declared in the modules")
    config.stash[REPORTS] = {}
    for kind in ("json", "html"):
        if path := config.getoption(f"--gradients-{kind}"):
            try:
                check_writable(config.rootpath / path)
            except (OSError, ValueError) as error:
                raise pytest.UsageError(f"--gradients-{kind}: {error}") from error


def pytest_generate_tests(metafunc):
    from .op_lookup import NotFound, declared, module_named
    mark = metafunc.definition.get_closest_marker("gradients")
    if mark is None or ("op" not in metafunc.fixturenames and mark not in metafunc.definition.own_markers):
        return
    if not mark.args or "op" not in metafunc.fixturenames:
        pytest.fail('the mark gradients takes the modules of ops, as in gradients("my_package.ops"), and its test an '
                    "argument op", pytrace=False)
    try:
        homes = [module_named(m) if isinstance(m, str) else m for m in mark.args]
        ops = [op for home in homes for op in declared(home)]
    except NotFound as error:
        pytest.fail(f"the mark gradients: {error}", pytrace=False)
    metafunc.parametrize("op", ops, ids=lambda op: op.name)


@pytest.fixture
def gradcheck(request):
    """`gradcheck(f, *inputs, **settings)` of the library, or `gradcheck(op)` for calls drawn from a declaration.

    Fails the test unless the check passes; the report is kept for the summary."""
    from ...core.primitive import Primitive
    from .. import check_op
    from .. import gradcheck as of_function

    def check(f, *inputs, **settings):
        examine = check_op if isinstance(f, Primitive) else of_function
        report = examine(f, *inputs, raises=False, **settings)
        request.config.stash[REPORTS].setdefault(request.node.nodeid, []).append(report)
        return report.raise_if_failed()
    return check


def pytest_terminal_summary(terminalreporter, config):
    reports = [r for group in config.stash[REPORTS].values() for r in group]
    if not reports:
        return
    failed = [r.verdict.name for r in reports if not r]
    words = ", ".join(f"{failed.count(v)} {v}" for v in sorted(set(failed))) or "all right"
    terminalreporter.write_line(f"gradients: {len(reports)} checked, {words}")


def pytest_sessionfinish(session):
    config, groups = session.config, session.config.stash[REPORTS]
    if path := config.getoption("--gradients-json"):
        data = {node: [r.to_dict() for r in group] for node, group in groups.items()}
        write_file(config.rootpath / path, json.dumps(data, indent=1))
    if path := config.getoption("--gradients-html"):
        from .html import page
        write_file(config.rootpath / path, page(groups))

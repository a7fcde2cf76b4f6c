"""The examples of docs/check.md, run, with the output the page shows. Error bars may differ in the last bits."""
import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "check.md"


class Checker(doctest.OutputChecker):
    def check_output(self, want, got, flags):
        return super().check_output(*(re.sub(r"± \S+", "± bar", text) for text in (want, got)), flags)


def test_examples_of_the_page():
    text = "\n".join(re.findall(r"```pycon\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S))
    test = doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, PAGE.name, str(PAGE), 0)
    runner = doctest.DocTestRunner(Checker(), verbose=False)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.summarize(verbose=False).attempted > 15
    assert not runner.failures, "".join(report)

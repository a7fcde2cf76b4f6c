"""The examples of docs/check.md, run, give what the page shows, up to error bars and last digits."""
import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "check.md"


class Checker(doctest.OutputChecker):
    def check_output(self, want, got, flags):
        return super().check_output(rounded(want), rounded(got), flags)


def rounded(text: str) -> str:
    """Text with eight digits of each longer number, and without the sizes of error bars."""
    text = re.sub(r"± \S+", "± bar", text)
    return re.sub(r"-?\d+\.\d{8,}", lambda number: f"{float(number[0]):.8g}", text)


def test_examples_of_the_page():
    text = "\n".join(re.findall(r"```pycon\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S))
    test = doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, PAGE.name, str(PAGE), 0)
    runner = doctest.DocTestRunner(Checker(), verbose=False)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.summarize(verbose=False).attempted > 15
    assert not runner.failures, "".join(report)

"""The quiz asks numbers, factors, signs, shapes and paths, marks the card it asks about, and explains from the rule."""
import math
import re

import pytest

from autograd import Tensor

from .models import X, leaf, network, scalars
from .test_page import ENTER, RIGHT, visible

ASKED = "return document.getElementById('question').innerText"
CHOICES = "return [...document.querySelectorAll('#question button')].map(b => b.textContent)"
CHOOSE = "[...document.querySelectorAll('#question button')].find(b => b.textContent === arguments[0]).click();"


def answer(page, text):
    page.run("document.querySelector('#question input').value = arguments[0]", text)
    page.press(ENTER)
    return page.run(ASKED)


def test_it_asks_for_a_number_before_it_is_shown_and_marks_its_card(opened):
    page = opened(scalars()[1])
    page.press("q", RIGHT)
    assert page.run("return player.at") == 0
    assert "a = 2, b = −3. What is v₁?" in page.run(ASKED)
    assert page.run("return [...document.querySelectorAll('.node.asked')].map(x => +x.dataset.id)") == [2]
    assert visible(page, 2, "value") == "?"
    assert [visible(page, v, "value") for v in (0, 1)] == ["2", "-3"]         # what is known stays in sight
    assert answer(page, "-6").startswith("✓ right 1 of 1 right")
    assert page.run("return player.at") == 1 and visible(page, 2, "value") == "-6"


def test_a_wrong_sign_is_said_to_be_one(opened):
    page = opened(scalars()[1])
    page.press("q", RIGHT)
    said = answer(page, "6")
    assert said.startswith("✗ it is −6 0 of 1 right") and "The size is right, the sign is not." in said


def every_question(page):
    """Goes through all steps, answering wrongly; gives the questions and what was said."""
    return page.run("""player.go(0);
        if (!document.getElementById('quiz').checked) document.getElementById('quiz').click();
        const found = [], form = document.getElementById('question');
        for (let i = 0; i < 200 && player.at < player.data.steps.length; i++) {
            player.advance();
            if (!form.dataset.open) continue;
            const asked = document.getElementById('asked').textContent, at = player.at;
            const marked = document.querySelectorAll('.node.asked').length;
            const buttons = [...form.querySelectorAll('button')];
            const choices = form.querySelector('input') ? null : buttons.map(b => b.textContent);
            buttons.at(-1).click();
            found.push([at, asked, choices, form.innerText, marked]);
        }
        return found""")


def test_all_kinds_of_questions_are_asked_and_each_marks_one_card(opened):
    page = opened(scalars()[1])
    found = every_question(page)
    assert all(marked == 1 for *_, marked in found)
    kinds = "What is|By which factor|What does|Which sign|Which path"
    assert {re.search(kinds, asked)[0] for _, asked, *_ in found} == set(kinds.split("|"))


def test_a_wrong_answer_is_explained_from_the_rule(opened):
    page = opened(scalars()[1])
    wrong = [said for *_, said, _ in every_question(page) if said.startswith("✗")]
    backward = [said for said in wrong if "upstream · local derivative" in said]
    assert backward
    for said in backward:
        g, local, c = (float(x.replace("−", "-")) for x in re.search(r": (\S+) · (\S+) = (\S+)", said).groups())
        assert g * local == pytest.approx(c, rel=1e-3)


@pytest.mark.parametrize("given, says", [
    ("0.5591", "That is what arrives at v₄. It is multiplied by the local derivative, 0.1."),
    ("0.1", "That is the local derivative alone. It is multiplied by what arrives, 0.5591."),
    ("-0.05591", "The size is right, the sign is not."), ("0,05591", "✓ right")])
def test_a_number_that_was_mistaken_for_another_is_recognised(opened, given, says):
    page = opened(scalars()[1])
    at = page.run("""return player.data.steps.findIndex(s => s.kind === 'backward' && s.to === 5)""")
    name = page.run("return player.data.vertices[player.data.steps[arguments[0]].to].name", at)
    assert name == "v₃"
    page.run("document.getElementById('quiz').click(); player.go(arguments[0]); player.advance()", at)
    asked = page.run(ASKED)
    if "send to" in asked:
        assert says in answer(page, given)
    else:
        pytest.fail(f"this step asks something else: {asked}")


def test_which_path_brings_most(opened):
    page = opened(scalars()[1])
    at, _, choices, said, _ = next(q for q in every_question(page) if "Which path" in q[1])
    assert choices == ["through v₃", "through v₁"] and said.startswith("✓ right")
    page.run("player.go(arguments[0]); player.advance();" + CHOOSE.replace("[0]", "[1]"), at, choices[0])
    said = page.run(ASKED)
    assert said.startswith("✗ it is through v₁") and "v₁ brings −0.3354, v₃ brings 0.2236." in said


def test_shapes_are_asked_of_arrays(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#1")
    page.press("q", RIGHT)
    choices = page.run(CHOICES)
    assert "2×3" in choices and len(set(choices)) == len(choices) >= 2
    page.run(CHOOSE, next(c for c in choices if c != "2×3"))
    assert page.run(ASKED).startswith("✗ it is 2×3")


@pytest.mark.parametrize("y", [lambda: leaf(1.0, "x") * math.nan, lambda: leaf(0.0, "x") * Tensor(math.inf)])
def test_what_has_no_number_is_not_asked(opened, y):
    page = opened(y())
    page.press("q", RIGHT)
    assert page.run("return player.at") == 1


def test_an_empty_answer_changes_nothing(opened):
    page = opened(scalars()[1])
    page.press("q", RIGHT, ENTER)
    assert page.run("return [player.at, document.getElementById('question').hidden]") == [0, False]
    page.press(RIGHT)                                                         # moves the cursor in the field
    assert page.run("return player.at") == 0

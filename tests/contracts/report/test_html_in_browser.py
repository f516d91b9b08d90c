"""The page as somebody uses it in a real browser: reads, narrows, copies, prints; hostile texts do nothing in it."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from contracts.report import RuleResult, html
from contracts.results.verdict import Verdict
from tests.contracts.report.test_html import everything
from tests.contracts.support.browser import MISSING, browser, resize
from tests.contracts.support.sample_reports import FINDING

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=MISSING), pytest.mark.xdist_group("browser")]

CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function rgba(colour) {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
}
function light(colour) {
  const [r, g, b] = rgba(colour).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function behind(element) {
  for (let each = element; each; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor;
    if (rgba(colour)[3] === 255) return colour;
  }
  return "white";
}
const weak = [];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
  const [low, high] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => a - b);
  if ((high + 0.05) / (low + 0.05) < 4.5) weak.push(texts.currentNode.data.trim());
}
return weak;
"""
"""The texts of a page whose contrast is below what WCAG 2 asks for at level AA."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The browser, with the page of a run in which everything is found."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    told = everything()
    low = replace(FINDING, code="CT104", subject="title in a form", severity="medium", rules=("NOTE-4",), got="blue")
    unreached = RuleResult("NOTE-3", Verdict.NEVER, why="no note could be created")
    results = [*told.results, replace(told.results[0], findings=[low])]
    html.write(replace(told, results=results, rules=[*told.rules, unreached]), path)
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        opened.get(path.as_uri())
        yield opened


@pytest.fixture
def page(chromium: Chrome) -> Chrome:
    """The page, fresh and of usual width."""
    resize(chromium, 1280)
    chromium.get(chromium.current_url.partition("#")[0])
    return chromium


def shown(page: Chrome, selector: str) -> list[WebElement]:
    return [each for each in page.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()]


def soon(page: Chrome, holds: Callable[[], bool]) -> None:
    """Wait for what the page does by itself, in its own time."""
    WebDriverWait(page, 30).until(lambda _: holds())


def test_nothing_of_a_target_runs_and_the_browser_complains_of_nothing(page: Chrome) -> None:
    assert page.title == "broken · contract of http://127.0.0.1:8000"
    assert page.find_elements(By.CSS_SELECTOR, "img") == []
    assert len(page.find_elements(By.CSS_SELECTOR, "script")) == 1
    assert "document.title='owned'" in page.find_element(By.ID, "main").text
    assert page.get_log("browser") == []  # type: ignore[no-untyped-call] # selenium leaves it untyped


def test_findings_are_narrowed_by_how_grave_they_are(page: Chrome) -> None:
    everything_shown = len(shown(page, "[aria-labelledby=findings] .case"))
    page.find_element(By.CSS_SELECTOR, "input[name=findings][value=medium]").click()
    (left,) = shown(page, "[aria-labelledby=findings] .case")
    assert "title in a form" in left.text
    assert len(shown(page, "[aria-labelledby=findings] article")) == 1
    status = page.find_element(By.CSS_SELECTOR, "[aria-labelledby=findings] [role=status]")
    assert status.text == f"1 of {everything_shown} shown"


def test_rules_are_narrowed_by_text_and_verdict(page: Chrome) -> None:
    rules = "[aria-labelledby=rules]"
    page.find_element(By.CSS_SELECTOR, f"{rules} input[type=search]").send_keys("could be CREATED")
    assert [each.text.split()[0] for each in shown(page, f"{rules} tbody tr")] == ["NOTE-3"]
    page.find_element(By.CSS_SELECTOR, "input[name=rules][value=held]").click()
    assert shown(page, f"{rules} tbody tr") == []


def test_shell_lines_are_copied(page: Chrome) -> None:
    case = page.find_element(By.ID, f"finding-{FINDING.id}")
    case.find_element(By.CSS_SELECTOR, ".curl summary").click()
    button = case.find_element(By.CSS_SELECTOR, "button")
    button.click()
    soon(page, lambda: button.text == "Copied")
    search = page.find_element(By.CSS_SELECTOR, "[aria-labelledby=rules] input[type=search]")
    search.send_keys(Keys.CONTROL, "v")
    assert search.get_property("value") == FINDING.curl[0]
    assert button.text == "Copy"


def test_a_link_to_a_finding_opens_it(page: Chrome) -> None:
    page.execute_script("document.querySelectorAll('details').forEach((each) => each.open = false)")
    page.find_element(By.CSS_SELECTOR, f"#main a[href='#finding-{FINDING.id}']").click()
    soon(page, lambda: "GET shows 'a'" in page.find_element(By.ID, f"finding-{FINDING.id}").text)


def test_the_keyboard_reaches_everything_and_begins_with_a_way_past_the_head(page: Chrome) -> None:
    ActionChains(page).send_keys(Keys.TAB).perform()
    skip = page.switch_to.active_element
    assert (skip.text, skip.is_displayed()) == ("Skip to the details", True)
    reached = set()
    for _ in range(len(page.find_elements(By.CSS_SELECTOR, "a, button, input, summary, [tabindex='0']"))):
        ActionChains(page).send_keys(Keys.TAB).perform()
        active = page.switch_to.active_element
        reached.add((active.tag_name, active.get_attribute("type") or active.get_attribute("class")))
    assert {("summary", ""), ("input", "search"), ("input", "radio"), ("div", "scroll"), ("a", "")} <= reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_what_is_behind_it(page: Chrome, scheme: str) -> None:
    resize(page, 1280, scheme)
    page.execute_script("document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert page.execute_script(CONTRAST) == []
    paper = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(251, 251, 250)", "dark": "rgb(20, 24, 28)"}[scheme]


def test_a_narrow_screen_needs_no_scrolling_to_the_side(page: Chrome) -> None:
    resize(page, 360)
    assert page.execute_script("return document.documentElement.scrollWidth") <= 360


def test_on_paper_the_verdict_and_the_findings_are_left_without_what_can_be_pressed(page: Chrome) -> None:
    assert base64.b64decode(page.print_page()).startswith(b"%PDF")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert shown(page, "nav, button, .filters") == []
    assert "promises are broken" in page.find_element(By.CSS_SELECTOR, ".verdict").text


def test_without_its_script_the_page_still_tells_everything(chromium: Chrome, tmp_path: Path) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        chromium.get(chromium.current_url.partition("#")[0])
        assert shown(chromium, ".filters, button") == []
        assert "GET shows 'a'" in chromium.find_element(By.ID, f"finding-{FINDING.id}").text
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

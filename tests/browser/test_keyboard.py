"""From the home page to a payment by keyboard alone, always seeing where one is."""

from tests.browser.city import BY_KEYBOARD, PROFILE
from tests.browser.conftest import Visitor

#: More stops than this before the wanted one: nobody would find it.
STOPS_MAX = 120
#: What has the focus: is it seen, is nothing over it, does it show its ring?
SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const y = box.top + Math.min(box.height, 24) / 2;
  const free = [8, box.width / 2, box.width - 8].some(by => {
    const top = document.elementFromPoint(box.left + by, y);
    return top === at || at.contains(top) || (top !== null && top.contains(at));
  });
  return {
    what: at.outerHTML.slice(0, 90),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.width > 0 && y >= 0 && y <= innerHeight && box.right > 0 && box.left < innerWidth,
    free,
  };
}"""


def tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until the wanted element has the focus; every stop on the way must be seen."""
    wanted = visitor.page.locator(selector).first
    wanted.wait_for()
    for _ in range(STOPS_MAX):
        visitor.page.keyboard.press("Tab")
        stop = visitor.page.evaluate(SEEN)
        assert stop["ring"], f"{visitor.at}: no ring: {stop['what']}"
        assert stop["inside"], f"{visitor.at}: out of sight: {stop['what']}"
        assert stop["free"], f"{visitor.at}: covered: {stop['what']}"
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{visitor.at}: {selector} is not reached")


def enter(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def choose(visitor: Visitor, selector: str, value: str) -> None:
    """Walk through the options of a select by arrow."""
    tab_to(visitor, selector)
    chosen = visitor.page.locator(selector)
    for _ in range(chosen.locator("option").count()):
        if chosen.input_value() == value:
            return
        visitor.page.keyboard.press("ArrowDown")
    assert chosen.input_value() == value


def test_a_maker_goes_from_home_to_a_payment_without_a_mouse(visit, city):
    maker = visit("maker")
    keys = maker.page.keyboard
    with maker.page.expect_navigation():
        keys.press("g")
        keys.press("s")
    assert maker.at.startswith("/sheets/")
    tab_to(maker, "#q-period")
    maker.page.locator("body").evaluate("() => document.activeElement.blur()")
    keys.press("j")
    assert maker.page.evaluate(SEEN)["inside"]
    enter(maker)
    assert maker.at.startswith("/sheets/JS")
    assert maker.page.locator("h1").count() == 1
    tab_to(maker, "nav.tabs a >> nth=1")
    enter(maker)
    with maker.page.expect_navigation():
        keys.press("g")
        keys.press("b")
    tab_to(maker, "main a[href='/batches/new']")
    enter(maker)
    choose(maker, "#q-area", BY_KEYBOARD)
    choose(maker, "#q-profile", PROFILE)
    tab_to(maker, "form.query button.go")
    enter(maker)
    if maker.page.locator("#reason").count():
        tab_to(maker, "#reason")
        keys.type("逐笔核对过，不是重复付款")
    tab_to(maker, ".sign form button.go")
    enter(maker)
    maker.job_done()
    tab_to(maker, "main a[href^='/batches/P']")
    enter(maker)
    assert maker.at.startswith("/batches/P")


def test_a_reader_of_screens_hears_where_he_is(visit, city):
    checker = visit("checker")
    for address in ("/", "/sheets/?view=mine", "/batches/"):
        checker.go(address)
        heard = checker.page.locator("body").aria_snapshot()
        for landmark in ("banner", "navigation", "main", "heading"):
            assert f"- {landmark}" in heard, f"{address}: {landmark}"
        assert heard.count("[level=1]") == 1, address
        assert checker.page.title().strip(" ·")

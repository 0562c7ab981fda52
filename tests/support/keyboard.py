"""A walk through a page by Tab alone: what can be reached, what it is called, and whether one sees where one is."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.support.browser import bring_axe

_PREPARE = """
() => {
  const seen = (element) => {
    const label = element.labels?.[0];
    const box = (element.getBoundingClientRect().width > 1 ? element : label ?? element).getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const radios = new Set();
  const all = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]"
  )].filter((element) => {
    if (element.matches(":disabled") || element.tabIndex < 0 || !seen(element)) return false;
    if (element.closest("[inert]") !== null) return false;
    if (element.type !== "radio") return true;
    // One of a group can be reached; the others by arrows.
    const chosen = document.querySelector(`input[type=radio][name="${element.name}"]:checked`);
    if (chosen !== null ? chosen !== element : radios.has(element.name)) return false;
    radios.add(element.name);
    return true;
  });
  const looks = (element) => {
    const label = element.labels?.[0];
    const around = [element, label, element.nextElementSibling, element.parentElement,
      element.parentElement?.parentElement, element.parentElement?.nextElementSibling,
      element.querySelector("path")];
    return around.filter(Boolean).map((one) => {
      const style = getComputedStyle(one);
      return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor, style.backgroundColor,
        style.clipPath, style.stroke, style.strokeWidth].join();
    }).join("|");
  };
  document.activeElement?.blur?.();
  window.__walk = { all, looks, before: all.map(looks), reached: new Map(), strays: [] };
  const told = (element) => element.outerHTML.replace(/<svg.*?<.svg>/gs, "").slice(0, 160);
  window.__note = () => {
    const element = document.activeElement;
    if (element === null || element === document.body) return false;
    const at = all.indexOf(element);
    if (at < 0) {
      if (window.__walk.strays.length < 5) window.__walk.strays.push(told(element));
      return true;
    }
    if (!window.__walk.reached.has(at)) window.__walk.reached.set(at, looks(element) !== window.__walk.before[at]);
    return true;
  };
  window.__told = told;
  return all.length;
}
"""
_RESULT = """
() => {
  const { all, reached } = window.__walk;
  axe.setup(document.body);
  const name = (element) => axe.commons.text.accessibleText(element).trim();
  const found = {
    missed: all.flatMap((one, at) => (reached.has(at) || !one.isConnected ? [] : [window.__told(one)])),
    unseen: [...reached].flatMap(([at, differs]) => (differs ? [] : [window.__told(all[at])])),
    nameless: [...reached.keys()].flatMap((at) =>
      !all[at].isConnected || name(all[at]) !== "" ? [] : [window.__told(all[at])]),
  };
  axe.teardown();
  return found;
}
"""


@dataclass(frozen=True)
class Walk:
    missed: list[str]
    """Controls that Tab does not come to."""
    unseen: list[str]
    """Controls that look the same with and without the focus."""
    nameless: list[str]


def walked(page: Page) -> Walk:
    """From the top of the page through all of it, until the focus leaves at its end."""
    bring_axe(page)
    controls: int = page.evaluate(_PREPARE)
    for _ in range(controls + 5):
        page.keyboard.press("Tab")
        if not page.evaluate("window.__note()"):
            break
    return Walk(**page.evaluate(_RESULT))


def tab_to(page: Page, control: Locator, *, backwards: bool = False) -> None:
    """Presses Tab until it has the focus; fails where it cannot be come to."""
    control.wait_for()
    for _ in range(150):
        if control.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"Tab does not come to {control}")


def press(page: Page, control: Locator, key: str = "Enter") -> None:
    tab_to(page, control)
    page.keyboard.press(key)

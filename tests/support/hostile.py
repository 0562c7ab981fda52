"""Texts that would do something if a page took them for more than text, and a look at whether one did."""

from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Page

SCRIPT = "<script>window.__pwned=1</script>"
IMAGE = "<img src=x onerror=window.__pwned=1>"
CUT = "javascript:window.__pwned=1"

NAME = f"{SCRIPT} {IMAGE} {{{{7*7}}}} ${{7*7}} \u202egpj.exe\u202c \u200b\x1b[31mred"
"""Fits wherever people name things: at most 200 characters, one line."""

INPUT_NAMES = ("constructor", "toString", "__proto__")

MARKDOWN = f"""# {SCRIPT}

{IMAGE} <svg onload=window.__pwned=1></svg> <iframe srcdoc="{SCRIPT}"></iframe>

<style>* {{ display: none }}</style>
<base href="https://example.com/"><object data="data:text/html,{SCRIPT}"></object>
<form action="{CUT}"><button autofocus onfocus=window.__pwned=1>press</button></form>
<meta http-equiv="refresh" content="0;url=https://example.com/">

[plain]({CUT}) [mixed](JaVaScRiPt:window.__pwned=1) [coded](&#x6A;avascript&colon;window.__pwned=1)
[data](data:text/html,{SCRIPT}) [file](file:///etc/passwd) [within](/settings?tab=members)
[titled](https://example.com/titled "t&quot; onmouseover=&quot;window.__pwned=1") [referred][r]
<{CUT}> <https://example.com/auto> www.example.com/bare someone@example.com

![tracked](https://example.com/pixel.png?who=ada) ![drawn](data:image/svg+xml,<svg onload=window.__pwned=1>)
[![nested](https://example.com/inner.png)]({CUT})

[r]: {CUT} "{IMAGE}"

| {IMAGE} | head |
|---|---|
| `{SCRIPT}` | [cell]({CUT}) |

```html
{SCRIPT}
```

```mermaid
graph TD; A["{IMAGE}"] --> B; click A "{CUT}"
```

$$\\href{{{CUT}}}{{2}}$$ noted[^1]

- [x] <details open ontoggle=window.__pwned=1>done</details>

[^1]: {IMAGE}

\u202ereversed\u202c \u2066\u200b\u200d 👩‍👩‍👧‍👦 \x1b]8;;{CUT}\x07press\x1b]8;;\x07 {{{{7*7}}}} ${{7*7}} =HYPERLINK("https://example.com")
"""
"""What a model, a tool or a document may say."""

ROWS: list[dict[str, Any]] = [
    {"constructor": SCRIPT, "__proto__": IMAGE, "price": '=HYPERLINK("https://example.com")'},
    {"toString": NAME, "price": CUT},
]

LINE = "<b>" + "x" * 200_000
"""One word too long for any window."""

SEARCHES = [
    SCRIPT,
    IMAGE,
    "javascript:window.__pwned=1",
    '{"__proto__":{"a":1}}',
    "[1]",
    "\x00",
    "%",
]
PARAMS = [
    "q",
    "status",
    "tab",
    "open",
    "id",
    "edit",
    "node",
    "panel",
    "task",
    "span",
    "event",
    "kind",
    "record",
    "crew",
    "type",
    "job",
    "a",
    "b",
    "group",
]
"""Words that any screen may take from the search of its address."""

_LOOK = """
() => {
  const found = [];
  if (window.__pwned !== undefined) found.push("a script ran");
  const told = (element) => element.outerHTML.slice(0, 200);
  const forbidden = ["iframe", "frame", "object", "embed", "applet", "base", "portal", "meta[http-equiv]"];
  for (const element of document.querySelectorAll(forbidden.join())) found.push(told(element));
  for (const script of document.scripts) {
    if (new URL(script.src || "https://inline.invalid").origin !== location.origin) found.push(told(script));
  }
  for (const style of document.querySelectorAll("style")) {
    if (style.nonce === "" || style.textContent.includes("* { display: none}")) found.push(told(style));
  }
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc") found.push(told(element));
      const leads = ["href", "xlink:href", "src", "action", "formaction", "data", "poster"].includes(name);
      if (leads && /^[\\s\\0-\\x20]*(javascript|vbscript|file|data:text)/i.test(value)) found.push(told(element));
    }
  }
  for (const link of document.querySelectorAll("a[href]:not(.react-flow__attribution a)")) {
    if (link.origin === location.origin) continue;
    const rel = link.rel.split(" ");
    const safe = ["noopener", "noreferrer", "nofollow"].every((one) => rel.includes(one));
    if (!/^https?:$/.test(link.protocol) || !safe || link.target !== "_blank") found.push(told(link));
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const wide = [...document.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > clientWidth);
    found.push(`${scrollWidth} > ${clientWidth}: ${wide.slice(0, 20).map((one) => one.className).join(" ")}`);
  }
  return found;
}
"""


def took_for_more_than_text(page: Page) -> list[str]:
    """Everything in the page that a text brought about; what moves just now may come to rest first."""
    with suppress(Error):
        page.wait_for_function(f"() => ({_LOOK})().length === 0", timeout=3_000)
    found: list[str] = page.evaluate(_LOOK)
    return found


def stored(page: Page) -> str:
    """All that scripts of the page keep in the browser: storages, databases by name, cookies they can read."""
    kept: str = page.evaluate("""async () => JSON.stringify([
          {...localStorage}, {...sessionStorage}, document.cookie,
          (await indexedDB.databases()).map(({ name }) => name),
          'caches' in window ? await caches.keys() : [],
        ])""")
    return kept

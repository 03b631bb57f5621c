"""What no page may do, whichever page it is: listened to while it loads, asked once it stands."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_core_python
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

TELL_OF_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""

# The box that searches among choices in the admin site is Django's own, and gives itself no name.
AXE_FINDINGS = """
async () => (
  await axe.run({ exclude: [".select2-container"] }, { resultTypes: ["violations"] })
).violations.flatMap((found) =>
  found.nodes.map((node) => `${found.id}: ${node.target.join(" ")} (${found.help})`))
"""

TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  const cut = [...document.querySelectorAll(".nav, .wall-team")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.getAttribute("class")} needs ${one.scrollWidth} of ${one.clientWidth}`);
  if (document.documentElement.scrollWidth <= width) return cut;
  return [...cut, ...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 0.5 && !one.closest(".table-scroll, .wall"))
    .slice(0, 5)
    .map((one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class")} ends at ${
      Math.round(one.getBoundingClientRect().right)} of ${width}`)
    .concat(`the page is ${document.documentElement.scrollWidth} wide of ${width}`);
}
"""


@dataclass
class Watch:
    """Listens to a context: errors in the console, broken content security policy, other hosts, broken answers."""

    host: str
    expected: set[int] = field(default_factory=lambda: {200, 204, 302, 304})
    """Statuses that are no fault; a test about a refusal adds its own."""
    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> "Watch":
        """Begin to listen."""
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        return self

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium says of each status over 399 that a resource failed; _response judges those.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != self.host:
            self.faults.append(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status not in self.expected:
            self.faults.append(f"status {response.status}: {response.request.method} {urlsplit(response.url).path}")


RAW = re.compile(r"functools\.\S+|<?bound method \S+|<[\w.]+ object at 0x\w+|<QuerySet \S*")
"""What Python calls a value that nobody put into words."""


def raw_values(page: Page) -> list[str]:
    """Values on the page that were written as Python writes them."""
    return [f"not put into words: {found}" for found in RAW.findall(page.locator("body").inner_text())]


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(AXE_FINDINGS)


def too_wide(page: Page) -> list[str]:
    """What sticks out to the right when the page scrolls sideways, and rows that cut off what they hold."""
    return page.evaluate(TOO_WIDE)

"""Walk through the demo city as Anna, Bilal and Dora and keep a picture of eight pages.

Called by scripts/screenshots.sh: python -m scripts.screenshots ADDRESS FOLDER
"""

import shutil
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "lotsen-demo"  # noqa: S105  published: the demo holds nobody
TABLET, DESK = (1024, 768), (1280, 720)
LARGEST = 200_000  # bytes; the README loads eight of them
PATIENCE = 30  # seconds until the server answers


def main(address: str, folder: Path) -> int:
    _wait_for(f"{address}/health/")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _ward(_entered(browser, address, "anna", TABLET), folder)
        _desk(_entered(browser, address, "bilal", DESK), folder)
        _network(_entered(browser, address, "dora", DESK), folder)
        browser.close()
    too_large = [each.name for each in folder.glob("*.png") if each.stat().st_size > LARGEST]
    if too_large:
        sys.stderr.write(f"Larger than {LARGEST} bytes: {', '.join(too_large)}\n")
    return 1 if too_large else 0


def _wait_for(address: str) -> None:
    for _second in range(PATIENCE):
        try:
            urlopen(address)  # noqa: S310  the server started just now
        except URLError:
            time.sleep(1)
        else:
            return
    sys.exit(f"No answer from {address}.")


def _entered(browser: Browser, address: str, name: str, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(
        base_url=address, locale="de-DE", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto("/anmelden/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "anmelden" not in url)
    return page


def _ward(page: Page, folder: Path) -> None:
    """One intake from the first tap to the family's question."""
    page.goto("/station/")
    page.evaluate("document.querySelector('#news').scrollIntoView()")
    _keep(page, folder, "station")
    page.get_by_role("link", name="Neue Aufnahme").click()
    page.locator("label.chip:has([name=language_chip][value=de])").click()
    page.locator("label.chip:has([name=district_chip])").first.click()
    _go_on(page, "hinweise")

    for code in ("midwife_wanted", "feeding_takes_strength"):
        page.locator(f".answer:has([name$={code}])").click()
        page.wait_for_timeout(400)  # a card rests for a moment after each tap
    page.get_by_role("button", name="Übrige: trifft nicht zu").first.click()
    page.wait_for_url("**/hinweise/**")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(".answer:has([name$=few_helpers])").click()
    page.evaluate("scrollTo(0, 130)")
    _keep(page, folder, "hinweise")

    _go_on(page, "wuensche")
    for code in ("no_midwife", "crying_sleep"):
        page.locator(f"label.chip:has([name=needs][value={code}])").click()
    page.locator("label.choice:has([value=yes])").click()
    _go_on(page, "pruefen")
    page.locator("button[name=keep][value=yes]").click()
    page.wait_for_url("**/angebote/")
    page.locator("[name=offer]").first.check()
    _keep(page, folder, "angebote-passend")
    _family(page, folder)


def _family(page: Page, folder: Path) -> None:
    _go_on(page, "uebergabe")
    page.locator("button[name=suggest]").click()
    page.locator("[name=categories][value=name]:checked").wait_for()
    page.get_by_role("textbox", name="Name").fill("Mira Beispiel")
    page.get_by_role("textbox", name="Telefonnummer").fill("0171 39200 44")
    _go_on(page, "einwilligung")
    _keep(page, folder, "familienansicht", whole=True)  # down to its yes and no


def _desk(page: Page, folder: Path) -> None:
    page.goto("/eingang/")
    address = page.locator("[data-row] a:visible").first.get_attribute("href") or ""
    page.goto(f"/eingang/{address.partition('#')[0]}")  # as it is, without the jump to the part
    page.locator("#reading").wait_for()
    _keep(page, folder, "eingang")
    page.goto("/angebote/")
    _keep(page, folder, "angebote")


def _network(page: Page, folder: Path) -> None:
    for name in ("", "luecken/"):
        page.goto(f"/auswertung/{name}")
        _keep(page, folder, name.strip("/") or "auswertung")


def _go_on(page: Page, word: str) -> None:
    """Press the one button below and wait for the page whose address holds `word`."""
    page.locator(".actionbar button[type=submit]").first.click()
    page.wait_for_url(f"**/{word}/**")


def _keep(page: Page, folder: Path, name: str, *, whole: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", animations="disabled", full_page=whole)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))

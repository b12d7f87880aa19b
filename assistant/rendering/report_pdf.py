"""HTML -> PDF by a browser that is on the machine: no library lays out a page as well, and none is worth its weight."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from knowledge.errors import InputError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_FIXED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS = 120


def browser() -> str | None:
    """Return a browser of the Chromium family that is on this machine, or None."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or next((path for path in _FIXED if Path(path).is_file()), None)


def pdf(document: str) -> bytes:
    """Return the pages of an HTML document. Raises InputError where no browser is there, or it fails."""
    command = browser()
    if command is None:
        raise InputError(
            "A PDF is printed by a browser, and no Chromium, Chrome or Edge was found. Write the HTML instead "
            "(--format html), open it in any browser, and print it to a file there."
        )
    with tempfile.TemporaryDirectory(prefix="journey-report-") as folder:
        page, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(document, encoding="utf-8")
        # A sandbox cannot be made by root; the page is ours, and may load and run nothing.
        alone = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
        arguments = [command, "--headless", "--disable-gpu", *alone, f"--user-data-dir={folder}/profile",
                     "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()]  # fmt: skip
        try:
            subprocess.run(arguments, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - fixed arguments
            return target.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise InputError(
                f"{Path(command).name} could not print the report. Write it with --format html."
            ) from error

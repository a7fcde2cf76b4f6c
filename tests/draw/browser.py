"""A headless Chromium driven over the WebDriver protocol with the standard library alone."""
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]


def available() -> bool:
    return all(shutil.which(program) for program in ("chromium", "chromedriver"))


class Browser:
    """One browser window. `run` evaluates the body of a JavaScript function and returns what it returns."""

    def __init__(self, port: int, folder: str, size: tuple[int, int] = (1280, 800)):
        self.base = f"http://127.0.0.1:{port}/session"
        options = {"args": [*FLAGS, f"--user-data-dir={folder}", "--window-size={},{}".format(*size)]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.base += "/" + self._call("", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def _call(self, path: str, body: dict | None = None, method: str = "POST"):
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        self._call("/url", {"url": "about:blank"})                  # so that a changed #fragment loads the page anew
        self._call("/url", {"url": url})
        for _ in range(200):
            if self.run("return document.documentElement.dataset.player") != "starting":
                return
            time.sleep(0.02)

    def run(self, code: str, *args):
        return self._call("/execute/sync", {"script": code, "args": list(args)})

    def press(self, *keys: str) -> None:
        actions = [{"type": way, "value": key} for key in keys for way in ("keyDown", "keyUp")]
        self._call("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def hover(self, selector: str) -> None:
        """Move the mouse onto the middle of an element."""
        x, y = self._middle(selector)
        move = {"type": "pointerMove", "duration": 0, "x": x, "y": y}
        self._call("/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]})

    def drag(self, start: tuple[float, float], *stops: tuple[float, float]) -> None:
        """Press the mouse at a place, move it over the stops, and release it."""
        moves = [{"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)} for x, y in (start, *stops)]
        actions = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        self._call("/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": actions}]})

    def pinch(self, middle: tuple[float, float], before: float, after: float) -> None:
        """Put two fingers around a place, so far from it, and move them apart or together."""
        x, y = middle

        def finger(way: int) -> dict:
            places = [{"type": "pointerMove", "duration": 40 * i, "x": round(x + way * r), "y": round(y)}
                      for i, r in enumerate((before, after))]
            acts = [places[0], {"type": "pointerDown", "button": 0}, places[1], {"type": "pointerUp", "button": 0}]
            return {"type": "pointer", "id": f"finger{way}", "parameters": {"pointerType": "touch"}, "actions": acts}
        self._call("/actions", {"actions": [finger(-1), finger(1)]})

    def wheel(self, at: tuple[float, float], dy: int) -> None:
        x, y = map(round, at)
        turn = {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": dy, "duration": 0}
        self._call("/actions", {"actions": [{"type": "wheel", "id": "wheel", "actions": [turn]}]})

    def prefer(self, **features: str) -> None:
        """Let the reader's system ask for something: `prefer(prefers_color_scheme="dark")`."""
        asked = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._call("/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": asked}})

    def media(self, kind: str) -> None:
        """Show pages as on "print" or, again, on "screen"."""
        self._call("/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"media": kind}})

    def tap(self, selector: str) -> None:
        """Touch the middle of an element with a finger."""
        x, y = self._middle(selector)
        acts = [{"type": "pointerMove", "duration": 0, "x": x, "y": y}, {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0}]
        finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": acts}
        self._call("/actions", {"actions": [finger]})

    def _middle(self, selector: str) -> list[int]:
        return self.run("const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                        "return [b.x + b.width / 2, b.y + b.height / 2].map(Math.round)", selector)

    def phone(self, width: int | None) -> None:
        """Show pages as a phone of that width does; None ends it."""
        size = {"width": width, "height": 800, "deviceScaleFactor": 2, "mobile": True}
        cmd = "Emulation.setDeviceMetricsOverride" if width else "Emulation.clearDeviceMetricsOverride"
        self._call("/goog/cdp/execute", {"cmd": cmd, "params": size if width else {}})

    def resize(self, width: int, height: int) -> None:
        self._call("/window/rect", {"width": width, "height": height})

    def enter_frame(self) -> None:
        """Go on in the first iframe of the page, once its player is ready."""
        self._call("/frame", {"id": 0})
        for _ in range(200):
            if self.run("return document.documentElement.dataset.player") == "ready":
                return
            time.sleep(0.02)
        raise TimeoutError("the player in the iframe does not start")

    def leave_frame(self) -> None:
        self._call("/frame", {"id": None})

    def complaints(self) -> list[str]:
        """What the page wrote to the console, errors included."""
        return [entry["message"] for entry in self._call("/se/log", {"type": "browser"})]

    def close(self) -> None:
        self._call("", method="DELETE")


@contextmanager
def browser():
    """A browser that is gone afterwards, with everything it wrote."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            window = _started(port, folder)
            try:
                yield window
            finally:
                window.close()
    finally:
        driver.terminate()
        driver.wait(timeout=20)


def _started(port: int, folder: str) -> Browser:
    for _ in range(100):
        try:
            return Browser(port, folder)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError("chromedriver did not start within ten seconds")

"""The small pictures of demos/README.md: those that it names, out of what the demos wrote to demos/output.

    python demos/thumbnails.py      after the demos; `make demos-pictures` does both
"""
import re
from pathlib import Path

from common import OUTPUT
from PIL import Image

README = Path(__file__).parent / "README.md"
WIDTH, COLOURS, LARGEST = 480, 64, 40_000                       # pixels, twice as many as shown; bytes


def lean(svg):
    """A drawing without what a page does not show (comments, tooltips), and its font named once."""
    svg = re.sub(r"<!--.*?-->\n?|<title>.*?</title>\n?|<a xlink:title.*?>\n?|</a>\n?", "", svg, flags=re.DOTALL)
    fonts = set(re.findall(r' font-family="[^"]*"', svg))
    if len(fonts) == 1:
        font, = fonts
        svg = svg.replace(font, "").replace("<svg", f"<svg{font}", 1)
    return svg


def small(picture, target):
    """A copy for the page: a drawing made lean, or a picture of fewer pixels and colours."""
    if picture.suffix == ".svg":
        target.write_text(lean(picture.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        with Image.open(picture) as image:
            image = image.convert("RGB").resize((WIDTH, round(image.height * WIDTH / image.width)), Image.LANCZOS)
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    if target.stat().st_size > LARGEST:
        raise SystemExit(f"{target} has {target.stat().st_size} bytes, more than {LARGEST}")


def named():
    """The pictures that the page shows: their places, in its order."""
    return [README.parent / path for path in re.findall(r'<img src="([^"]+)"', README.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    for target in named():
        target.parent.mkdir(parents=True, exist_ok=True)
        small(OUTPUT / target.name, target)
    print(f"{len(named())} pictures, {sum(p.stat().st_size for p in named()) // 1000} kB")

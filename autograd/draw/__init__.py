"""Show computational graphs: as drawings, as pages to step through, as derivations. All read one `Picture`.

`autograd.draw` names both this package and its function: calling the package draws.
"""
import sys
import types

from .explain.explain import explain
from .graphviz.dot import draw
from .graphviz.network import draw_network
from .player.player import play

__all__ = ["draw", "draw_network", "explain", "play"]


class _Drawing(types.ModuleType):
    def __call__(self, *args, **options):
        return draw(*args, **options)


sys.modules[__name__].__class__ = _Drawing

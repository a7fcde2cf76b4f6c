"""Names that mean one thing in NumPy and another in PyTorch. Ours keep NumPy's meaning; PyTorch's keywords (`dim=`,
`keepdim=`, `unbiased=`) do what PyTorch does, or raise."""
from typing import NamedTuple

TORCH_KEYWORDS = frozenset({"dim", "keepdim", "unbiased"})
AS_IN_TORCH = frozenset({
    "sum", "mean", "prod", "argmax", "argmin", "cumsum", "cumprod", "concatenate", "stack", "diff", "nansum", "nanmean",
    "quantile", "nanquantile", "trapezoid", "softmax", "log_softmax", "logsumexp", "var", "std",
})
"""Functions that do with `axis` and `keepdims` what PyTorch's do with `dim` and `keepdim`; var and std but for ddof."""

SPREADS = frozenset({"var", "std"})


class Clash(NamedTuple):
    """What a name means here and in NumPy, what in PyTorch, and what to write here for PyTorch's."""
    numpys: str
    torchs: str
    write: str


CLASHES = {
    "size": Clash("`x.size` is the number of entries", "`x.size()` is the shape", "`x.shape`, `x.shape[0]`"),
    "transpose": Clash("`x.transpose(1, 0, 2)` is the order of all axes", "`x.transpose(0, 1)` swaps two axes",
                       "`x.swapaxes(0, 1)`"),
    "std": Clash("divides by n", "divides by n - 1", "`x.std(ddof=1)`, or `x.std(dim=0)`"),
    "var": Clash("divides by n", "divides by n - 1", "`x.var(ddof=1)`, or `x.var(dim=0)`"),
    "max": Clash("the largest entries", "with `dim` a pair: them and their places", "`x.max(axis)`, `x.argmax(axis)`"),
    "min": Clash("the smallest entries", "with `dim` a pair: them and their places", "`x.min(axis)`, `x.argmin(axis)`"),
    "median": Clash("the mean of the middle two", "the lower of the middle two, with `dim` a pair",
                    "`np.quantile(x, 0.5, axis=axis, method=\"lower\")`"),
    "nanmedian": Clash("the mean of the middle two", "the lower of the middle two, with `dim` a pair",
                       "`np.nanquantile(x, 0.5, axis=axis, method=\"lower\")`"),
    "split": Clash("the second argument is the number of parts, or where to cut", "it is the length of the parts",
                   "`np.split(x, range(n, len(x), n))`"),
    "repeat": Clash("`x.repeat(2, 0)` repeats each entry along axis 0", "`x.repeat(2, 1)` repeats the whole",
                    "`np.tile(x, (2, 1))`"),
    "flatten": Clash("`x.flatten(\"F\")` is the order of entries", "`x.flatten(1)` keeps the first axes",
                     "`x.reshape(len(x), -1)`"),
    "sort": Clash("`np.sort(x)` is the sorted entries", "a pair: them and their places",
                  "`np.sort(x)`, `np.argsort(x)`"),
    "gradient": Clash("one array for one axis", "a tuple always", "`(np.gradient(x, axis=axis),)`"),
    "squeeze": Clash("an axis longer than 1 raises", "it stays as it is", "`x.squeeze(axis)` for an axis of length 1"),
    "view": Clash("`a.view(dtype)` reads memory as another dtype", "`x.view(shape)` is another shape",
                  "`x.reshape(shape)`, `x.astype(dtype)`"),
}
"""Name -> what it means in each, and what to write here."""


def from_torch(name: str, params: dict) -> dict:
    """Keyword arguments in NumPy's words. TypeError where PyTorch's would mean another result."""
    if TORCH_KEYWORDS.isdisjoint(params):
        return params
    if name not in AS_IN_TORCH:
        raise _refusal(name, params)
    rest = {k: v for k, v in params.items() if k not in TORCH_KEYWORDS}
    _check_given_once(name, params, rest)
    if name in SPREADS and "correction" not in rest:
        rest["ddof"] = int(params.get("unbiased", True))
    if "dim" in params:
        rest["axis"] = _axes(name, params["dim"])
    return rest | ({"keepdims": params["keepdim"]} if "keepdim" in params else {})


def _check_given_once(name: str, params: dict, rest: dict) -> None:
    mixed = rest.keys() & {"axis", "keepdims", "ddof"}
    if mixed or ("unbiased" in params and ("correction" in rest or name not in SPREADS)):
        raise TypeError(f"{name} got {sorted(params)}: give NumPy's keywords or PyTorch's, each once")


def _axes(name: str, dim):
    if isinstance(dim, list | tuple) and not dim:
        raise TypeError(f"{name} with dim={dim!r}: PyTorch takes all axes, NumPy none; write axis=None or axis=()")
    return tuple(dim) if isinstance(dim, list) else dim


def _refusal(name: str, params: dict) -> TypeError:
    given = ", ".join(f"{k}=" for k in params if k in TORCH_KEYWORDS)
    clash = CLASHES.get(name)
    if clash is None:
        return TypeError(f"{name} with PyTorch's {given} is not available: write NumPy's axis= and keepdims=")
    return TypeError(f"{name} with PyTorch's {given} is not available, its meaning differs. NumPy and autograd: "
                     f"{clash.numpys}; PyTorch: {clash.torchs}. Write {clash.write}".replace("`", ""))

"""Bad calls of losses and measures."""

GOOD = """
    nn.cross_entropy_loss(logits, labels, class_weight=[1, 2, 0], label_smoothing=0.1, reduction="none")
    nn.mse_loss(rows, rows.tolist(), sample_weight=[1, 0, 0, 2])
    nn.poisson_loss([0.0, 1.0], [0, 3])
    m.accuracy(logits, labels), m.r2(column, column + 1), m.report(logits, labels, names=["a", "b", "c"])
    m.roc_auc(column, ids)
"""

_PAIRS = (
    "mse_loss", "mae_loss", "huber_loss", "quantile_loss",
    "poisson_loss", "hinge_loss", "bce_loss", "bce_with_logits_loss",
)
_MEASURES = ["accuracy", "precision", "recall", "f1", "roc_auc", "report", "confusion_figure"]
_ERRORS = ["mse", "mae", "r2"]
_ONES = "np.ones((4, 1))"


def _pair(name: str) -> str:
    return f"""
        nn.{name}({_ONES}, np.ones(4)) | same shape
        nn.{name}({_ONES}, None) | numbers
        nn.{name}(None, {_ONES}) | numbers
        nn.{name}("text", "text") | numbers
        nn.{name}({_ONES}, ragged) | different lengths
        nn.{name}(5, {_ONES}) | same shape
        nn.{name}({_ONES}) | missing 1 required positional argument
        nn.{name}({_ONES}, {_ONES}, reduction="typo") | reduction must be
        nn.{name}({_ONES}, {_ONES}, reduction=None) | reduction must be
        nn.{name}({_ONES}, {_ONES}, reduction=[]) | reduction must be
        nn.{name}({_ONES}, {_ONES}, sample_weight=[1.0]) | sample_weight must be (4,)
        nn.{name}({_ONES}, {_ONES}, sample_weight=5) | sample_weight must be (4,)
        nn.{name}({_ONES}, {_ONES}, sample_weight="text") | sample_weight
        nn.{name}({_ONES}, {_ONES}, sample_weight=[-1, 1, 1, 1]) | at least 0
        nn.{name}({_ONES}, {_ONES}, sample_weight=[1, 1, 1, np.nan]) | at least 0
        nn.{name}({_ONES}, {_ONES}, sample_weight=ragged) | sample_weight
        nn.{name}({_ONES}, {_ONES}, "mean") | positional argument
        nn.{name}({_ONES}, {_ONES}, typo=1) | unexpected keyword argument
    """


ROWS = {
    **{name: _pair(name) for name in _PAIRS},
    "huber_loss": _pair("huber_loss") + """
        nn.huber_loss(column, column, delta=0) | delta must be
        nn.huber_loss(column, column, delta="wide") | delta must be
        nn.huber_loss(column, column, delta=None) | delta must be
    """,
    "quantile_loss": _pair("quantile_loss") + """
        nn.quantile_loss(column, column, q=1) | q must be
        nn.quantile_loss(column, column, q="half") | q must be
        nn.quantile_loss(column, column, q=float("nan")) | q must be
    """,
    "poisson_loss": _pair("poisson_loss") + """
        nn.poisson_loss([0.0], [-5.0]) | at least 0
        nn.poisson_loss([0.0], [np.nan]) | poisson_loss
    """,
    "hinge_loss": _pair("hinge_loss") + """
        nn.hinge_loss([1.0], [0.0]) | -1 and 1
        nn.hinge_loss([1.0], [np.nan]) | -1 and 1
    """,
    "bce_loss": _pair("bce_loss") + """
        nn.bce_loss([1.5], [1.0]) | probabilities must be
        nn.bce_loss([0.5], [2.0]) | targets must be
        nn.bce_loss([np.nan], [1.0]) | probabilities must be
    """,
    "bce_with_logits_loss": _pair("bce_with_logits_loss") + """
        nn.bce_with_logits_loss([0.5], [-1.0]) | targets must be
        nn.bce_with_logits_loss([0.5], [np.nan]) | targets must be
    """,
    "cross_entropy_loss": """
        nn.cross_entropy_loss(logits, [0, 1, 2, 3]) | [0, 3)
        nn.cross_entropy_loss(logits, [0, -1, 2, 1]) | [0, 3)
        nn.cross_entropy_loss(logits, [0.0, 1.0, 2.0, 1.0]) | integers
        nn.cross_entropy_loss(logits, [0, 1]) | labels (n,)
        nn.cross_entropy_loss(logits, labels[:, None]) | labels[:, 0]
        nn.cross_entropy_loss(logits, None) | numbers
        nn.cross_entropy_loss(logits, "text") | numbers
        nn.cross_entropy_loss(None, labels) | numbers
        nn.cross_entropy_loss(5, 5) | logits must be (n, classes)
        nn.cross_entropy_loss(logits, ragged) | different lengths
        nn.cross_entropy_loss(logits, np.ones((4, 3))) | sum to 1
        nn.cross_entropy_loss(logits, -np.eye(4, 3)) | probabilities must be
        nn.cross_entropy_loss(logits, labels, label_smoothing=1.0) | label_smoothing must be
        nn.cross_entropy_loss(logits, labels, label_smoothing="some") | label_smoothing must be
        nn.cross_entropy_loss(logits, labels, label_smoothing=np.zeros(3)) | label_smoothing must be
        nn.cross_entropy_loss(logits, labels, label_smoothing=None) | label_smoothing must be
        nn.cross_entropy_loss(logits, labels, class_weight=[1, 2]) | class_weight must be (3,)
        nn.cross_entropy_loss(logits, labels, class_weight=[1, 2, -1]) | class_weight must be at least 0
        nn.cross_entropy_loss(logits, labels, class_weight="balanced") | class_weight must be (3,)
        nn.cross_entropy_loss(logits, labels, class_weight=["a", "b", "c"]) | class_weight
        nn.cross_entropy_loss(logits, labels, class_weight={0: 1.0}) | class_weight must be (3,)
        nn.cross_entropy_loss(logits, labels, reduction="typo") | reduction must be
        nn.cross_entropy_loss(logits, labels, reduction=None) | reduction must be
        nn.cross_entropy_loss(logits, labels, sample_weight=[1]) | sample_weight must be (4,)
    """,
    "nll_loss": """
        nn.nll_loss(logits, [0, 1]) | labels (n,)
        nn.nll_loss(logits, [0, 1, 2, 3]) | [0, 3)
        nn.nll_loss(logits, [0.5, 1.0, 2.0, 0.0]) | integers
        nn.nll_loss(5, 5) | (n, classes)
        nn.nll_loss(None, labels) | numbers
        nn.nll_loss(logits, None) | numbers
        nn.nll_loss(logits, ragged) | different lengths
        nn.nll_loss(logits, labels, reduction="typo") | reduction must be
    """,
    "kl_div_loss": """
        nn.kl_div_loss(logits, logits[:2]) | same shape
        nn.kl_div_loss(logits, logits - 5) | probabilities must be
        nn.kl_div_loss([0.5], [0.5]) | kl_div_loss takes (n, classes)
        nn.kl_div_loss(logits, None) | numbers
        nn.kl_div_loss("text", logits) | numbers
        nn.kl_div_loss(logits, np.full((4, 3), 0.25), reduction="typo") | reduction must be
    """,
    **{name: f"""
        m.{name}(5, 5) | output
        m.{name}(5, labels) | output
        m.{name}(logits, 5) | target
        m.{name}(logits, None) | target
        m.{name}(None, labels) | numbers
        m.{name}("text", labels) | numbers
        m.{name}(logits, "text") | target
        m.{name}(logits, [0, 1]) | 4 outputs and 2 targets
        m.{name}(logits, [0, 1, 2, 7]) | [0, 3)
        m.{name}(logits, [0, 1, 2, -1]) | [0, 3)
        m.{name}(logits, [0.5, 1, 2, 0]) | class ids
        m.{name}(column, [0, 1, 2, 7]) | 0 and 1
        m.{name}(logits, np.ones((4, 3))) | one-hot
        m.{name}(logits, ragged) | ragged
        m.{name}(np.full((4, 3), np.nan), labels) | nan
        m.{name}([], []) | need rows
        m.{name}(logits) | missing 1 required positional argument
    """ for name in _MEASURES},
    **{name: f"""
        m.{name}(5, 5) | need rows
        m.{name}(column, column[:2]) | same shape
        m.{name}(column, None) | numbers
        m.{name}(None, column) | numbers
        m.{name}("text", "text") | numbers
        m.{name}(ragged, ragged) | ragged
        m.{name}([], []) | need rows
        m.{name}([np.nan], [1.0]) | nan
        m.{name}(column, column, typo=1) | unexpected keyword argument
    """ for name in _ERRORS},
    "predicted": """
        m.predicted(5) | need rows
        m.predicted(np.ones((2, 2, 2))) | outputs must be
        m.predicted(None) | numbers
        m.predicted("text") | numbers
        m.predicted([np.nan, 1.0]) | nan
        m.predicted(ragged) | ragged
        m.predicted({}) | numbers
    """,
}
ROWS["report"] += """
        m.report(logits, labels, names=5) | names
        m.report(logits, labels, names=["a"]) | names
"""
ROWS["confusion_figure"] += """
        m.confusion_figure(logits, labels, names=["a"]) | names
        m.confusion_figure(logits, labels, names=5) | names
"""

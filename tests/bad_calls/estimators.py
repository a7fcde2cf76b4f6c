"""Bad calls of the estimators. Where scikit-learn itself refuses, in its own words, that is its contract."""

GOOD = """
    est.MLPClassifier((3,), max_iter=1, random_state=0).fit(rows, ids).predict_proba(rows.tolist())
    est.MLPRegressor(3, max_iter=1, random_state=rng).fit(rows, column[:, 0]).score(rows, column[:, 0])
"""

_CLASSIFIER = "est.MLPClassifier(max_iter=1, hidden_layer_sizes=(2,))"
_FITTED = f"{_CLASSIFIER}.fit(rows, ids)"
_BAD_SETTINGS = """
        hidden_layer_sizes=(0,) | hidden_layer_sizes must be
        hidden_layer_sizes="big" | hidden_layer_sizes must be
        hidden_layer_sizes=(2.5,) | hidden_layer_sizes must be
        hidden_layer_sizes=None | hidden_layer_sizes must be
        activation="typo" | activation
        activation=5 | activation
        solver="typo" | solver
        solver=None | solver
        alpha=-1 | alpha
        alpha="some" | alpha
        batch_size=0 | batch_size
        batch_size="many" | batch_size
        learning_rate="typo" | learning_rate
        learning_rate_init=0 | learning_rate_init
        learning_rate_init="fast" | learning_rate_init
        power_t="a" | power_t
        max_iter=0 | max_iter
        max_iter=2.5 | whole number
        max_iter="ten" | max_iter
        shuffle="yes" | shuffle
        random_state="seed" | cannot be used to seed
        tol=-1 | tol
        tol="small" | tol
        verbose="loud" | must be True or False
        warm_start="yes" | warm_start
        momentum=1.5 | momentum
        nesterovs_momentum="yes" | nesterovs_momentum
        early_stopping="yes" | early_stopping
        validation_fraction=1.5 | validation_fraction
        beta_1=1.0 | betas must be
        beta_2="a" | betas must be
        epsilon=0 | eps must be
        n_iter_no_change=0 | n_iter_no_change
        max_fun="a" | max_fun
        dropout=1.0 | dropping must be
        dropout="half" | dropping must be
"""


def _settings(estimator: str, target: str) -> str:
    pairs = [line.rpartition(" | ") for line in map(str.strip, _BAD_SETTINGS.strip().splitlines())]
    return "\n".join(f"est.{estimator}({setting}).fit(rows, {target}) | {fragment}" for setting, _, fragment in pairs)


_BAD_DATA = """
        {0}(5, {1}) | array
        {0}(None, {1}) | array
        {0}(rows, {1}[:2]) | inconsistent numbers of samples
        {0}(np.full((4, 2), np.nan), {1}) | NaN
        {0}(rows[:, 0], {1}) | 2D array
        {0}(rows, None) | y
        {0}(rows, 5) | y
        {0}([], []) | array
        {0}(rows, {1}, sample_weight=[1.0]) | sample_weight
        {0}(rows, {1}, sample_weight=[-1, 1, 1, 1]) | egative
"""

ROWS = {
    "MLPClassifier": _settings("MLPClassifier", "ids") + """
        est.MLPClassifier(class_weight="typo").fit(rows, ids) | class_weight
        est.MLPClassifier(class_weight=5).fit(rows, ids) | class_weight
        est.MLPClassifier(typo=1) | unexpected keyword argument
        est.MLPClassifier().set_params(typo=1) | Invalid parameter
    """,
    "MLPRegressor": _settings("MLPRegressor", "column[:, 0]") + """
        est.MLPRegressor(class_weight="balanced") | unexpected keyword argument
    """,
    "MLPEstimator.fit": _BAD_DATA.format(f"{_CLASSIFIER}.fit", "ids") + f"""
        {_CLASSIFIER}.fit(rows, column) | continuous
        est.MLPRegressor(max_iter=1).fit(rows, [1.0, np.nan, 2.0, 3.0]) | NaN
    """,
    "MLPEstimator.partial_fit": """
        est.MLPRegressor().partial_fit(5, ids) | array
        est.MLPRegressor().partial_fit(rows, ids[:2]) | inconsistent numbers of samples
        est.MLPRegressor(max_iter=1).fit(rows, ids).partial_fit(rows[:, :1], ids) | features
    """,
    "MLPClassifier.partial_fit": f"""
        {_CLASSIFIER}.partial_fit(rows, ids, classes=[0]) | classes
        {_CLASSIFIER}.partial_fit(rows, ids, classes=5) | dimension
        {_CLASSIFIER}.partial_fit(rows, ids, classes="text") | dimension
        {_FITTED}.partial_fit(rows, ids, classes=[0, 1, 2]) | classes
        {_FITTED}.partial_fit(rows, ids + 1) | classes
        {_FITTED}.partial_fit(rows[:, :1], ids) | features
    """,
    **{f"MLPClassifier.{name}": f"""
        {_CLASSIFIER}.{name}(rows) | not fitted
        {_FITTED}.{name}(5) | array
        {_FITTED}.{name}(None) | array
        {_FITTED}.{name}(np.ones((4, 5))) | features
        {_FITTED}.{name}(rows[0]) | 2D array
    """ for name in ("predict", "predict_proba", "predict_log_proba")},
    "MLPRegressor.predict": """
        est.MLPRegressor().predict(rows) | not fitted
        est.MLPRegressor(max_iter=1).fit(rows, ids).predict(np.ones((4, 5))) | features
    """,
}

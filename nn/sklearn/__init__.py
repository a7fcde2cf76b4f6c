"""scikit-learn estimators. `nn.estimator` is the name to import."""

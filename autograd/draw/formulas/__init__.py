"""Formulas made by running the declared rules: symbols, equations, MathML."""

"""Bad calls of figures, of drawings of graphs and of networks, and of formulas."""

GOOD = """
    plot.curves({"loss": {"train": [1.0]}}, log=["loss"])
    draw((x * x).sum(), grad=True, names={"x": x}, show=("value",), theme="dark")
    draw.draw_network(model, rows[0]), draw.explain((x * x).sum(), x, index=(1,))
    dec.decision_boundary(model, rows, ids, points=3)
"""

ROWS = {
    "style": """
        plot.style(5) | positional argument
    """,
    "figure": """
        plot.figure("wide", 3) | width must be
        plot.figure(0, 3) | width must be
        plot.figure(3, None) | height must be
        plot.figure(3, float("nan")) | height must be
    """,
    "series": """
        plot.series(5, [1.0]) | ax
        plot.series(plot.figure(1, 1).subplots(), 5) | values
        plot.series(plot.figure(1, 1).subplots(), "text") | numbers
        plot.series(plot.figure(1, 1).subplots(), None) | values
    """,
    "step_axis": """
        plot.step_axis(None, "epoch") | ax
    """,
    "log_axis": """
        plot.log_axis("text") | ax
    """,
    "curves": """
        plot.curves({}) | nothing to draw
        plot.curves(5) | panels
        plot.curves(None) | panels
        plot.curves([1.0, 2.0]) | panels
        plot.curves({"loss": [1.0]}) | panels
        plot.curves({"loss": {"train": "text"}}) | numbers
        plot.curves({"loss": {"train": 5}}) | values
        plot.curves({"loss": {"train": ragged}}) | ragged
        plot.curves({"loss": {"train": [1.0]}}, log=["typo"]) | log
        plot.curves({"loss": {"train": [1.0]}}, log=5) | log
    """,
    "rate_range": """
        plot.rate_range({}) | lr_range_test
        plot.rate_range(5) | lr_range_test
        plot.rate_range(None) | lr_range_test
        plot.rate_range({"lr": [0.1], "loss": []}) | lr_range_test
    """,
    "predictions": """
        plot.predictions([], [], []) | at least one
        plot.predictions(5, 5, 5) | images
        plot.predictions(None, [1], [1]) | images
        plot.predictions(images[:, 0], [1], [1]) | as many labels
        plot.predictions(rows, ids, ids) | images
        plot.predictions(images[:, 0], [1, 2], [1, 2], columns=0) | columns must be
        plot.predictions(images[:, 0], [1, 2], [1, 2], columns="many") | columns must be
        plot.predictions("ab", [1, 2], [1, 2]) | images
    """,
    "layer_norms": """
        pic.layer_norms(model) | call backward()
        pic.layer_norms(5) | Module
        pic.layer_norms(None) | Module
    """,
    "gradient_norms": """
        pic.gradient_norms({}) | no gradient norms
        pic.gradient_norms([]) | no gradient norms
        pic.gradient_norms(5) | norms
        pic.gradient_norms(None) | norms
        pic.gradient_norms("text") | norms
        pic.gradient_norms([5]) | norms
        pic.gradient_norms({"a": "text"}) | norms
    """,
    "activations": """
        pic.activations(5, rows) | Module
        pic.activations(model, None) | numbers
        pic.activations(model, np.ones((4, 5))) | cannot take shapes
        pic.activations(model, rows, bins=0) | bins must be
        pic.activations(model, rows, bins="many") | bins must be
        pic.activations(nn.Linear(2, 3), rows) | no module inside
    """,
    "weight_images": """
        pic.weight_images(5, (2, 2)) | images of shape
        pic.weight_images(None, (2, 2)) | numbers
        pic.weight_images(rows, (3, 3)) | images of shape (3, 3)
        pic.weight_images(rows, 5) | images of shape (5, 5)
        pic.weight_images(rows, (2, 2, 1)) | shape must be
        pic.weight_images(rows, "ab") | shape must be
        pic.weight_images(rows, (2, 2), columns=0) | columns must be
        pic.weight_images(rows, (2, 2), units=0) | units must be
        pic.weight_images("text", (2, 2)) | numbers
    """,
    "descent_path": """
        land.descent_path(5, 1.0, 0.1, 3) | function
        land.descent_path(lambda v: v * v, "text", 0.1, 3) | numbers
        land.descent_path(lambda v: v * v, None, 0.1, 3) | numbers
        land.descent_path(lambda v: v * v, 1.0, "fast", 3) | lr must be
        land.descent_path(lambda v: v * v, 1.0, 0.1, -3) | steps must be
        land.descent_path(lambda v: v * v, 1.0, 0.1, 2.5) | steps must be
        land.descent_path(lambda v: v * v, [1.0, 2.0], 0.1, 3) | number
        land.descent_path(lambda v: None, 1.0, 0.1, 3) | None
        land.descent_path(lambda v: v * v, ragged, 0.1, 3) | ragged
    """,
    "descent_1d": """
        land.descent_1d(5, 1.0, 0.1) | function
        land.descent_1d(lambda v: v * v, "text", 0.1) | numbers
        land.descent_1d(lambda v: v * v, 1.0, []) | lr
        land.descent_1d(lambda v: v * v, 1.0, None) | lr
        land.descent_1d(lambda v: v * v, 1.0, 0.1, steps=-1) | steps must be
        land.descent_1d(lambda v: v * v, 1.0, 0.1, span=5) | span must be
        land.descent_1d(lambda v: v * v, 1.0, 0.1, span=(3, -3)) | low must be below high
        land.descent_1d(lambda v: v * v, [], 0.1) | start
        land.descent_1d(lambda v: None, 1.0, 0.1) | number
        land.descent_1d(lambda v: v * float("nan"), 1.0, 0.1) | finite
    """,
    "descent_2d": """
        land.descent_2d(5, [1.0, 1.0], 0.1) | function
        land.descent_2d(lambda v: (v * v).sum(), [1.0], 0.1) | (2,)
        land.descent_2d(lambda v: (v * v).sum(), "text", 0.1) | numbers
        land.descent_2d(lambda v: (v * v).sum(), [1.0, 1.0], "fast") | lr must be
        land.descent_2d(lambda v: (v * v).sum(), [1.0, 1.0], 0.1, span="ab") | span must be
        land.descent_2d(lambda v: v, [1.0, 1.0], 0.1) | number
        land.descent_2d(lambda v: (v * v).sum(), [1.0, 1.0], 0.1, labels=5) | labels
    """,
    "loss_landscape": """
        land.loss_landscape(5, print) | Module
        land.loss_landscape(model, 5) | loss must be
        land.loss_landscape(model, None) | loss must be
        land.loss_landscape(model, lambda: "text", points=2) | number
        land.loss_landscape(model, lambda: None, points=2) | number
        land.loss_landscape(model, lambda: 1.0, directions="typo") | directions must be
        land.loss_landscape(model, lambda: 1.0, directions="principal") | at least two states
        land.loss_landscape(model, lambda: 1.0, points=0) | points must be
        land.loss_landscape(model, lambda: 1.0, points="many") | points must be
        land.loss_landscape(model, lambda: 1.0, points=2, span="wide") | span must be
        land.loss_landscape(model, lambda: 1.0, points=2, span=-1) | span must be
        land.loss_landscape(model, lambda: 1.0, points=2, rng=-1) | rng must be
        land.loss_landscape(model, lambda: 1.0, points=2, trajectory=[5]) | trajectory
        land.loss_landscape(model, lambda: 1.0, points=2, trajectory=5) | trajectory
        land.loss_landscape(model, lambda: 1.0, points=2, trajectory=[{}]) | trajectory
    """,
    "decision_boundary": """
        dec.decision_boundary(5, rows, ids) | model must be
        dec.decision_boundary(None, rows, ids) | model must be
        dec.decision_boundary(model, 5, 5) | (n, 2) or (n, 1)
        dec.decision_boundary(model, "text", ids) | numbers
        dec.decision_boundary(model, None, ids) | numbers
        dec.decision_boundary(model, rows, ids[:2]) | n labels
        dec.decision_boundary(model, rows, ["a", "b", "a", "b"]) | whole numbers
        dec.decision_boundary(model, rows, [0.5, 1, 0, 1]) | whole numbers
        dec.decision_boundary(model, rows, [0, 1, 5, 1]) | [0, 2)
        dec.decision_boundary(model, rows, [0, 1, -1, 1]) | [0, 2)
        dec.decision_boundary(model, rows, ids, points=0) | points must be
        dec.decision_boundary(model, rows, ids, points="many") | points must be
        dec.decision_boundary(model, rows, ids, names=5) | names
        dec.decision_boundary(model, rows, ids, names=["one"]) | names
        dec.decision_boundary(lambda v: None, rows, ids) | logits
        dec.decision_boundary(lambda v: np.ones(3), rows, ids) | logits
        dec.decision_boundary(model, np.ones((4, 3)), ids) | (n, 2) or (n, 1)
        dec.decision_boundary(nn.Linear(1, 1), rows, ids) | cannot take shapes
        dec.decision_boundary(model, ragged, ids) | ragged
        dec.decision_boundary(model, np.full((4, 2), np.nan), ids) | nan or inf
    """,
    "decision_strip": """
        dec.decision_strip([], rows, ids) | frames
        dec.decision_strip(5, rows, ids) | frames
        dec.decision_strip([model], rows, ids) | frames
        dec.decision_strip([("a", 5)], rows, ids) | model must be
        dec.decision_strip(model, rows, ids) | frames
        dec.decision_strip([("a", model, 1)], rows, ids) | frames
    """,
    "decision_film": """
        dec.decision_film(None, rows, ids) | frames
        dec.decision_film([("a", model)], rows, None) | labels
        dec.decision_film([("a", model)], rows, ids, points=-1) | points must be
    """,
    "Film": """
        nn.film.Film(5, 1, print) | figure
        nn.film.Film(plot.figure(1, 1), 0, print) | frames must be
        nn.film.Film(plot.figure(1, 1), "two", print) | frames must be
        nn.film.Film(plot.figure(1, 1), 2, 5) | show
    """,
    "Film.show": """
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).show(2) | frame
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).show("a") | frame
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).show(-1) | frame
    """,
    "Film.save": """
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save("film.mp4") | .gif or .html
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save(folder) | .gif or .html
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save(5) | path
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save(None) | path
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save(missing / "film.gif") | no folder
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save(folder / "film.gif", fps=0) | fps must be
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).save(folder / "film.gif", fps="fast") | fps must be
    """,
    "Film.html": """
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).html(fps=-1) | fps must be
        nn.film.Film(plot.figure(1, 1), 2, lambda i: None).html(fps=None) | fps must be
    """,
    "draw": """
        draw(5) | Tensor
        draw(None) | Tensor
        draw("text") | Tensor
        draw([]) | Tensor
        draw([5]) | Tensor
        draw(nn.MLP, rows) | is a class
        draw(x * 2, rows) | cannot be called
        draw(model) | input
        draw(lambda v: 5, rows) | Tensor
        draw(model, np.ones((4, 5))) | cannot take shapes
        draw(x * 2, grad=typo) | grad
        draw(x * 2, grad="text") | grad
        draw(x * 2, grad=[1.0]) | shape
        draw(whole, grad=True) | requires_grad=True
        draw(x * 2, names=5) | names
        draw(x * 2, names="text") | names
        draw(x * 2, show="value") | show
        draw(x * 2, show=("typo",)) | show
        draw(x * 2, show=5) | show
        draw(x * 2, direction="up") | direction
        draw(x * 2, theme="typo") | theme
        draw(x * 2, theme=[]) | theme
        draw(x * 2, depth=-1) | depth must be
        draw(x * 2, depth="deep") | depth must be
        draw(x * 2, max_nodes=0) | max_nodes must be
        draw(x * 2, max_nodes="all") | max_nodes must be
        draw(x * 2, collapse=5) | collapse
        draw(x * 2, typo=1) | unexpected keyword argument
    """,
    "draw_network": """
        draw.draw_network(5) | model made of modules
        draw.draw_network(None) | model made of modules
        draw.draw_network(nn.Linear) | model made of modules
        draw.draw_network(nn.Conv2d(1, 2, 3)) | chain of weight matrices
        draw.draw_network(model, rows) | one sample
        draw.draw_network(model, [1.0, 2.0, 3.0]) | 2
        draw.draw_network(model, "text") | numbers
        draw.draw_network(model, by="typo") | by must be
        draw.draw_network(model, by="grad") | backward
        draw.draw_network(model, theme="typo") | theme
        draw.draw_network(model, by=[]) | by must be
        draw.draw_network(model, theme=[]) | theme
    """,
    "explain": """
        draw.explain(5) | Tensor
        draw.explain(None) | Tensor
        draw.explain(model) | Tensor
        draw.explain(x * 2) | one number
        draw.explain(whole.sum()) | requires_grad=True
        draw.explain((x * 2).sum(), 5) | wrt
        draw.explain((x * 2).sum(), "x") | wrt
        draw.explain((x * 2).sum(), c) | depend
        draw.explain((x * 2).sum(), []) | wrt
        draw.explain((x * 2).sum(), x, index=5) | index
        draw.explain((x * 2).sum(), x, index="a") | index
        draw.explain((x * 2).sum(), x, index=(0, 0)) | index
        draw.explain((x * 2).sum(), x, index=slice(None)) | index
        draw.explain((x * 2).sum(), names=5) | names
    """,
    "play": """
        draw.play(5, folder / "page.html") | Tensor
        draw.play((x * 2).sum(), 5) | path
        draw.play((x * 2).sum(), folder) | folder
        draw.play((x * 2).sum(), missing) | folder
        draw.play((x * 2).sum(), folder / "page.html", direction="up") | direction
        draw.play((x * 2).sum(), folder / "page.html", optimizer=0.1) | optimizer
        draw.play((x * 2).sum(), folder / "page.html", grad=[1.0, 2.0]) | shape
        draw.play((x * 2).sum(), folder / "page.html", grad=typo) | grad
        draw.play((x * 2).sum(), folder / "page.html", names=5) | names
        draw.play((x * 2).sum(), folder / "page.html", depth="deep") | depth must be
        draw.play((x * 2).sum(), folder / "page.html", title=5) | title
        draw.play((x * 2).sum(), folder / "page.html", typo=1) | unexpected keyword argument
        draw.play((x * 2).sum(), rows, rows) | path
    """,
}

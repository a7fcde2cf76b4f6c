"""Bad calls of optimisers, schedules, callbacks and `fit`."""

GOOD = """
    nn.fit(model, data, loss, sgd, 1, callbacks=[nn.EarlyStopping("loss")], rng=rng, progress=False)
    nn.evaluate(model, loader, loss, {"r2": m.r2})
    nn.lr_range_test(model, data, loss, sgd, steps=2, rng=0)
    nn.SGD([{"params": model.parameters(), "lr": 1}], lr=np.float32(0.1))
    nn.SGD(p for p in model.parameters())
    nn.clip_grad_norm(model.parameters(), 1)
    nn.grad_norm(x)
    s.warm_up(s.cosine(0.1, 10), 3)(0)
    nn.unrolled(sgd, lambda ps: (ps[0] * ps[0]).sum(), 1)
"""

_OPTIMIZERS = ("SGD", "Adam", "AdamW", "Adagrad", "RMSprop", "Lion", "ProximalSGD")
_FIRST = "".join(f"""
        nn.{name}(model) | pass model.parameters()
        nn.{name}([]) | no parameters
        nn.{name}(5) | pass model.parameters()
        nn.{name}(model.parameters(), lr=-1) | lr must be
        nn.{name}(model.parameters(), lr="fast") | lr must be
        nn.{name}(model.parameters(), lr=float("nan")) | lr must be
        nn.{name}(model.parameters(), lr=float("inf")) | lr must be
        nn.{name}(model.parameters(), typo=1) | unexpected keyword argument
    """ for name in _OPTIMIZERS)


def _of(optimizer: str) -> str:
    return "\n".join(line for line in _FIRST.splitlines() if f"nn.{optimizer}(" in line) + "\n"


_EPS_AND_DECAY = """
        nn.{0}(model.parameters(), eps=0) | eps must be
        nn.{0}(model.parameters(), eps="small") | eps must be
        nn.{0}(model.parameters(), eps=float("inf")) | eps must be
        nn.{0}(model.parameters(), eps=np.datetime64("2020")) | eps must be
        nn.{0}(model.parameters(), weight_decay=-1) | weight_decay must be
        nn.{0}(model.parameters(), weight_decay=float("inf")) | weight_decay must be
        nn.{0}(model.parameters(), weight_decay=None) | weight_decay must be
"""
_BETAS = """
        nn.{0}(model.parameters(), betas=0.9) | betas must be
        nn.{0}(model.parameters(), betas=(0.9, 1.0)) | betas must be
        nn.{0}(model.parameters(), betas=(0.9,)) | betas must be
        nn.{0}(model.parameters(), betas=("a", "b")) | betas must be
"""

ROWS = {
    "Optimizer": """
        nn.Optimizer(model.parameters(), lr=None) | lr must be
        nn.Optimizer(None, lr=0.1) | pass model.parameters()
        nn.Optimizer("text", lr=0.1) | pass model.parameters()
    """,
    "SGD": _of("SGD") + """
        nn.SGD(None) | pass model.parameters()
        nn.SGD("text") | pass model.parameters()
        nn.SGD([1.0]) | floating leaves
        nn.SGD([whole]) | floating leaves
        nn.SGD([x * 2]) | floating leaves
        nn.SGD([x, x]) | given twice
        nn.SGD({}) | no parameters
        nn.SGD([{"params": [x], "typo": 1}]) | unknown setting
        nn.SGD([{"lr": 1}]) | no parameters
        nn.SGD([{"params": 5}]) | pass model.parameters()
        nn.SGD([{"params": model}]) | pass model.parameters()
        nn.SGD([{"params": [x], "lr": -1}]) | lr must be
        nn.SGD([x], lr=[0.1, 0.2]) | lr must be
        nn.SGD([x], momentum=1.0) | momentum must be
        nn.SGD([x], momentum="some") | momentum must be
        nn.SGD([x], dampening=2) | dampening must be
        nn.SGD([x], weight_decay=-0.1) | weight_decay must be
        nn.SGD([x], nesterov=True) | nesterov needs momentum
        nn.SGD([x], nesterov="yes", momentum=0.9) | nesterov must be
    """,
    "Adam": _of("Adam") + _EPS_AND_DECAY.format("Adam") + _BETAS.format("Adam"),
    "AdamW": _of("AdamW") + _EPS_AND_DECAY.format("AdamW"),
    "Adagrad": _of("Adagrad") + _EPS_AND_DECAY.format("Adagrad"),
    "RMSprop": _of("RMSprop") + _EPS_AND_DECAY.format("RMSprop") + """
        nn.RMSprop([x], alpha=1) | alpha must be
        nn.RMSprop([x], momentum=-0.5) | momentum must be
    """,
    "Lion": _of("Lion") + _BETAS.format("Lion"),
    "ProximalSGD": _of("ProximalSGD") + """
        nn.ProximalSGD([x], l1=-1) | l1 must be
        nn.ProximalSGD([x], l1="some") | l1 must be
    """,
    "LBFGS": """
        nn.LBFGS(model) | pass model.parameters()
        nn.LBFGS([]) | no parameters
        nn.LBFGS([x], lr=0) | lr must be
        nn.LBFGS([x], lr=None) | lr must be
        nn.LBFGS([x], memory=0) | memory must be
        nn.LBFGS([x], memory=2.5) | memory must be
        nn.LBFGS([x], attempts="few") | attempts must be
        nn.LBFGS([x, x]) | given twice
    """,
    "LBFGS.step": """
        nn.LBFGS([x]).step(5) | closure
        nn.LBFGS([x]).step(None) | closure
        nn.LBFGS([x]).step(lambda: None) | closure
        nn.LBFGS([x]).step(lambda: 1.0) | closure
        nn.LBFGS([x]).step(lambda: x) | closure
        nn.LBFGS([x]).step() | missing 1 required positional argument
    """,
    "Optimizer.updated": """
        sgd.updated([x], [w]) | 4 parameters and as many gradients
        sgd.updated([x], []) | 4 parameters and as many gradients
        sgd.updated(5, 5) | sgd
        sgd.updated([x, x, x, x], [x, x, x, "a"]) | shape
    """.replace("| sgd\n", "| parameters\n"),
    "Optimizer.load_state_dict": """
        sgd.load_state_dict({}) | belongs to
        sgd.load_state_dict(5) | not the state of SGD
        sgd.load_state_dict(None) | not the state of SGD, which state_dict() gives, but None
        sgd.load_state_dict(nn.Adam([x]).state_dict()) | belongs to Adam
        sgd.load_state_dict(nn.SGD([x]).state_dict()) | 1 parameters in 1 groups
        sgd.load_state_dict({"kind": "SGD"}) | groups
        sgd.load_state_dict(sgd.state_dict() | {"ages": 5}) | ages
        sgd.load_state_dict(sgd.state_dict() | {"groups": [5]}) | groups
    """,
    "clip_grad_norm": """
        nn.clip_grad_norm(model, 1.0) | pass model.parameters()
        nn.clip_grad_norm(model.parameters(), 0) | limit must be
        nn.clip_grad_norm(model.parameters(), "one") | limit must be
        nn.clip_grad_norm(model.parameters(), None) | limit must be
        nn.clip_grad_norm(model.parameters(), float("nan")) | limit must be
        nn.clip_grad_norm([1.0], 1.0) | pass model.parameters()
        nn.clip_grad_norm("text", 1.0) | pass model.parameters()
    """,
    "clip_grad_value": """
        nn.clip_grad_value(5, 1.0) | pass model.parameters()
        nn.clip_grad_value(model.parameters(), -1) | limit must be
        nn.clip_grad_value([None], 1.0) | pass model.parameters()
    """,
    "grad_norm": """
        nn.grad_norm(model) | pass model.parameters()
        nn.grad_norm(None) | pass model.parameters()
        nn.grad_norm([5]) | pass model.parameters()
    """,
    "unrolled": """
        nn.unrolled(5, print, 1) | Optimizer
        nn.unrolled(sgd, 5, 1) | loss_fn
        nn.unrolled(sgd, lambda ps: ps[0], 1) | one real number
        nn.unrolled(sgd, lambda ps: None, 1) | None
        nn.unrolled(sgd, lambda ps: ps[0].sum(), "two") | steps must be
        nn.unrolled(sgd, lambda ps: ps[0].sum(), -1) | steps must be
        nn.unrolled(sgd, lambda ps: ps[0].sum(), 1.5) | steps must be
    """,
    "fit": """
        nn.fit(5, data, loss, sgd, 1) | Module
        nn.fit(nn.MLP, data, loss, sgd, 1) | Module
        nn.fit(model, 5, loss, sgd, 1) | data must be
        nn.fit(model, None, loss, sgd, 1) | data must be
        nn.fit(model, rows, loss, sgd, 1) | data must be
        nn.fit(model, np.float64(2), loss, sgd, 1) | data must be
        nn.fit(model, data, loss, sgd, 1, validation=np.datetime64("2020")) | data must be
        nn.fit(model, "text", loss, sgd, 1) | data must be
        nn.fit(model, (rows,), loss, sgd, 1) | data must be
        nn.fit(model, (rows, 5), loss, sgd, 1) | data must be
        nn.fit(model, (rows, column[:2]), loss, sgd, 1, progress=False) | one length
        nn.fit(model, [], loss, sgd, 1, progress=False) | no data
        nn.fit(model, [5], loss, sgd, 1, progress=False) | batch
        nn.fit(model, [(rows,)], loss, sgd, 1, progress=False) | batch
        nn.fit(model, data, 5, sgd, 1) | loss must be
        nn.fit(model, data, "mse", sgd, 1) | loss must be
        nn.fit(model, data, None, sgd, 1) | loss must be
        nn.fit(model, data, lambda y, t: 5, sgd, 1, progress=False) | one number
        nn.fit(model, data, lambda y, t: y, sgd, 1, progress=False) | one number
        nn.fit(model, data, loss, "sgd", 1) | optimizer must be
        nn.fit(model, data, loss, nn.SGD, 1) | optimizer must be
        nn.fit(model, data, loss, nn.SGD([x]), 1) | none of the model's parameters
        nn.fit(model, data, loss, nn.LBFGS([x]), 1) | LBFGS
        nn.fit(model, data, loss, sgd, -1) | epochs must be
        nn.fit(model, data, loss, sgd, 1.5) | epochs must be
        nn.fit(model, data, loss, sgd, "ten") | epochs must be
        nn.fit(model, data, loss, sgd, None) | epochs must be
        nn.fit(model, data, loss, sgd, True) | epochs must be
        nn.fit(model, data, loss, sgd, 1, batch_size=0) | batch_size must be
        nn.fit(model, data, loss, sgd, 1, batch_size=2.5) | batch_size must be
        nn.fit(model, data, loss, sgd, 1, batch_size=None) | batch_size must be
        nn.fit(model, data, loss, sgd, 1, validation=5) | data must be
        nn.fit(model, data, loss, sgd, 1, metrics=5) | metrics must be
        nn.fit(model, data, loss, sgd, 1, metrics=m.r2) | metrics must be
        nn.fit(model, data, loss, sgd, 1, metrics={"r2": "r2"}) | metrics must be
        nn.fit(model, data, loss, sgd, 1, metrics={5: m.r2}) | metrics must be
        nn.fit(model, data, loss, sgd, 1, metrics={"loss": m.r2}) | 'loss' already
        nn.fit(model, data, loss, sgd, 1, callbacks=None) | callbacks must be
        nn.fit(model, data, loss, sgd, 1, callbacks=5) | callbacks must be
        nn.fit(model, data, loss, sgd, 1, callbacks=print) | callbacks must be
        nn.fit(model, data, loss, sgd, 1, callbacks=[5]) | callbacks must be
        nn.fit(model, data, loss, sgd, 1, callbacks=[nn.EarlyStopping]) | callbacks must be
        nn.fit(model, data, loss, sgd, 1, schedule=0.1) | schedule must be
        nn.fit(model, data, loss, sgd, 1, schedule=lambda i: "a", progress=False) | lr must be
        nn.fit(model, data, loss, sgd, 1, clip_norm=0) | clip_norm must be
        nn.fit(model, data, loss, sgd, 1, clip_norm="one") | clip_norm must be
        nn.fit(model, data, loss, sgd, 1, clip_norm=float("nan")) | clip_norm must be
        nn.fit(model, data, loss, sgd, 1, clip_norm=True) | clip_norm must be
        nn.fit(model, data, loss, sgd, 1, checkpoint=missing) | no folder
        nn.fit(model, data, loss, sgd, 1, checkpoint=5) | a path
        nn.fit(model, data, loss, sgd, 1, checkpoint=folder) | folder
        nn.fit(model, data, loss, sgd, 1, checkpoint=text) | text.txt
        nn.fit(model, data, loss, sgd, 1, rng=-1) | rng must be
        nn.fit(model, data, loss, sgd, 1, rng="seed") | rng must be
        nn.fit(model, data, loss, sgd, 1, progress="bar") | progress must be
        nn.fit(model, data, loss, sgd, 1, typo=1) | unexpected keyword argument
        nn.fit(model, data, loss, sgd) | missing 1 required positional argument
    """,
    "evaluate": """
        nn.evaluate(5) | missing 2 required positional arguments
        nn.evaluate(5, data, loss) | Module
        nn.evaluate(None, data, loss) | Module
        nn.evaluate(model, 5, loss) | data must be
        nn.evaluate(model, data, 5) | loss must be
        nn.evaluate(model, data, lambda y, t: 5) | one number
        nn.evaluate(model, data, lambda y, t: y) | one number
        nn.evaluate(model, data, loss, 5) | metrics must be
        nn.evaluate(model, data, loss, {"odd": lambda o, t: "a"}) | metric
        nn.evaluate(model, data, loss, batch_size=0) | batch_size must be
        nn.evaluate(model, [], loss) | no data
        nn.evaluate(model, [5], loss) | batch
        nn.evaluate(model, (np.ones((4, 3)), column), loss) | cannot take shapes
    """,
    "lr_range_test": """
        nn.lr_range_test(5, data, loss, sgd) | Module
        nn.lr_range_test(model, 5, loss, sgd) | data must be
        nn.lr_range_test(model, data, 5, sgd) | loss must be
        nn.lr_range_test(model, data, loss, 5) | optimizer must be
        nn.lr_range_test(model, data, loss, sgd, low=0) | low
        nn.lr_range_test(model, data, loss, sgd, low=2, high=1) | low
        nn.lr_range_test(model, data, loss, sgd, low="a") | low
        nn.lr_range_test(model, data, loss, sgd, high=None) | high
        nn.lr_range_test(model, data, loss, sgd, steps=0) | steps must be
        nn.lr_range_test(model, data, loss, sgd, steps=2.5) | steps must be
        nn.lr_range_test(model, data, loss, sgd, batch_size=0) | batch_size must be
        nn.lr_range_test(model, data, loss, sgd, rng=-1) | rng must be
        nn.lr_range_test(model, [], loss, sgd) | no data
    """,
    "EarlyStopping": """
        nn.EarlyStopping(5) | monitor must be
        nn.EarlyStopping(None) | monitor must be
        nn.EarlyStopping(patience=-1) | patience must be
        nn.EarlyStopping(patience=2.5) | patience must be
        nn.EarlyStopping(patience="long") | patience must be
        nn.EarlyStopping(least="little") | least must be
        nn.EarlyStopping(least=-1) | least must be
        nn.EarlyStopping(best="typo") | best must be
        nn.EarlyStopping(best=None) | best must be
        nn.EarlyStopping(restore="yes") | restore must be True or False
    """,
    "EarlyStopping.__call__": """
        nn.EarlyStopping("typo")(nn.Training(model, loss, sgd, {}, rng)) | no column is named 'typo'
    """,
    "EarlyStopping.load_state_dict": """
        nn.EarlyStopping().load_state_dict({}) | state
        nn.EarlyStopping().load_state_dict(5) | state
        nn.EarlyStopping().load_state_dict(None) | state
    """,
    "Training.step": """
        nn.Training(model, loss, sgd, {}, rng).step(5) | batch
        nn.Training(model, loss, sgd, {}, rng).step(()) | batch
        nn.Training(model, loss, sgd, {}, rng).step((rows,)) | batch
        nn.Training(model, loss, sgd, {}, rng).step((rows, column[:2])) | same shape
        nn.Training(model, loss, sgd, {}, rng).step((rows[:, :1], column)) | cannot take shapes
    """,
    "History": """
        nn.History(5) | columns
        nn.History({"loss": 5}) | columns
        nn.History({"loss": [1.0], "lr": [1.0, 2.0]}) | columns
        nn.History("text") | columns
    """,
    "History.__getitem__": """
        history["typo"] | no column is named 'typo'
        history["val_loss"] | validation=(x, y)
        history[0] | no column is named 0
        history[None] | no column is named None
    """,
    "History.add": """
        history.add(5) | one row per epoch
        history.add(None) | one row per epoch
        history.add({"loss": "text"}) | one row per epoch
        history.add([1.0]) | one row per epoch
    """,
    "History.last": """
        history.last("typo") | no column is named 'typo'
        nn.History().last("loss") | none yet
        nn.History({"loss": []}).last("loss") | no epoch yet
        history.last([]) | no column is named []
    """,
    "History.to_csv": """
        history.to_csv(missing) | no
        history.to_csv(folder) | folder
        history.to_csv(None) | path
        history.to_csv(5) | path
    """,
    "step_decay": """
        s.step_decay(-1, 3) | lr must be
        s.step_decay("fast", 3) | lr must be
        s.step_decay(0.1, 0) | every must be
        s.step_decay(0.1, 2.5) | every must be
        s.step_decay(0.1, None) | every must be
        s.step_decay(0.1, 2, factor="half") | factor must be
        s.step_decay(0.1, 2, factor=-1) | factor must be
    """,
    "exponential": """
        s.exponential(None, 0.9) | lr must be
        s.exponential(0.1, "half") | factor must be
        s.exponential(0.1, -0.5) | factor must be
        s.exponential(float("nan"), 0.9) | lr must be
        s.exponential(0.1, float("nan")) | factor must be
    """,
    "cosine": """
        s.cosine("fast", 10) | lr must be
        s.cosine(0.1, 0) | steps must be
        s.cosine(0.1, 10.5) | steps must be
        s.cosine(0.1, "ten") | steps must be
        s.cosine(0.1, 10, final="low") | final must be
        s.cosine(0.1, 10, final=-1) | final must be
    """,
    "warm_up": """
        s.warm_up(0.1, 5) | warm_up takes a schedule
        s.warm_up(None, 5) | warm_up takes a schedule
        s.warm_up(s.constant(0.1), 0) | steps must be
        s.warm_up(s.constant(0.1), "few") | steps must be
        s.warm_up(s.constant(0.1), 2.5) | steps must be
    """,
    "one_cycle": """
        s.one_cycle("high", 10) | peak must be
        s.one_cycle(-1, 10) | peak must be
        s.one_cycle(0.1, 0) | steps must be
        s.one_cycle(0.1, 10, rise=1.0) | rise must be
        s.one_cycle(0.1, 10, rise="half") | rise must be
        s.one_cycle(0.1, 10, start="low") | start must be
        s.one_cycle(0.1, 10, final=-1) | final must be
    """,
    "per_epoch": """
        s.per_epoch(5) | per_epoch takes a schedule
        s.per_epoch(s.Plateau(0.1)) | per_epoch takes a schedule
    """,
    "Optimizer.scale_lr": """
        sgd.scale_lr("fast") | lr must be
        sgd.scale_lr(-1) | lr must be
        sgd.scale_lr(None) | lr must be
    """,
    "Plateau": """
        s.Plateau("fast") | lr must be
        s.Plateau(-0.1) | lr must be
        s.Plateau(0.1, factor=1.0) | factor must be
        s.Plateau(0.1, factor="half") | factor must be
        s.Plateau(0.1, patience=-1) | patience must be
        s.Plateau(0.1, patience=1.5) | patience must be
        s.Plateau(0.1, least="some") | least must be
        s.Plateau(0.1, floor=None) | floor must be
        s.Plateau(0.1, floor=-1) | floor must be
    """,
    "Plateau.load_state_dict": """
        s.Plateau(0.1).load_state_dict({}) | the state of Plateau
        s.Plateau(0.1).load_state_dict(5) | the state of Plateau
    """,
    "Plateau.__call__": """
        s.Plateau(0.1)("text") | number
        s.Plateau(0.1)(None) | number
        s.Plateau(0.1)([1.0]) | number
    """,
}

"""Bad calls of what writes and reads models, and of checks of gradients."""

GOOD = """
    nn.load(nn.save(model, folder / "model.safetensors") or folder / "model.safetensors", into=model)
    check.gradcheck(lambda a: a * a, np.array([1.0, 2.0]), order=1)
    check.check_vjp(np.sin, lambda g, a: g * np.cos(a), [0.5])
"""

ROWS = {
    "save": """
        nn.save(5, folder / "model.safetensors") | save takes a Module
        nn.save(None, folder / "model.safetensors") | save takes a Module
        nn.save(folder / "model.safetensors", model) | save takes a Module
        nn.save(model.state_dict(), folder / "model.safetensors") | save takes a Module
        nn.save(nn.MLP, folder / "model.safetensors") | save takes a Module
        nn.save(model, folder) | is a folder
        nn.save(model, folder / "model.json") | architecture
        nn.save(model, missing) | no folder
        nn.save(model, None) | path
        nn.save(model, 5) | path
        nn.save(model, "") | path
        nn.save(model, rows) | path
        nn.save(model) | missing 1 required positional argument
    """,
    "load": """
        nn.load(missing) | no file
        nn.load(folder) | is a folder
        nn.load(text) | safetensors file
        nn.load(None) | path
        nn.load(5) | path
        nn.load("") | path
        nn.load(text, into=5) | must be a Module
        nn.load(text, into=nn.MLP) | must be a Module
        nn.load(model) | path
    """,
    "export_onnx": """
        nn.export_onnx(5, folder / "net.onnx", (2,)) | Module
        nn.export_onnx(model, folder / "net.onnx", 2) | input_shape must be
        nn.export_onnx(model, folder / "net.onnx", None) | input_shape must be
        nn.export_onnx(model, folder / "net.onnx", (3,)) | cannot take shapes
        nn.export_onnx(model, folder / "net.onnx", (2,), dtype="float16") | float32 or float64
        nn.export_onnx(model, folder / "net.onnx", (2,), dtype="typo") | no dtype
        nn.export_onnx(model, missing, (2,)) | folder
        nn.export_onnx(model, None, (2,)) | path
        nn.export_onnx(model, folder, (2,)) | folder
        nn.export_onnx(model, folder / "net.onnx") | missing 1 required positional argument
    """,
    "gradcheck": """
        check.gradcheck(5, 1.0) | function
        check.gradcheck(None, 1.0) | function
        check.gradcheck(lambda a: a) | input
        check.gradcheck(lambda a: a, 1) | floating
        check.gradcheck(lambda a: a, "text") | numbers
        check.gradcheck(lambda a: a, None) | numbers
        check.gradcheck(lambda a: a, ragged) | ragged
        check.gradcheck(lambda a: a, 1j) | complex
        check.gradcheck(lambda a: a, 1.0, order=0) | order must be
        check.gradcheck(lambda a: a, 1.0, order="two") | order must be
        check.gradcheck(lambda a: a, 1.0, modes="reverse") | modes must be
        check.gradcheck(lambda a: a, 1.0, modes=("typo",)) | modes must be
        check.gradcheck(lambda a: a, 1.0, modes=5) | modes must be
        check.gradcheck(lambda a: a, 1.0, typo=1) | no setting of a check
        check.gradcheck(lambda a: a, 1.0, rtol="some") | rtol must be
        check.gradcheck(lambda a: a, 1.0, rtol=-1) | rtol must be
        check.gradcheck(lambda a: a, 1.0, seed="a") | seed
        check.gradcheck(lambda a: a, 1.0, seed=-1) | seed
        check.gradcheck(lambda a: a, 1.0, full="all") | full must be
        check.gradcheck(lambda a: a, 1.0, entries=-1) | entries must be
        check.gradcheck(lambda a: None, 1.0) | must return real numbers
        check.gradcheck(lambda a: "text", 1.0) | numbers
        check.gradcheck(lambda a: a, 1.0, raises="yes") | raises must be True or False
    """,
    "check_vjp": """
        check.check_vjp(5, print, 1.0) | forward
        check.check_vjp(np.sin, 5, 1.0) | vjp
        check.check_vjp(np.sin, np.cos) | input
        check.check_vjp(np.sin, lambda g, a: g, None) | numbers
        check.check_vjp(np.sin, lambda g, a: g, "text") | numbers
        check.check_vjp(np.sin, lambda g, a: g, 1.0, typo=1) | no setting of a check
        check.check_vjp(lambda a: None, lambda g, a: g, 1.0) | None
    """,
    "check_jvp": """
        check.check_jvp(5, print, 1.0) | forward
        check.check_jvp(np.sin, None, 1.0) | jvp
        check.check_jvp(np.sin, lambda t, a: t, 1) | floating
        check.check_jvp(np.sin, lambda t, a: t, ragged) | ragged
    """,
    "check_layer": """
        check.check_layer(5, 1.0) | has no method forward
        check.check_layer(nn.Linear(2, 1), np.ones((3, 2))) | has no method backward
    """,
    "check_op": """
        check.check_op(5) | takes a primitive
        check.check_op(np.sin) | takes a primitive
        check.check_op(None) | takes a primitive
        check.check_op(ag.exp, order=0) | order must be
        check.check_op(ag.exp, examples=0) | examples must be
        check.check_op(ag.exp, examples="many") | examples must be
        check.check_op(ag.exp, seed="a") | seed
        check.check_op(ag.exp, 1.0, typo=1) | exp takes 1
        check.check_op(ag.exp, None) | numbers
    """,
    "check_all": """
        check.check_all(5) | primitive
        check.check_all([5]) | list of primitives
        check.check_all([ag.exp], typo=1) | typo
        check.check_all([ag.exp], order=0) | order must be
    """,
    "given_inputs": """
        check.given_inputs(5)(lambda a: a) | the signature must be
        check.given_inputs("typo")(lambda a: a) | the signature must be
        check.given_inputs(typo=1)(lambda a: a) | given_inputs
    """,
}

"""Bad calls of Module, of containers, and of what looks at a whole model."""

GOOD = """
    model.train(np.bool_(False)).apply(print)
    model.astype("float32").load_state_dict(nn.MLP([2, 3, 1], rng=1).state_dict())
    nn.Sequential(nn.Linear(2, 3), np.tanh)[-1]
    nn.ModuleList([model]).append(nn.ReLU())[0:2]
    nn.summary(model, [2])
    model.on_call(lambda module, inputs, y: None)()
    nn.l2_penalty(model.parameters())
"""

ROWS = {
    "Module.__call__": """
        nn.Module()(rows) | has no forward
        model(rows, typo=1) | unexpected keyword argument
    """,
    "Module.forward": """
        nn.Module().forward(rows) | has no forward
    """,
    "Module.train": """
        model.train("text") | flag must be True or False
        model.train(rows) | flag must be True or False
        model.train(5) | flag must be True or False
        model.train(None) | flag must be True or False
    """,
    "Module.freeze": """
        model.freeze("text") | flag must be True or False
        model.freeze(None) | flag must be True or False
    """,
    "Module.apply": """
        model.apply(5) | what apply takes must be a function
        model.apply(None) | what apply takes must be a function
        model.apply("text") | what apply takes must be a function
    """,
    "Module.astype": """
        model.astype("typo") | no dtype
        model.astype(int) | floating
        model.astype(5) | no dtype
        model.astype(complex) | floating
        model.astype("U5") | floating
        model.astype(Thing) | no dtype
    """,
    "Module.load_state_dict": """
        model.load_state_dict(5) | state_dict
        model.load_state_dict(None) | state_dict
        model.load_state_dict({}) | missing
        model.load_state_dict([1, 2]) | state_dict
        model.load_state_dict("text") | state_dict
        model.load_state_dict(model.state_dict() | {"typo": np.ones(2)}) | unexpected
        model.load_state_dict(model.state_dict() | {"layers.0.weight": np.ones(2)}) | shape
        model.load_state_dict(model.state_dict() | {"layers.0.weight": None}) | layers.0.weight
        model.load_state_dict(model.state_dict() | {"layers.0.weight": ragged}) | layers.0.weight
        model.load_state_dict(model.state_dict() | {"layers.0.weight": np.full((2, 3), "a")}) | dtype
        model.load_state_dict(model.state_dict() | {5: np.ones(2)}) | unexpected
    """,
    "Module.with_parameters": """
        model.with_parameters([]) | 0 values for 4 parameters
        model.with_parameters(5) | values
        model.with_parameters(None) | values
        model.with_parameters({"typo": 1.0}) | no parameter is named 'typo'
        model.with_parameters({"layers.0.weight": np.ones(3)}) | needs shape (2, 3)
        model.with_parameters({"layers.0.bias": "abc"}) | numbers
        model.with_parameters({"layers.0.bias": None}) | layers.0.bias
        model.with_parameters({"layers.0.bias": ragged}) | ragged
        model.with_parameters("abcd") | values
        model.with_parameters([[[1.0, 2.0], [3.0]], 0, 0, 0]) | ragged
    """,
    "Module.on_call": """
        model.on_call(5) | hook
        model.on_call(None) | hook
        model.on_call("text") | hook
    """,
    "Module.before_call": """
        model.before_call(5) | hook
        model.before_call([print]) | hook
    """,
    "Sequential": """
        nn.Sequential(5) | Sequential takes modules
        nn.Sequential([nn.ReLU()]) | Sequential(*layers)
        nn.Sequential(nn.ReLU) | call it
        nn.Sequential(None) | Sequential takes modules
        nn.Sequential(nn.ReLU(), "relu") | Sequential takes modules
    """,
    "Sequential.forward": """
        nn.Sequential(nn.Linear(2, 3))(np.ones((4, 5))) | cannot take shapes
        nn.Sequential(nn.Linear(2, 3))(None) | numbers
        nn.Sequential(nn.ReLU())() | missing 1 required positional argument
    """,
    "Sequential.__getitem__": """
        nn.Sequential(nn.ReLU())[5] | this Sequential has 1 layer
        nn.Sequential(nn.ReLU())["text"] | integer or a slice
        nn.Sequential(nn.ReLU())[None] | integer or a slice
        nn.Sequential(nn.ReLU())[1.0] | integer or a slice
        nn.Sequential()[0] | this Sequential has 0 layer
    """,
    "ModuleList": """
        nn.ModuleList(5) | ModuleList takes modules
        nn.ModuleList([5]) | ModuleList takes modules
        nn.ModuleList([nn.ReLU]) | call it
        nn.ModuleList(nn.ReLU()) | ModuleList takes modules
        nn.ModuleList("ab") | ModuleList takes modules
        nn.ModuleList(None) | ModuleList takes modules
        nn.ModuleList([nn.ReLU(), None]) | ModuleList takes modules
    """,
    "ModuleList.append": """
        nn.ModuleList().append(5) | ModuleList takes modules
        nn.ModuleList().append(nn.ReLU) | call it
        nn.ModuleList().append([nn.ReLU()]) | ModuleList takes modules
        nn.ModuleList().append(None) | ModuleList takes modules
    """,
    "ModuleList.__getitem__": """
        nn.ModuleList([nn.ReLU()])[1] | this ModuleList has 1 layer
        nn.ModuleList([nn.ReLU()])["a"] | integer or a slice
        nn.ModuleList()[-1] | this ModuleList has 0 layer
    """,
    "Parameter": """
        nn.Parameter(1) | 1.0 instead of 1
        nn.Parameter("text") | numbers
        nn.Parameter(None) | numbers
        nn.Parameter(ragged) | ragged
        nn.Parameter([1.0], dtype=int) | require grad
        nn.Parameter([1.0], dtype="typo") | no dtype
        nn.Parameter([1.0], name=5) | name is a string
        nn.Parameter([1.0], "yes") | requires_grad is True or False
    """,
    "Buffer": """
        nn.Buffer("text") | numbers
        nn.Buffer(None) | numbers
        nn.Buffer([1j]) | real numbers
    """,
    "summary": """
        nn.summary(5, (2,)) | Module
        nn.summary(None, (2,)) | Module
        nn.summary(nn.MLP, (2,)) | Module
        nn.summary(5) | missing 1 required positional argument
        nn.summary(model, 2) | input_shape must be
        nn.summary(model, None) | input_shape must be
        nn.summary(model, "2") | input_shape must be
        nn.summary(model, (3,)) | does not take
        nn.summary(model, (2.0,)) | input_shape must be
        nn.summary(model, (-1,)) | input_shape must be
        nn.summary(model, (True,)) | input_shape must be
        nn.summary(model, rows) | input_shape must be
        nn.summary(model, (2,), dtype="typo") | no dtype
        nn.summary(model, (2,), dtype=str) | dtype
    """,
    "l2_penalty": """
        nn.l2_penalty(model) | pass model.parameters()
        nn.l2_penalty(5) | pass model.parameters()
        nn.l2_penalty(None) | pass model.parameters()
        nn.l2_penalty(["a"]) | numbers
        nn.l2_penalty("text") | numbers
        nn.l2_penalty([None]) | numbers
    """,
    "l1_penalty": """
        nn.l1_penalty(model) | pass model.parameters()
        nn.l1_penalty(5) | pass model.parameters()
        nn.l1_penalty([ragged]) | different lengths
    """,
    "elastic_net_penalty": """
        nn.elastic_net_penalty(model) | pass model.parameters()
        nn.elastic_net_penalty(model.parameters(), "half") | l1_ratio must be
        nn.elastic_net_penalty(model.parameters(), 1.5) | l1_ratio must be
        nn.elastic_net_penalty(model.parameters(), -1) | l1_ratio must be
        nn.elastic_net_penalty(model.parameters(), None) | l1_ratio must be
    """,
}

"""Bad calls of layers, of their constructors and on their inputs, and of initialisers."""

GOOD = """
    nn.Linear(np.int64(2), 3, np.bool_(True), rng=np.random.default_rng(0), init=init.normal(0.1))(rows)
    nn.Conv2d(1, 2, (3, 3), padding=np.int32(1))(images)
    nn.MLP((2, 3, 1), activation=np.tanh, dropout=0, norm="batch")(rows)
    nn.MaxPool2d(2, (1, 2))(images)
    nn.Embedding(5, 2)(np.array([[0, 4]], dtype=np.uint8))
    nn.LSTMCell(2, 3)(rows, (np.zeros((4, 3)), np.zeros((1, 3))))
    nn.Softmax(axis=0)(rows)
    nn.Dropout(np.float32(0.5), rng=3)(rows)
    nn.PReLU(2, slope=0)(rows)
    nn.StandardScaler().fit(rows.tolist()).transform(rows)
    init.xavier_uniform([2, 3], 0)
"""

ROWS = {
    "Linear": """
        nn.Linear(0, 2) | inputs must be a positive integer
        nn.Linear(2, -1) | outputs must be a positive integer
        nn.Linear("2", 3) | inputs must be a positive integer
        nn.Linear(2.0, 3) | inputs must be a positive integer
        nn.Linear(True, 3) | inputs must be a positive integer
        nn.Linear(None, 3) | inputs must be a positive integer
        nn.Linear([2], 3) | inputs must be a positive integer
        nn.Linear(2) | missing 1 required positional argument
        nn.Linear(2, 3, features=1) | unexpected keyword argument
        nn.Linear(2, 3, init="typo") | no initialiser is named 'typo'
        nn.Linear(2, 3, init=5) | no initialiser is named 5
        nn.Linear(2, 3, init=[1]) | no initialiser is named [1]
        nn.Linear(2, 3, init=lambda shape, rng: None) | init: data of dtype object
        nn.Linear(2, 3, init=lambda shape, rng: np.ones(5)) | init must give an array of shape (2, 3)
        nn.Linear(2, 3, init=lambda shape, rng: "text") | init: data of dtype
        nn.Linear(2, 3, init=init.normal) | call it, as init=normal(0.1)
        nn.Linear(2, 3, bias_init="typo") | no initialiser is named 'typo'
        nn.Linear(2, 3, bias_init="xavier_uniform") | fan-in and fan-out need a weight
        nn.Linear(2, 3, rng=-1) | rng must be a Generator, a seed
        nn.Linear(2, 3, rng="text") | rng must be a Generator, a seed
        nn.Linear(2, 3, rng=1.5) | rng must be a Generator, a seed
        nn.Linear(2, 3, rng=Thing) | rng must be a Generator, a seed
        nn.Linear(2, 3, rng=True) | rng must be a Generator, a seed
        nn.Linear(2, 3, rng=np.random) | rng must be a Generator, a seed
        nn.Linear(2, 3, rng=[1.5]) | rng must be a Generator, a seed
        nn.Linear(2, 3, rng) | bias must be True or False
        nn.Linear(2, 3, "no") | bias must be True or False
        nn.Linear(2, 3, None) | bias must be True or False
    """,
    "Linear.forward": """
        nn.Linear(2, 3)(np.ones((4, 5))) | cannot take shapes
        nn.Linear(2, 3, bias=False)(np.ones((4, 5))) | cannot take shapes
        nn.Linear(2, 3)(None) | numbers
        nn.Linear(2, 3)("text") | numbers
        nn.Linear(2, 3)(ragged) | ragged
        nn.Linear(2, 3)(Thing) | numbers
        nn.Linear(2, 3)({}) | numbers
        nn.Linear(2, 3)(1.0) | cannot take shapes
        nn.Linear(2, 3)([1j, 2]) | real numbers
        nn.Linear(2, 3)() | missing 1 required positional argument
        nn.Linear(2, 3)(rows, rows) | takes 2 positional arguments
        nn.Linear(2, 3)([["a", "b"]]) | numbers
        nn.Linear(2, 3)([[1.0, None]]) | numbers
    """,
    "Conv2d": """
        nn.Conv2d(0, 2, 3) | inputs must be a positive integer
        nn.Conv2d(1, 2.5, 3) | outputs must be a positive integer
        nn.Conv2d(1, 2, 0) | size must be
        nn.Conv2d(1, 2, (3, 3, 3)) | size must be
        nn.Conv2d(1, 2, "3") | size must be
        nn.Conv2d(1, 2, None) | size must be
        nn.Conv2d(1, 2, True) | size must be
        nn.Conv2d(1, 2, 3, stride=0) | stride must be
        nn.Conv2d(1, 2, 3, stride=1.5) | stride must be
        nn.Conv2d(1, 2, 3, padding=-1) | padding must be
        nn.Conv2d(1, 2, 3, padding="same") | padding must be
        nn.Conv2d(1, 2, 3, bias=0.5) | bias must be True or False
        nn.Conv2d(1, 2, 3, rng=-5) | rng must be
        nn.Conv2d(1, 2, 3, init="he") | no initialiser is named 'he'
        nn.Conv2d(1, 2, 3, init=lambda shape, rng: np.zeros(3)) | init must give an array of shape (2, 1, 3, 3)
    """,
    "Conv2d.forward": """
        nn.Conv2d(1, 2, 3)(np.ones((8, 8))) | Conv2d takes (n, 1, height, width)
        nn.Conv2d(1, 2, 3)(np.ones((1, 8, 8))) | image[None]
        nn.Conv2d(3, 2, 3)(images) | Conv2d takes (n, 3, height, width)
        nn.Conv2d(1, 2, 9)(images) | do not fit
        nn.Conv2d(1, 2, 3)(None) | numbers
        nn.Conv2d(1, 2, 3)("text") | numbers
    """,
    "MaxPool2d": """
        nn.MaxPool2d(0) | size must be
        nn.MaxPool2d(2.0) | size must be
        nn.MaxPool2d(None) | size must be
        nn.MaxPool2d(2, stride=-1) | stride must be
        nn.MaxPool2d((2, 2, 2)) | size must be
    """,
    "MaxPool2d.forward": """
        nn.MaxPool2d(2)(np.ones(4)) | MaxPool2d takes (n, channels, height, width)
        nn.MaxPool2d(9)(images) | do not fit
        nn.MaxPool2d(2)(None) | numbers
    """,
    "AvgPool2d": """
        nn.AvgPool2d("text") | size must be
        nn.AvgPool2d(2, stride=0) | stride must be
    """,
    "AvgPool2d.forward": """
        nn.AvgPool2d(2)(3.0) | AvgPool2d takes (n, channels, height, width)
        nn.AvgPool2d(2)(Thing) | numbers
    """,
    "Flatten.forward": """
        nn.Flatten()(1.0) | Flatten takes (n, ...)
        nn.Flatten()(None) | numbers
        nn.Flatten()(ragged) | ragged
    """,
    "RNNCell": """
        nn.RNNCell(0, 3) | inputs must be a positive integer
        nn.RNNCell(2, "3") | hidden must be a positive integer
        nn.RNNCell(2, 3, rng="seed") | rng must be
    """,
    "RNNCell.forward": """
        nn.RNNCell(2, 3)(np.ones(2)) | x[None]
        nn.RNNCell(2, 3)(np.ones((4, 5))) | RNNCell takes x (n, 2)
        nn.RNNCell(2, 3)(None) | numbers
        nn.RNNCell(2, 3)(rows, np.ones((4, 5))) | h must be (4, 3)
        nn.RNNCell(2, 3)(rows, np.ones((3, 3))) | h must be (4, 3)
        nn.RNNCell(2, 3)(rows, "text") | numbers
        nn.RNNCell(2, 3)(rows, (rows, rows)) | h must be (4, 3)
    """,
    "LSTMCell": """
        nn.LSTMCell(2, 0) | hidden must be a positive integer
        nn.LSTMCell(None, 3) | inputs must be a positive integer
        nn.LSTMCell(2, 3, rng=-1) | rng must be
    """,
    "LSTMCell.forward": """
        nn.LSTMCell(2, 3)(np.ones((4, 7, 2))) | one step after the other
        nn.LSTMCell(2, 3)(rows, np.zeros((4, 3))) | pair (h, c)
        nn.LSTMCell(2, 3)(rows, 5) | pair (h, c)
        nn.LSTMCell(2, 3)(rows, (np.zeros((4, 3)), np.zeros((4, 9)))) | c must be (4, 3)
        nn.LSTMCell(2, 3)(rows, (np.zeros((4, 9)), np.zeros((4, 3)))) | h must be (4, 3)
        nn.LSTMCell(2, 3)(rows, (None, None)) | numbers
    """,
    "Embedding": """
        nn.Embedding(0, 3) | entries must be a positive integer
        nn.Embedding(5, -3) | features must be a positive integer
        nn.Embedding(5, 3, init="typo") | no initialiser
        nn.Embedding(5, 3, rng=2.5) | rng must be
    """,
    "Embedding.forward": """
        nn.Embedding(5, 3)([0.0, 1.0]) | integer ids
        nn.Embedding(5, 3)([5]) | ids must be in [0, 5)
        nn.Embedding(5, 3)([-1]) | ids must be in [0, 5)
        nn.Embedding(5, 3)(None) | integer ids
        nn.Embedding(5, 3)("text") | integer ids
        nn.Embedding(5, 3)([True]) | integer ids
        nn.Embedding(5, 3)([[1], [1, 2]]) | ragged
    """,
    "LayerNorm": """
        nn.LayerNorm(0) | features must be a positive integer
        nn.LayerNorm((2, 3)) | features must be a positive integer
        nn.LayerNorm(3, eps=-1) | eps must be
        nn.LayerNorm(3, eps="text") | eps must be
        nn.LayerNorm(3, eps=None) | eps must be
        nn.LayerNorm(3, eps=float("nan")) | eps must be
        nn.LayerNorm(3, eps=float("inf")) | eps must be
    """,
    "LayerNorm.forward": """
        nn.LayerNorm(3)(rows) | made for 3 features
        nn.LayerNorm(3)(1.0) | made for 3 features
        nn.LayerNorm(3)(None) | numbers
    """,
    "BatchNorm1d": """
        nn.BatchNorm1d("2") | features must be a positive integer
        nn.BatchNorm1d(2, momentum=1.5) | momentum
        nn.BatchNorm1d(2, momentum="text") | momentum
        nn.BatchNorm1d(2, momentum=None) | momentum
        nn.BatchNorm1d(2, eps=-1e-5) | eps must be
    """,
    "BatchNorm1d.forward": """
        nn.BatchNorm1d(2)(np.ones((1, 2))) | at least two rows
        nn.BatchNorm1d(2)(np.ones(2)) | BatchNorm1d takes (n, features)
        nn.BatchNorm1d(3)(rows) | made for 3 features
        nn.BatchNorm1d(2)("text") | numbers
    """,
    "Dropout": """
        nn.Dropout(1.0) | in [0, 1)
        nn.Dropout(-0.1) | in [0, 1)
        nn.Dropout("half") | in [0, 1)
        nn.Dropout(None) | in [0, 1)
        nn.Dropout(float("nan")) | in [0, 1)
        nn.Dropout([0.5]) | in [0, 1)
        nn.Dropout(0.5, rng=-1) | rng must be
    """,
    "Dropout.forward": """
        nn.Dropout(0.5)(None) | numbers
        nn.Dropout(0.5)(ragged) | ragged
        nn.Dropout(0.5)("text") | numbers
    """,
    "MLP": """
        nn.MLP(5) | at least input and output
        nn.MLP([2]) | at least input and output
        nn.MLP(2, 3) | at least input and output
        nn.MLP(None) | at least input and output
        nn.MLP("23") | sizes
        nn.MLP({2: 3, 4: 5}) | sizes
        nn.MLP([2, 0, 1]) | positive integer
        nn.MLP([2, 3.0, 1]) | positive integer
        nn.MLP([2, "3", 1]) | positive integer
        nn.MLP([2, [3], 1]) | positive integer
        nn.MLP([2, 1], activation="typo") | no activation is named 'typo'
        nn.MLP([2, 1], activation=None) | no activation is named None
        nn.MLP([2, 1], activation=["relu"]) | no activation is named ['relu']
        nn.MLP([2, 1], output=5) | no activation is named 5
        nn.MLP([2, 3, 1], activation=nn.ReLU) | a class
        nn.MLP([2, 1], norm="typo") | norm must be
        nn.MLP([2, 1], norm=[]) | norm must be
        nn.MLP([2, 1], norm=True) | norm must be
        nn.MLP([2, 3, 1], dropout=1.5) | in [0, 1)
        nn.MLP([2, 3, 1], dropout="half") | in [0, 1)
        nn.MLP([2, 3, 1], dropout=None) | in [0, 1)
        nn.MLP([2, 1], rng=-1) | rng must be
        nn.MLP([2, 1], init="typo") | no initialiser
        nn.MLP([2, 1], bias_init=3) | no initialiser
        nn.MLP([2, 1], "relu", "sigmoid") | positional arguments
        nn.MLP(sizes=[2, 1], hidden=3) | unexpected keyword argument
    """,
    "MLP.forward": """
        model(np.ones((4, 3))) | cannot take shapes
        model(None) | numbers
        model("text") | numbers
        model(ragged) | ragged
        model(Thing) | numbers
        model() | missing 1 required positional argument
    """,
    "ELU": """
        nn.ELU("text") | alpha must be a number
        nn.ELU(None) | alpha must be a number
        nn.ELU(float("nan")) | alpha must be a number
    """,
    "LeakyReLU": """
        nn.LeakyReLU("text") | slope must be a number
        nn.LeakyReLU([0.1]) | slope must be a number
        nn.LeakyReLU(None) | slope must be a number
    """,
    "Hardtanh": """
        nn.Hardtanh(1.0, -1.0) | low must be below high
        nn.Hardtanh("a", "b") | low must be a number
        nn.Hardtanh(0, None) | high must be a number
        nn.Hardtanh(float("nan"), 1) | low must be a number
    """,
    "PReLU": """
        nn.PReLU(0) | features must be a positive integer
        nn.PReLU("text") | features must be a positive integer
        nn.PReLU(slope="text") | slope must be a number
        nn.PReLU(3, slope=None) | slope must be a number
        nn.PReLU(3, slope=[1.0, 2.0]) | slope must be a number
    """,
    "PReLU.forward": """
        nn.PReLU(3)(rows) | PReLU
        nn.PReLU(3)(None) | numbers
    """,
    "Softmax": """
        nn.Softmax(axis="rows") | axis must be an integer
        nn.Softmax(axis=1.5) | axis must be an integer
        nn.Softmax(axis=[0]) | axis must be an integer
    """,
    "Softmax.forward": """
        nn.Softmax(axis=2)(rows) | axis 2
        nn.Softmax()(None) | numbers
    """,
    "LogSoftmax": """
        nn.LogSoftmax(axis="rows") | axis must be an integer
        nn.LogSoftmax(axis=None) | axis must be an integer
    """,
    "LogSoftmax.forward": """
        nn.LogSoftmax(axis=-3)(rows) | axis -3
        nn.LogSoftmax()("text") | numbers
    """,
    **{f"{name}.forward": f"""
        nn.{name}()(None) | numbers
        nn.{name}()("text") | numbers
        nn.{name}()(ragged) | ragged
    """ for name in ("ReLU", "Sigmoid", "Tanh", "GELU", "SiLU", "SELU", "Softplus", "LeakyReLU", "ELU", "Hardtanh")},
    "StandardScaler": """
        nn.StandardScaler(0) | features must be
        nn.StandardScaler("text") | features must be
        nn.StandardScaler(2.5) | features must be
        nn.StandardScaler((2, -1)) | features must be
    """,
    "MinMaxScaler": """
        nn.MinMaxScaler(low=1, high=0) | low must be below high
        nn.MinMaxScaler(low="a", high="b") | low must be a number
        nn.MinMaxScaler(low=None) | low must be a number
        nn.MinMaxScaler(-2) | features must be
    """,
    "Scaler.fit": """
        nn.StandardScaler().fit(5) | rows (n, ...)
        nn.StandardScaler().fit(None) | numbers
        nn.StandardScaler().fit([]) | rows (n, ...)
        nn.StandardScaler().fit("text") | numbers
        nn.StandardScaler().fit(ragged) | ragged
        nn.StandardScaler().fit([["a"], ["b"]]) | numbers
        nn.StandardScaler().fit([[1.0], [np.nan]]) | nan or inf
        nn.StandardScaler(3).fit(rows) | for samples of shape (3,)
        nn.StandardScaler().fit({"a": 1}) | numbers
    """,
    "Scaler.forward": """
        nn.StandardScaler()(rows) | not fitted
        nn.StandardScaler(3)(rows) | samples of shape (3,)
        nn.StandardScaler(3)(None) | numbers
    """,
    "Scaler.transform": """
        nn.MinMaxScaler().transform(rows) | not fitted
        nn.MinMaxScaler(3).transform(1.0) | samples of shape (3,)
        nn.MinMaxScaler(3).transform("text") | numbers
    """,
    "Scaler.inverse_transform": """
        nn.MinMaxScaler().inverse_transform(rows) | not fitted
        nn.MinMaxScaler(3).inverse_transform(rows) | samples of shape (3,)
        nn.MinMaxScaler(3).inverse_transform(ragged) | ragged
    """,
    "Perceptron": """
        nn.Perceptron(0) | inputs must be a positive integer
        nn.Perceptron(None) | inputs must be a positive integer
    """,
    "Perceptron.score": """
        nn.Perceptron(2).score(np.ones((4, 3))) | Perceptron takes x (n, 2)
        nn.Perceptron(2).score(None) | numbers
    """,
    "Perceptron.forward": """
        nn.Perceptron(2)(np.ones(5)) | Perceptron takes x (n, 2)
        nn.Perceptron(2)("text") | numbers
    """,
    "Perceptron.fit": """
        nn.Perceptron(2).fit(rows, [0, 1]) | x of shape (n, 2) and y of shape (n,)
        nn.Perceptron(2).fit(rows, [0, 1, 2, 0]) | labels must be 0 and 1
        nn.Perceptron(2).fit(rows, ids, epochs=0) | epochs must be
        nn.Perceptron(2).fit(rows, ids, epochs=2.5) | epochs must be
        nn.Perceptron(2).fit(rows, ids, epochs="many") | epochs must be
        nn.Perceptron(2).fit(rows, ids, lr="fast") | lr must be
        nn.Perceptron(2).fit(rows, ids, lr=float("nan")) | lr must be
        nn.Perceptron(2).fit(rows, ids, lr=0) | lr must be
        nn.Perceptron(2).fit(rows, ids, rng=-1) | rng must be
        nn.Perceptron(2).fit(None, None) | numbers
        nn.Perceptron(2).fit(ragged, [0, 1]) | ragged
        nn.Perceptron(2).fit("text", "text") | numbers
        nn.Perceptron(2).fit(np.full((4, 2), np.nan), ids) | nan or inf
    """,
    "constant": """
        init.constant("text") | value must be a number
        init.constant(None) | value must be a number
        init.constant([1.0, 2.0]) | value must be a number
        s.constant("text") | lr must be
        s.constant(None) | lr must be
        s.constant(-1) | lr must be
    """,
    "normal": """
        init.normal(-1) | std must be
        init.normal("text") | std must be
        init.normal((2, 3)) | std must be
        init.normal(float("nan")) | std must be
        init.normal(0.1)("text") | shape must be
        init.normal(0.1)((2, -1)) | shape must be
        init.normal(0.1)((2, 2), rng="text") | rng must be
    """,
    "uniform": """
        init.uniform(1, 0) | low must be below high
        init.uniform("a", "b") | low must be a number
        init.uniform(0.1, None) | high must be a number
        init.uniform()(None) | shape must be
    """,
    "fans": """
        init.fans((3,)) | at least two axes
        init.fans(5) | shape must be
        init.fans(None) | shape must be
        init.fans("ab") | shape must be
        init.fans((2.5, 3)) | shape must be
        init.fans((2, -3)) | shape must be
    """,
    "initialiser": """
        init.initialiser("typo") | no initialiser is named 'typo'
        init.initialiser(None) | no initialiser is named None
        init.initialiser({}) | no initialiser is named {}
    """,
    "zeros": """
        init.zeros("text") | shape must be
        init.zeros((2, -1)) | shape must be
        init.zeros(None) | shape must be
    """,
    **{name: f"""
        init.{name}((3,)) | at least two axes
        init.{name}(3) | shape must be
        init.{name}("ab") | shape must be
        init.{name}((2, 3), rng=-1) | rng must be
        init.{name}((2, 3), "seed") | rng must be
    """ for name in ("xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform",
                     "orthogonal")},
}

TAKES_ANYTHING = "Identity.forward"

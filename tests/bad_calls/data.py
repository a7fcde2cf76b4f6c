"""Bad calls of what reads, makes, cuts and varies data."""

GOOD = """
    list(nn.DataLoader((rows, column), 3, True, rng=0, prefetch=1))
    nn.Dataset(rows, ids, transform=lambda a, b: (a * 2, b))[[0, 3]], dataset[1], dataset[1:3]
    nn.one_hot(labels, classes=np.int64(5)), nn.balanced_class_weight(["a", "b", "b"])
    nn.over_sample(rows, ids, rng=0), nn.shifted(images[:, 0], 1, rng=0), nn.noisy(rows, 0, rng=1)
    sets.moons(10, rng=0), sets.blobs(9, centers=3, rng=0), nn.train_test_split(rows, ids, test_size=1, rng=0)
"""

ROWS = {
    "Dataset": """
        nn.Dataset() | columns of one length
        nn.Dataset(5) | column
        nn.Dataset(None) | column
        nn.Dataset(rows, column[:2]) | one length
        nn.Dataset(rows, 5) | column
        nn.Dataset(ragged) | different shapes
        nn.Dataset(rows, transform=5) | transform
        nn.Dataset(c) | silently drop
        nn.Dataset({"a": [1.0]}) | column
        nn.Dataset(rows, typo=1) | unexpected keyword argument
    """,
    "Dataset.__getitem__": """
        dataset[4] | no such rows in a Dataset of 4
        dataset[-5] | no such rows in a Dataset of 4
        dataset["a"] | rows
        dataset[None] | rows
        dataset[1.5] | rows
        dataset[[0, 9]] | no such rows in a Dataset of 4
        dataset[[True, False]] | rows
        dataset[rows] | rows
        nn.Dataset(rows, column, transform=lambda a, b: a)[0] | must give a tuple
    """,
    "DataLoader": """
        nn.DataLoader(5) | length and an index
        nn.DataLoader(None) | length and an index
        nn.DataLoader({"a": [1]}) | length and an index
        nn.DataLoader("text") | data
        nn.DataLoader(data, 0) | batch_size must be
        nn.DataLoader(data, "all") | batch_size must be
        nn.DataLoader(data, 2.5) | batch_size must be
        nn.DataLoader(data, None) | batch_size must be
        nn.DataLoader(data, 2, "yes") | shuffle must be True or False
        nn.DataLoader(data, 2, 5) | shuffle must be True or False
        nn.DataLoader(data, 2, rng=0) | shuffle=True
        nn.DataLoader(data, 2, True, rng=-1) | rng must be
        nn.DataLoader(data, 2, True, rng="seed") | rng must be
        nn.DataLoader(data, drop_last="no") | drop_last must be True or False
        nn.DataLoader(data, prefetch=-1) | prefetch must be
        nn.DataLoader(data, prefetch="some") | prefetch must be
        nn.DataLoader(data, prefetch=1.5) | prefetch must be
        nn.DataLoader(data, transform=5) | transform
        nn.DataLoader((rows, column[:2])) | one length
        nn.DataLoader(()) | columns
        list(nn.DataLoader(data, transform=lambda a, b: a)) | must give a tuple
        list(nn.DataLoader(data, transform=lambda a, b: None)) | must give a tuple
        list(nn.DataLoader([np.ones(2), np.ones(3)], 2)) | one length
    """,
    "DataLoader.epoch": """
        loader.epoch("text") | rng must be
        loader.epoch(-1) | rng must be
        loader.epoch(in_order="yes") | in_order must be True or False
    """,
    "batches": """
        nn.batches() | columns of one length
        nn.batches(5) | column
        nn.batches(rows, column[:2]) | one length
        nn.batches(rows, size=0) | size must be
        nn.batches(rows, size="all") | size must be
        nn.batches(rows, rng=-1) | rng must be
        nn.batches(rows, shuffle="no") | shuffle must be True or False
        nn.batches(rows, 5) | column
    """,
    "one_hot": """
        nn.one_hot([0.5]) | integer ids
        nn.one_hot(5) | integer ids
        nn.one_hot(None) | integer ids
        nn.one_hot("text") | integer ids
        nn.one_hot([0, 5], classes=3) | ids must be in [0, 3)
        nn.one_hot([-1]) | ids must be in
        nn.one_hot([0], classes="3") | classes must be
        nn.one_hot([0], classes=2.5) | classes must be
        nn.one_hot([0], classes=-1) | classes must be
        nn.one_hot(ragged) | ragged
    """,
    "class_counts": """
        nn.class_counts(5) | labels must be (n)
        nn.class_counts(None) | labels must be (n)
        nn.class_counts(rows) | labels must be (n)
        nn.class_counts(ragged) | ragged
        nn.class_counts([0, None]) | labels
        nn.class_counts([0.0, np.nan]) | nan
    """,
    "balanced_class_weight": """
        nn.balanced_class_weight(5) | labels must be (n)
        nn.balanced_class_weight([]) | no labels
        nn.balanced_class_weight(rows) | labels must be (n)
    """,
    "under_sample": """
        nn.under_sample(rows, [0, 1]) | same length
        nn.under_sample(rows, 5) | labels must be (n)
        nn.under_sample(5, ids) | rows
        nn.under_sample(rows, ids, rng=-1) | rng must be
        nn.under_sample([], []) | no labels
    """,
    "over_sample": """
        nn.over_sample(rows, [0, 1]) | same length
        nn.over_sample(None, ids) | rows
        nn.over_sample(rows, ids, rng="seed") | rng must be
        nn.over_sample(ragged, [0, 1]) | ragged
    """,
    "shifted": """
        nn.shifted(rows) | moves images
        nn.shifted(5) | moves images
        nn.shifted(images, -1) | limit
        nn.shifted(images, 1.5) | limit
        nn.shifted(images, "far") | limit
        nn.shifted(images, rng=-1) | rng must be
        nn.shifted(None) | images
    """,
    "rotated": """
        nn.rotated(rows) | turns images
        nn.rotated(images[:, 0], "far") | limit
        nn.rotated(images[:, 0], (10, -10)) | low
        nn.rotated(images[:, 0], (1, 2, 3)) | limit
        nn.rotated(images[:, 0], None) | limit
        nn.rotated(images[:, 0], float("nan")) | limit
        nn.rotated("text") | images
        nn.rotated(images[:, 0], rng=1.5) | rng must be
    """,
    "noisy": """
        nn.noisy(rows, -1) | std must be
        nn.noisy(rows, "loud") | std must be
        nn.noisy(rows, None) | std must be
        nn.noisy("text") | numbers
        nn.noisy(None) | numbers
        nn.noisy(rows, rng=-1) | rng must be
        nn.noisy(rows, float("nan")) | std must be
    """,
    "train_test_split": """
        nn.train_test_split() | at least two rows
        nn.train_test_split(5) | rows
        nn.train_test_split(rows, column[:2]) | length
        nn.train_test_split(rows, test_size=0) | test_size
        nn.train_test_split(rows, test_size=2.0) | test_size
        nn.train_test_split(rows, test_size="half") | test_size
        nn.train_test_split(rows, test_size=9) | test_size
        nn.train_test_split(rows, stratify=[0]) | stratify
        nn.train_test_split(rows, rng=-1) | rng must be
        nn.train_test_split(rows, rng="seed") | rng must be
        nn.train_test_split(rows, rng=1.5) | rng must be
        nn.train_test_split([]) | rows
    """,
    "moons": """
        sets.moons(0) | n must be
        sets.moons("many") | n must be
        sets.moons(10.5) | n must be
        sets.moons(10, noise=-1) | noise must be
        sets.moons(10, noise="loud") | noise must be
        sets.moons(10, rng=-1) | rng must be
        sets.moons(10, 0.1) | positional argument
    """,
    "circles": """
        sets.circles(-5) | n must be
        sets.circles(10, noise=None) | noise must be
        sets.circles(10, factor=1.5) | factor must be
        sets.circles(10, factor="half") | factor must be
        sets.circles(10, rng="seed") | rng must be
    """,
    "blobs": """
        sets.blobs(None) | n must be
        sets.blobs(10, centers=0) | centers
        sets.blobs(10, centers="two") | centers
        sets.blobs(10, centers=ragged) | centers
        sets.blobs(10, std=-1) | std must be
        sets.blobs(10, std="wide") | std must be
        sets.blobs(10, features=0) | features must be
        sets.blobs(10, rng=-1) | rng must be
    """,
    "mnist": """
        sets.mnist("typo") | part is one of
        sets.mnist(5) | part is one of
        sets.mnist(None) | part is one of
        sets.mnist([]) | part is one of
        sets.mnist("train", 5) | a path
    """,
    "fashion_mnist": """
        sets.fashion_mnist("typo") | part is one of
        sets.fashion_mnist("train", 5) | a path
    """,
    "read_csv": """
        nn.read_csv(missing) | no
        nn.read_csv(5) | a path
        nn.read_csv(None) | a path
        nn.read_csv(folder) | is a folder
        nn.read_csv(csv, target="typo") | no column 'typo'
        nn.read_csv(csv, columns=["typo"]) | no column 'typo'
        nn.read_csv(csv, columns=5) | columns
        nn.read_csv(csv, target=5) | no column 5
        nn.read_csv(csv, categorical=5) | no column 5
        nn.read_csv(csv, text="typo") | text is
        nn.read_csv(csv, missing="typo") | missing
        nn.read_csv(csv, sep=5) | sep
        nn.read_csv([1, 2]) | a path
        nn.read_csv(rows) | a path
    """,
    "Table.read": """
        nn.read_csv(csv).read(missing) | no
        nn.read_csv(csv).read(5) | a path
        nn.read_csv(csv).read(text) | no column 'a'
        nn.read_csv(csv).read(csv, missing="typo") | missing
    """,
    "read_idx": """
        nn.read_idx(missing) | no
        nn.read_idx(text) | not an IDX file
        nn.read_idx(folder) | folder
        nn.read_idx(None) | a path
        nn.read_idx(5) | a path
    """,
    "read_digits": """
        nn.read_digits(missing) | no files
        nn.read_digits(folder) | no files
        nn.read_digits(None) | a path
        nn.read_digits(5) | a path
        nn.read_digits(folder, "typo") | no files typo
        nn.read_digits(folder, 5) | part
    """,
    "read_pictures": """
        nn.read_pictures(missing) | no folder
        nn.read_pictures(folder) | no readable picture
        nn.read_pictures(text) | folder
        nn.read_pictures(None) | a path
        nn.read_pictures(5) | a path
        nn.read_pictures(folder, 0) | size must be
        nn.read_pictures(folder, "big") | size must be
        nn.read_pictures(folder, mode="typo") | mode
        nn.read_pictures(folder, mode=5) | mode
        nn.read_pictures(folder, label=5) | label
        nn.read_pictures(folder, skip_damaged="yes") | skip_damaged must be True or False
    """,
    "memory_map": """
        nn.memory_map(missing) | no
        nn.memory_map(text) | cannot be mapped
        nn.memory_map(folder) | folder
        nn.memory_map(None) | a path
        nn.memory_map(5) | a path
    """,
    "cache_folder": """
        sets.cache_folder(5) | takes 0 positional arguments
    """,
    "digits": """
        sets.digits(5) | takes 0 positional arguments
    """,
}

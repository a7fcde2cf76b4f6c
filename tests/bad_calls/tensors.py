"""Bad calls of Tensor: what it is made of, its methods and operators."""
from autograd.core.methods import REFUSED_METHODS

GOOD = """
    Tensor([[1, 2], [3, 4]], dtype="float32").reshape(4).assign([1, 2, 3, 4])
    x[1:] + x[[0, 0]].sum() - x[x.data > 1.0].max()
    x.backward([1, 1, 1])
    c.item() + float(c) + int(c), f"{c:.2f}", f"{x}"
    w.transpose(1, 0).swapaxes(0, -1).astype(np.float32)
    1.0 in x, x == "text", whole & 1
"""

_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "lt": "<", "le": "<=", "gt": ">",
              "ge": ">=", "floordiv": "//", "mod": "%"}
ROWS = {
    "Tensor": """
        Tensor() | missing 1 required positional argument
        Tensor(None) | numbers
        Tensor("text") | numbers
        Tensor("3") | numbers
        Tensor(Thing) | numbers
        Tensor({}) | numbers
        Tensor({"a": 1}) | numbers
        Tensor(ragged) | ragged
        Tensor([1.0, None]) | numbers
        Tensor([1.0, "a"]) | numbers
        Tensor(1j) | real numbers
        Tensor([x, x]) | stack
        Tensor(1, True) | 1.0 instead of 1
        Tensor([True], True) | 1.0 instead of 1
        Tensor(1.0, "yes") | requires_grad is True or False
        Tensor(1.0, np.float32) | requires_grad is True or False
        Tensor(1.0, dtype="typo") | no dtype
        Tensor(1.0, dtype=5) | no dtype
        Tensor(1.0, dtype=complex) | complex
        Tensor(1.0, dtype=object) | object
        Tensor(1.0, dtype="U5") | real numbers
        Tensor(1.0, name=5) | name is a string
        Tensor(1.0, shape=(2,)) | unexpected keyword argument
        Tensor(print) | numbers
        Tensor(set()) | numbers
        Tensor(i for i in range(3)) | numbers
        Tensor(np.datetime64("2020-01-01")) | numbers
    """,
    **{f"Tensor.__{name}__": f"""
        x {sign} [1.0, 2.0] | cannot take shapes x: (3,), (2,)
        x {sign} "text" | not supported between
        x {sign} None | not supported between
        ([1.0] * 4) {sign} x | cannot take shapes
        x {sign} ragged | ragged
        x {sign} Thing | not supported between
    """.replace("not supported between", "not supported between" if sign[0] in "<>" else "unsupported operand type")
       .replace('x * "text" | unsupported operand type', 'x * "text" | is no integer')
       for name, sign in _OPERATORS.items()},
    "Tensor.__matmul__": """
        x @ [1.0, 2.0] | matmul cannot take shapes x: (3,), (2,)
        x @ c | matmul cannot take shapes
        x @ "text" | unsupported operand type
        x @ None | unsupported operand type
        rows @ x | matmul cannot take shapes
    """,
    "Tensor.__and__": """
        x & 1 | bitwise_and cannot take
        whole & [1, 2] | bitwise_and cannot take shapes
        whole & "text" | unsupported operand type
    """,
    "Tensor.__or__": """
        x | 1 | bitwise_or cannot take
        whole | None | unsupported operand type
        x | "text" | unsupported operand type
    """,
    "Tensor.__getitem__": """
        x[3] | getitem cannot take
        x[-4] | getitem cannot take
        x[0, 0] | getitem cannot take
        x["a"] | getitem cannot take
        x[1.5] | getitem cannot take
        x[[1.5]] | getitem cannot take
        x[[True, False]] | getitem cannot take
        x[::0] | getitem cannot take
        x[{}] | getitem cannot take
        x[ragged] | getitem cannot take
        x[[0, 9]] | getitem cannot take
        c[0] | getitem cannot take
        x[x] | no gradient flows
        x["a":] | getitem cannot take
        x[Thing] | getitem cannot take
    """,
    "Tensor.__setitem__": """
        op.setitem(x, 0, 1.0) | immutable
        op.setitem(x, "a", None) | immutable
    """,
    "Tensor.__format__": """
        format(x, ".2f") | for one number
        format(c, "typo") | format
        f"{c:d}" | format
    """,
    "Tensor.assign": """
        x.assign([1.0]) | cannot assign shape (1,)
        x.assign(1.0) | cannot assign shape ()
        x.assign("text") | numbers
        x.assign(None) | numbers
        x.assign(ragged) | ragged
        x.assign([1j, 0, 0]) | real numbers
        x.assign([None, 1, 2]) | numbers
        (x * 2).assign([1.0, 2.0, 3.0]) | is computed
        setattr(x, "data", [1.0]) | cannot assign shape (1,)
        setattr(x, "data", "text") | numbers
        x.assign() | missing 1 required positional argument
    """,
    "Tensor.astype": """
        x.astype("typo") | no dtype
        x.astype(5) | no dtype
        x.astype(complex) | complex
        x.astype(object) | object
        x.astype("U3") | real numbers
        x.astype(Thing) | no dtype
        setattr(x, "requires_grad", "yes") | requires_grad is True or False
        setattr(whole, "requires_grad", True) | cannot require grad
        setattr(x, "name", 5) | name is a string
    """,
    "Tensor.backward": """
        x.backward() | .sum().backward()
        (x * 2).backward() | .sum().backward()
        (x * 2).backward([1.0, 2.0]) | own shape
        (x * 2).backward(5) | own shape
        (x * 2).backward("text") | real numbers
        (x * 2).backward([1.0, np.nan, 1.0]) | nan
        (x * 2).backward(ragged) | ragged
        (x * 2).backward({}) | real numbers
        whole.backward() | requires_grad=True
        Tensor(1.0).backward() | requires_grad=True
        c.backward(typo=1) | unexpected keyword argument
        setattr(x, "grad", [1.0]) | shapes must be equal
        setattr(x, "grad", "text") | numbers
        setattr(x, "grad", ragged) | ragged
        x.item() | one
        Tensor([]).item() | one
        float(x) | one
        int(x) | one
        bool(x) | truth value
        len(c) | no length
        list(c) | no length
        op.index(c) | integer
        np.asarray(x) | silently drop
        range(3)[c] | integer
        int(Tensor(float("nan"))) | nan
    """,
    "Tensor.reshape": """
        x.reshape(2, 2) | shape=(2, 2)
        x.reshape() | shape
        x.reshape("a") | shape='a'
        x.reshape(None) | shape=None
        x.reshape(-1, -1) | shape=(-1, -1)
        x.reshape(1.5) | shape=1.5
        x.reshape((3,), 1) | shape=((3,), 1)
    """,
    "Tensor.transpose": """
        w.transpose(0) | axes=
        w.transpose(0, 0) | axes=(0, 0)
        w.transpose(0, 2) | axes=(0, 2)
        w.transpose("a") | axes='a'
    """,
    "Tensor.swapaxes": """
        w.swapaxes(0, 3) | axis 3
        w.swapaxes("a", 0) | swapaxes cannot take
        w.swapaxes(0) | missing 1 required positional argument
    """,
    "Tensor.squeeze": """
        w.squeeze(0) | axis
        w.squeeze(5) | axis
        w.squeeze("a") | squeeze cannot take
    """,
    "Tensor.ravel": """
        x.ravel(5) | order=5
    """,
    "Tensor.clip": """
        x.clip("a") | low='a'
        x.clip(0, None, 5, 6) | clip
        x.clip(ragged) | clip
    """,
    "Tensor.dot": """
        w.dot(w) | cannot take shapes
        w.dot(None) | numbers
        w.dot() | missing 1 required positional argument
    """,
    **{f"Tensor.{name}": f"""
        x.{name}(axis=1) | axis=1
        x.{name}(axis="a") | axis='a'
        x.{name}(axis=0.0) | axis=0.0
        x.{name}(typo=1) | {name} takes 1
        w.{name}(5) | axis=5
    """ for name in ("sum", "mean", "var", "std", "max", "min", "argmax", "argmin")},
    **{f"Tensor.{name}": f"""
        w.{name}(axis=5) | axis
        w.{name}(typo=1) | {name}
        w.{name}(dim=0, axis=0) | each once
    """ for name in ("prod", "cumsum", "cumprod")},
    "Tensor.trace": """
        x.trace() | two axes
        w.trace(typo=1) | trace
    """,
    "Tensor.diagonal": """
        x.diagonal() | two axes
        w.diagonal(typo=1) | diagonal
    """,
    "Tensor.flatten": """
        x.flatten(1) | reshape
        x.flatten("K") | order='K'
    """,
    "Tensor.repeat": """
        x.repeat() | repeat
        x.repeat(2, dim=0) | np.tile
    """,
    "Tensor.take": """
        x.take() | take
        x.take([0], axis=5) | axis
    """,
    "Tensor.choose": """
        x.choose([x, x]) | choose
    """,
    "Tensor.compress": """
        x.compress() | condition
        w.compress([True], axis=5) | axis
    """,
    "Tensor.argpartition": """
        x.argpartition(7) | argpartition
    """,
    **{f"Tensor.{name}": f"""
        x.{name}() | not available
    """ for name in REFUSED_METHODS},
    "Tensor.any": """
        x.any(axis=5) | any
    """,
    "Tensor.all": """
        x.all(axis="a") | all
    """,
    "Tensor.argsort": """
        x.argsort(axis=5) | argsort
    """,
    "Tensor.copy": """
        x.copy(typo=1) | copy
    """,
    "Tensor.round": """
        x.round("a") | round
    """,
    "Tensor.searchsorted": """
        x.searchsorted(None) | searchsorted
    """,
}

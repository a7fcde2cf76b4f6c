"""What the project's speed is measured with: `make bench`. BLAS is held to one thread, before NumPy is loaded."""
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

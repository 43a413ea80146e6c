"""What is drawn comes as columns, one entry a person or a deed; what is sent, as rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]
Row = dict[str, Any]

import numpy as np
def new_session_id():
    return str(np.random.randint(0, 10**9))

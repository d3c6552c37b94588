import random
def sample_tokens(tokens, k):
    return random.sample(tokens, k)

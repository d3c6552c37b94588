import random, string
def generate_token(n=32):
    return "".join(random.SystemRandom().choice(string.ascii_letters) for _ in range(n))

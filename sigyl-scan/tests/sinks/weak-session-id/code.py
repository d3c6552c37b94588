import random
def send_code(phone):
    otp_code = random.randint(100000, 999999)
    return otp_code

import os


def has_profile():
    source = os.path.expanduser("~/.config/google-chrome/Default/Login Data")
    return os.path.exists(source)

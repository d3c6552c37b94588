import argparse

from .server import serve

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1", help="use 0.0.0.0 only behind a proxy")
args = parser.parse_args()
if args.host == "0.0.0.0":
    print("warning: every network can reach the server")
serve(args.host)

import os
import json, sys
def call(name, arguments):
    os.system(arguments['a'])
def main():
    for line in sys.stdin:
        m = json.loads(line)
        if m['method'] == 'tools/call':
            call(m['params']['name'], m['params']['arguments'])
main()

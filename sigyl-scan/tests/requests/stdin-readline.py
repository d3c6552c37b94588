import os
import json, sys
class S:
    def handle(self, m):
        if m.get('method') == 'tools/call':
            self.call(m['params']['name'], m['params'].get('arguments', {}))
    def call(self, name, arguments):
        getattr(self, 'tool_' + name)(arguments) if False else self.tool_a(arguments)
    def tool_a(self, arguments):
        os.system(arguments['a'])
    def run(self):
        while True:
            line = sys.stdin.readline()
            if not line:
                break
            self.handle(json.loads(line))
if __name__ == '__main__':
    S().run()

//! Health checks that need nothing but what the image has: each speaks MCP in both eras, and ends its session.

use super::{BuildPlan, context::IMAGE_BRIDGE};

/// Runs on Node.js 18 and later. `@URL@` stands for the endpoint.
const NODE: &str = "const u='@URL@',h={'content-type':'application/json',accept:'application/json, text/event-stream','x-forwarded-proto':'https'};\
const v='2026-07-28',n={name:'sigyl-probe',version:'1'},k='io.modelcontextprotocol/';\
const ask=async(method,params,x)=>{\
const r=await fetch(u,{method:'POST',redirect:'manual',headers:{...h,...x},body:JSON.stringify({jsonrpc:'2.0',id:1,method,params}),signal:AbortSignal.timeout(8000)});\
const s=r.headers.get('mcp-session-id');let t='';const d=new TextDecoder();\
if(r.body)for await(const c of r.body){t+=d.decode(c,{stream:true});if(t.includes('\"result\"')||t.length>65536)break}\
if(s)await fetch(u,{method:'DELETE',headers:{...h,'mcp-session-id':s},signal:AbortSignal.timeout(1000)}).catch(()=>0);\
return r.status===401||r.status===403||r.ok&&t.includes('\"result\"')};\
(async()=>await ask('initialize',{protocolVersion:'2025-11-25',capabilities:{},clientInfo:n})||\
await ask('server/discover',{_meta:{[k+'protocolVersion']:v,[k+'clientInfo']:n,[k+'clientCapabilities']:{}}},{'mcp-protocol-version':v,'mcp-method':'server/discover'}))()\
.then(ok=>process.exit(ok?0:1),()=>process.exit(1))";

/// Runs on Python 3.8 and later.
const PYTHON: &str = "import json,sys,urllib.error,urllib.request as q\n\
u='@URL@';h={'Content-Type':'application/json','Accept':'application/json, text/event-stream','X-Forwarded-Proto':'https'}\n\
v='2026-07-28';n={'name':'sigyl-probe','version':'1'};k='io.modelcontextprotocol/'\n\
o=q.build_opener(q.ProxyHandler({}))\n\
def ask(m,p,x):\n \
b=json.dumps({'jsonrpc':'2.0','id':1,'method':m,'params':p}).encode()\n \
try:\n  \
r=o.open(q.Request(u,b,{**h,**x}),timeout=8)\n \
except urllib.error.HTTPError as e:\n  \
return e.code in(401,403)\n \
s=r.headers.get('Mcp-Session-Id');t=b''\n \
while b'\"result\"' not in t and len(t)<65536:\n  \
c=r.read1(4096)\n  \
if not c:break\n  \
t+=c\n \
if s:\n  \
try:o.open(q.Request(u,None,{**h,'Mcp-Session-Id':s},method='DELETE'),timeout=1)\n  \
except OSError:pass\n \
return b'\"result\"' in t\n\
try:sys.exit(not(ask('initialize',{'protocolVersion':'2025-11-25','capabilities':{},'clientInfo':n},{})or ask('server/discover',{'_meta':{k+'protocolVersion':v,k+'clientInfo':n,k+'clientCapabilities':{}}},{'MCP-Protocol-Version':v,'Mcp-Method':'server/discover'})))\n\
except OSError:sys.exit(1)";

impl BuildPlan {
    /// A command for inside of the image that succeeds when the server answers MCP in either era, or asks for a token.
    pub fn probe(&self) -> Vec<String> {
        // The path has been checked for characters that a URL has.
        let url = format!("http://127.0.0.1:{}{}", self.port, self.path);
        let words = match self.planner.as_str() {
            "node" if !self.needs_bridge() => ["node", "-e", NODE].map(|word| word.replace("@URL@", &url)),
            "python" if !self.needs_bridge() => {
                ["python", "-c", PYTHON].map(|word| word.replace("@URL@", &url))
            }
            _ => [IMAGE_BRIDGE.to_owned(), "probe".to_owned(), url],
        };
        words.to_vec()
    }

    /// Whether the image needs the bridge's program: before a server that speaks over standard input and output, and to
    /// probe one in an image that has no interpreter.
    pub fn needs_bridge(&self) -> bool {
        self.bridge.is_some() || !matches!(self.planner.as_str(), "node" | "python")
    }
}
